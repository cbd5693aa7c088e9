"""The release itself: begun, uploaded, and public exactly once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from factorio_release.errors import AnswerUnclear, PortalRefused, ReleaseError
from factorio_release.plan import Publish
from factorio_release.plan.decide import version_taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.portal_side import PortalSide
    from factorio_release.plan import Release
    from factorio_release.portal.models import LiveMod, LiveRelease
    from factorio_release.upload_content import UploadContent

UPLOAD_HINT = "look at the mod's page; running the same command again finishes what is missing"


def begin(side: PortalSide, change: Publish | Release) -> str | None:
    """Return an upload URL; changes nothing, and proves that the key may publish or upload.

    None when another job published exactly this mod since the plan was made.
    """
    if not isinstance(change, Publish):
        return side.writer.init_upload(side.mod)
    try:
        return side.writer.init_publish(side.mod)
    except PortalRefused as refusal:
        if refusal.code != "ModAlreadyExists":
            raise
        if _published_meanwhile(side, change):
            return None
        raise


def _published_meanwhile(side: PortalSide, change: Publish) -> bool:
    live = side.settler.look()
    if live is None:
        return False  # the name of a mod that nobody can see
    if _is_there(side, change, live):
        return True
    raise PortalRefused(
        f"{side.mod} was published by another job while this one began; nothing was written",
        "run the same command again",
        code="ModAlreadyExists",
    )


def _is_there(side: PortalSide, change: Publish | Release, live: LiveMod | None) -> bool:
    found = live.release(change.package.number) if live else None
    if found and found.sha1 and found.sha1 != change.package.sha1:
        raise version_taken(side.mod, change.package, found.sha1)
    return found is not None


def release(
    side: PortalSide,
    change: Publish | Release,
    archive: UploadContent,
    upload_url: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Upload the zip to `upload_url`, or to a new one where that attempt failed.

    Without an `upload_url` there is nothing left to do. Raises VersionTaken when another upload of
    the version won, and whatever the portal said.
    """
    urls = iter([upload_url])
    fields = change.fields if isinstance(change, Publish) else {}
    texts = {name: str(value) for name, value in fields.items()}

    def write() -> None:
        url = next(urls, None) or begin(side, change)
        if url:
            side.writer.finish_release(url, archive, texts, progress)

    try:
        ours = upload_url is not None and side.settler.settle(write, partial(_is_there, side, change))
    except ReleaseError as error:
        side.outcome.failed("release", error)
        raise
    if ours:
        side.outcome.released = change.kind
    side.outcome.done("release", "" if ours else "another job released it")


def verify_release(side: PortalSide) -> None:
    """Wait until the portal shows the release and compare its SHA-1; a difference is a warning.

    Raises AnswerUnclear when the release does not show in time.
    """
    package = side.desired.package
    if package is None:
        return
    seen: list[LiveRelease] = []

    def shown(live: LiveMod | None) -> bool:
        found = live.release(package.number) if live else None
        if found:
            seen.append(found)
        return found is not None

    if not side.settler.appears(shown):
        raise AnswerUnclear(
            f"the portal accepted {side.mod} {package.version} but does not show it yet", UPLOAD_HINT
        )
    found = seen[-1]
    side.outcome.download_url = found.download_url
    if not found.sha1:
        side.outcome.warnings.append(
            f"the portal gives no SHA-1 for {side.mod} {package.version}: its content could not be compared"
        )
    elif found.sha1 != package.sha1:
        side.outcome.warnings.append(
            f"the portal shows SHA-1 {found.sha1} for {side.mod} {package.version}, {package.sha1} was sent"
        )
