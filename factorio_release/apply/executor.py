"""Executes a plan: proves the key, releases once, syncs the page, reads everything back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.apply.page import left_to_newer_now, sync_details, sync_images, verify_page
from factorio_release.apply.release import begin, release, verify_release
from factorio_release.apply.stopped import interrupted, out_of_time
from factorio_release.errors import ReleaseError, RunTimeOver
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Plan, Publish
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.context import ApplyContext
    from factorio_release.disk.upload_content import UploadContent

UNPROVED: Final = (
    "the portal did not answer whether the key has the usage `ModPortal: Edit Mods`; "
    "without it the page is not synced"
)
PAGE_KINDS: Final = (AddImage.kind, OrderImages.kind, EditDetails.kind)


def apply(
    plan: Plan,
    context: ApplyContext,
    archive: UploadContent | None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Execute `plan` and record in `context.outcome` what was done.

    `archive` is the zip of a plan with a release. `progress` is called with the bytes uploaded and their
    total. Before the first write every usage of the key that the plan needs is proved, so that a key
    without it cannot leave half a release.

    Raises a ReleaseError if that proof or the release fails. After the release, an error of a page step
    or of reading back is recorded and the next steps go on. If the run is stopped, the error says what
    is public: Interrupted is always raised; RunTimeOver is raised before the release is done, and
    recorded after it.
    """
    context.outcome.begun = True
    try:
        _execute(plan, context, archive, progress)
    except KeyboardInterrupt:
        raise interrupted(context, plan) from None
    except RunTimeOver as over:
        raise out_of_time(context, plan, over) from None


def _execute(
    plan: Plan,
    context: ApplyContext,
    archive: UploadContent | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    # All requests of the release share these repeats, so that the repeats of its layers do not multiply.
    retries = context.writer.retries()
    change = _release_in(plan)
    target = None
    if change:
        target = begin(context, change, retries)
    has_page = bool(plan.of(*PAGE_KINDS))
    if has_page and not context.writer.may_edit(context.mod, exists=not plan.of(Publish.kind)):
        context.outcome.warnings.append(UNPROVED)
    page = plan
    if change is not None and target is not None:
        if archive is None:
            raise RuntimeError("a plan with a release was applied without its zip")
        is_ours = release(context, change, archive, target, retries, progress=progress)
        page = _page_after_release(plan, context, is_ours=is_ours)
    if _sync_page(context, plan, page):
        _verify(context, plan, released=change is not None)


def _release_in(plan: Plan) -> Publish | AddRelease | None:
    """Return the release of a plan, which has one at most."""
    for change in plan.changes:
        if isinstance(change, Publish | AddRelease):
            return change
    return None


def _page_after_release(plan: Plan, context: ApplyContext, *, is_ours: bool) -> Plan:
    """Return what is left to do for the page once the release is public."""
    if not plan.of(*PAGE_KINDS):
        return plan
    left = plan
    if not is_ours:
        # The plan was made before another run's release showed, and that run may have synced the page too.
        left = context.outcome.left = context.page_plan(context.confirmer.fetch())
    if not left.of(*PAGE_KINDS):
        return left
    newer = left_to_newer_now(context)
    if newer:
        context.outcome.leave_page(newer)
        return Plan(plan.mod)
    return left


def _sync_page(context: ApplyContext, plan: Plan, left: Plan) -> bool:
    """Do what is `left` of the plan's page; return False if the run's time is over.

    Images come first, because texts may refer to their addresses.
    """
    for name, sync in ((StepName.IMAGES, sync_images), (StepName.DETAILS, sync_details)):
        try:
            if sync(context, left):
                context.outcome.done(name)
        except RunTimeOver as over:
            context.outcome.failed(name, out_of_time(context, plan, over))
            return False
        except ReleaseError as error:
            context.outcome.failed(name, error)
    return True


def _verify(context: ApplyContext, plan: Plan, *, released: bool) -> None:
    """Read back what was written, and record the step."""
    try:
        if released:
            verify_release(context)
        if context.outcome.page and not context.outcome.errors:
            verify_page(context, plan)
    except RunTimeOver as over:
        context.outcome.failed(StepName.VERIFY, out_of_time(context, plan, over))
    except ReleaseError as error:
        context.outcome.failed(StepName.VERIFY, error)
    else:
        context.outcome.done(StepName.VERIFY)
