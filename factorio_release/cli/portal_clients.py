"""The clients of the portal, as the settings of a run make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.portal.run_time import RunTime

if TYPE_CHECKING:
    from factorio_release.cli.session import Session
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.transport import PortalRequest, Transport
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.settings.options import Settings


def run_time_of(session: Session, settings: Settings) -> RunTime:
    """Return the time that a run has for the portal, for all its mods together."""
    return RunTime(settings.run_timeout, session.say, session.sleep)


def transport_of(session: Session, timeout: float, run_time: RunTime) -> Transport:
    """Return what sends requests; with `--verbose` each is a line, without anything secret."""
    from factorio_release.portal.transport import Transport  # noqa: PLC0415 start-up: only with a portal

    def observe(request: PortalRequest, status: int, seconds: float) -> None:
        session.say(
            f"{request.method} {request.shown} {status or 'no answer'} {seconds * 1000:.0f} ms"
        )

    return Transport(timeout, observe if session.verbose else None, run_time)


def portal_clients(
    session: Session, settings: Settings, key: str, run_time: RunTime
) -> tuple[PortalReader, PortalWriter | None]:
    """Return the clients of the portal's two interfaces; without `key` there is no writer."""
    from factorio_release.portal.reader import PortalReader  # noqa: PLC0415 start-up: only with a portal
    from factorio_release.portal.writer import PortalWriter  # noqa: PLC0415 likewise

    transport = transport_of(session, settings.timeout, run_time)
    reader = PortalReader(transport, settings.portal_url, settings.retries)
    if not key:
        return reader, None
    writer = PortalWriter(
        transport, settings.portal_url, key, retries=settings.retries, on_secret=session.hide
    )
    return reader, writer
