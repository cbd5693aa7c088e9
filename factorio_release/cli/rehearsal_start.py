"""What the embedded portal has before a rehearsal: the live page, or what the tags say, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.portal_clients import run_time_of, transport_of
from factorio_release.errors import AnswerUnclear, ModError, PortalUnreachable
from factorio_release.git.release_tags import previous_release
from factorio_release.local_portal import ReleaseSeed
from factorio_release.local_portal.pages.dependencies import BUILT_IN, read_dependency
from factorio_release.local_portal.state.elsewhere import KnownMod
from factorio_release.local_portal.state.live_seed import seed_live
from factorio_release.mod.mod import read_description
from factorio_release.portal.pictures import PictureReader
from factorio_release.portal.reader import PortalReader
from factorio_release.report.preview import portal_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.git.tag_index import ReleaseTag
    from factorio_release.local_portal import LocalPortal
    from factorio_release.parsers.info import Info
    from factorio_release.portal.transport import Transport
    from factorio_release.settings.options import Settings

_UNREADABLE = (PortalUnreachable, AnswerUnclear)
# A rehearsal goes on without the portal: whoever has no network need not wait for it.
_MOST_RETRIES = 2


class LivePages:
    """The public portal, as far as a rehearsal with `--from-portal` reads it."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._url = settings.portal_url
        transport: Transport = transport_of(
            session, settings.timeout, run_time_of(session, settings)
        )
        self._reader = PortalReader(transport, self._url, min(settings.retries, _MOST_RETRIES))
        self._is_away = False
        self._pictures = PictureReader(transport, self._url)

    def seed(self, portal: LocalPortal, name: str) -> bool:
        """Give the embedded portal what is live of the mod; return false where that cannot be read."""
        if self._is_away:
            return False
        host = portal_name(self._url)
        try:
            answer = self._reader.fetch_answer(name)
        except _UNREADABLE as error:
            self._session.say(f"warning: {error}; the rehearsal begins without the page of {host}")
            self._is_away = isinstance(error, PortalUnreachable)
            return False
        if answer is None:
            self._session.say(f"{host} has no mod {name}: the rehearsal begins with nothing")
            return True
        mod = seed_live(portal.state, answer, self._pictures.base_url, self._pictures.read)
        newest = mod.releases[-1].version if mod.releases else "no release"
        self._session.say(f"the rehearsal begins with the page of {name} on {host}: {newest}")
        return True

    def look_up(self, portal: LocalPortal, names: Iterable[str]) -> None:
        """Tell the embedded portal which of the mods are public, in which versions."""
        wanted = sorted(set(names))
        if self._is_away:
            return
        try:
            found = self._reader.fetch_many(wanted) if wanted else {}
        except _UNREADABLE as error:
            self._session.say(
                f"warning: {error}; the page does not say which dependencies are public"
            )
            return
        for name in wanted:
            live = found.get(name)
            known = None
            if live:
                numbers = [str(release.number) for release in live.releases if release.number]
                known = KnownMod(tuple(numbers), live.deprecated)
            portal.state.elsewhere[name] = known


def begin(
    session: Session, portal: LocalPortal, targets: Iterable[RunTarget], live: LivePages | None
) -> None:
    """Give the embedded portal what is public of the mods, as far as that is known."""
    done = set()
    for target in targets:
        try:
            info = read_description(target.path).info
        except ModError:
            continue  # the run reports it
        if not info.name or info.name in done:
            continue
        done.add(info.name)
        if not (live and live.seed(portal, info.name)):
            _seed_by_tag(session, portal, target, info)


def dependencies_of(portal: LocalPortal, names: Iterable[str]) -> set[str]:
    """Return the mods on which the newest releases of these mods depend, and which are not there."""
    found = set()
    with portal.state.lock:
        for name in names:
            mod = portal.state.mods.get(name)
            for text in mod.releases[-1].dependencies if mod and mod.releases else ():
                dependency = read_dependency(text)
                if dependency and dependency.name not in BUILT_IN:
                    found.add(dependency.name)
        return found - set(portal.state.mods)


def _seed_by_tag(session: Session, portal: LocalPortal, target: RunTarget, info: Info) -> None:
    """Take a mod for public that has the tag of an earlier version; its page is not known."""
    tag = _earlier_tag(target, info)
    if tag is None:
        return
    release = ReleaseSeed(str(tag.version), info.factorio_version or "2.0")
    portal.seed_mod(info.name, title=info.title, summary=info.summary, releases=[release])
    portal.change_mod(info.name, page_known=False, license="")
    session.say(
        f"{info.name} is taken for public, because of the tag {tag.tag}; with --from-portal the rehearsal "
        "begins with its page"
    )


def _earlier_tag(target: RunTarget, info: Info) -> ReleaseTag | None:
    from factorio_release.git.repository import find_repository  # noqa: PLC0415 start-up: only for a rehearsal

    folder = target.source if target.source.is_dir() else target.source.parent
    repository = find_repository(folder)
    if repository is None or info.version is None:
        return None
    return previous_release(repository, info.name, info.version)
