"""The release itself: begun, uploaded, and public exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.errors import AnswerUnclear, ReleaseError
from factorio_release.plan import Publish
from factorio_release.plan.decide import version_taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.apply.portal_side import PortalSide
    from factorio_release.plan import Release
    from factorio_release.portal.models import LiveMod, LiveRelease

UPLOAD_HINT = "look at the mod's page; running the same command again finishes what is missing"


def begin(side: PortalSide, change: Publish | Release) -> str:
    """Return an upload URL; changes nothing, and proves that the key may publish or upload."""
    start = side.writer.init_publish if isinstance(change, Publish) else side.writer.init_upload
    return start(side.mod)


def release(
    side: PortalSide,
    change: Publish | Release,
    archive: Path,
    upload_url: str,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Upload the zip to `upload_url`, or to a new one where that attempt failed.

    Raises VersionTaken when another upload of the version won, and whatever the portal said.
    """
    urls = iter([upload_url])
    fields = change.fields if isinstance(change, Publish) else {}
    texts = {name: str(value) for name, value in fields.items()}

    def write() -> None:
        side.writer.finish_release(next(urls, "") or begin(side, change), archive, texts, progress)

    def there(live: LiveMod | None) -> bool:
        found = live.release(change.package.number) if live else None
        if found and found.sha1 and found.sha1 != change.package.sha1:
            raise version_taken(side.mod, change.package, found.sha1)
        return found is not None

    try:
        side.settler.settle(write, there)
    except ReleaseError as error:
        side.outcome.failed("release", error)
        raise
    side.outcome.released = change.kind
    side.outcome.done("release")


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
    if found.sha1 and found.sha1 != package.sha1:
        side.outcome.warnings.append(
            f"the portal shows SHA-1 {found.sha1} for {side.mod} {package.version}, {package.sha1} was sent"
        )
