"""Carries a plan out: proves the key, releases once, syncs the page, reads everything back."""

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
    """Carry `plan` out and note in `context.outcome` what was done.

    Before the first write every usage that the plan needs of the key is proved. Raises when the
    preflight or the release fails; a page step that fails is noted and the others go on. When the
    run is interrupted or its time is over, the error says what is public: Interrupted is raised,
    RunTimeOver is raised before the release is done and noted after it.
    """
    context.outcome.begun = True
    try:
        _carry_out(plan, context, archive, progress)
    except KeyboardInterrupt:
        raise interrupted(context, plan) from None
    except RunTimeOver as over:
        raise out_of_time(context, plan, over) from None


def _carry_out(
    plan: Plan,
    context: ApplyContext,
    archive: UploadContent | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    releases = [change for change in plan.changes if isinstance(change, Publish | AddRelease)]
    retries = context.writer.retries()
    begun = [(change, begin(context, change, retries)) for change in releases]
    if plan.of(*PAGE_KINDS) and not context.writer.may_edit(context.mod, exists=not plan.of(Publish.kind)):
        context.outcome.warnings.append(UNPROVED)
    left = plan
    for change, upload_url in begun:
        if archive is None:
            raise RuntimeError("a plan with a release was applied without its zip")
        if not release(context, change, archive, upload_url, retries, progress) and plan.of(*PAGE_KINDS):
            # The plan was made before the other run's release showed, and its page may be done too.
            left = context.page_plan(context.confirmer.fetch())
    if releases and left.of(*PAGE_KINDS) and (newer := left_to_newer_now(context)):
        context.outcome.leave_page(newer)
        left = Plan(plan.mod)
    if _sync_page(context, plan, left):
        _verify(context, plan, released=bool(releases))


def _sync_page(context: ApplyContext, plan: Plan, left: Plan) -> bool:
    """Do what is `left` of the plan's page; False when the run's time is over."""
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
