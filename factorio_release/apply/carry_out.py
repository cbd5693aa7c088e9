"""Carries a plan out: proves the key, releases once, syncs the page, reads everything back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.apply.interrupt import interrupted
from factorio_release.apply.page import sync_details, sync_images, verify_page
from factorio_release.apply.release import begin, release, verify_release
from factorio_release.errors import ReleaseError
from factorio_release.plan import AddImage, EditDetails, OrderImages, Publish, Release

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.portal_side import PortalSide
    from factorio_release.plan import Plan
    from factorio_release.upload_content import UploadContent

UNPROVED: Final = (
    "the portal did not answer whether the key has the usage `ModPortal: Edit Mods`; "
    "without it the page is not synced"
)
PAGE_KINDS: Final = (AddImage.kind, OrderImages.kind, EditDetails.kind)


def apply(
    plan: Plan,
    side: PortalSide,
    archive: UploadContent | None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Carry `plan` out and note in `side.outcome` what was done.

    Before the first write every usage that the plan needs of the key is proved. Raises when the
    preflight or the release fails; a page step that fails is noted and the others go on. Raises
    Interrupted, which tells what is public, for a KeyboardInterrupt.
    """
    side.outcome.begun = True
    try:
        _carry_out(plan, side, archive, progress)
    except KeyboardInterrupt:
        raise interrupted(side, plan) from None


def _carry_out(
    plan: Plan,
    side: PortalSide,
    archive: UploadContent | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    releases = [change for change in plan.changes if isinstance(change, Publish | Release)]
    begun = [(change, begin(side, change)) for change in releases]
    if plan.of(*PAGE_KINDS) and not side.writer.may_edit(side.mod, exists=not plan.of(Publish.kind)):
        side.outcome.warnings.append(UNPROVED)
    for change, upload_url in begun:
        if archive is None:
            raise RuntimeError("a plan with a release was applied without its zip")
        release(side, change, archive, upload_url, progress)
    for name, sync in (("images", sync_images), ("details", sync_details)):
        try:
            if sync(side, plan):
                side.outcome.done(name)
        except ReleaseError as error:
            side.outcome.failed(name, error)
    _verify(side, released=bool(releases))


def _verify(side: PortalSide, *, released: bool) -> None:
    try:
        if released:
            verify_release(side)
        if side.outcome.page and not side.outcome.errors:
            verify_page(side)
    except ReleaseError as error:
        side.outcome.failed("verify", error)
    else:
        side.outcome.done("verify")
