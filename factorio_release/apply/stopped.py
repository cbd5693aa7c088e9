"""What a run leaves behind that is interrupted or has no time left: looked at once, briefly, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.errors import (
    Interrupted,
    PortalRefused,
    PortalUnreachable,
    RunTimeOver,
    VersionTaken,
)
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish, make_plan
from factorio_release.report.model import Step, StepName, StepStatus

if TYPE_CHECKING:
    from factorio_release.apply.context import ApplyContext
    from factorio_release.apply.outcome import Outcome
    from factorio_release.plan import Plan

HINT: Final = "run the same command again: it finishes what is missing and repeats nothing"
KINDS: Final = {
    StepName.RELEASE: (Publish.kind, AddRelease.kind),
    StepName.IMAGES: (AddImage.kind, OrderImages.kind),
    StepName.DETAILS: (EditDetails.kind,),
}
PAGE_STEPS: Final = (StepName.IMAGES, StepName.DETAILS)


def interrupted(context: ApplyContext, plan: Plan) -> Interrupted:
    """Return the error of an interrupted run, which says what of `plan` is public."""
    return Interrupted(f"interrupted; {_state(context, plan, 'interrupted')}", HINT)


def out_of_time(context: ApplyContext, plan: Plan, over: RunTimeOver) -> RunTimeOver:
    """Return the error of a run whose time is over, which says what of `plan` is public."""
    return RunTimeOver(f"{over}; {_state(context, plan, str(over))}", over.hint)


def _state(context: ApplyContext, plan: Plan, why: str) -> str:
    """Look what is public, note it in the outcome with `why` the rest is missing, and say it.

    A cancelled job has seconds left, so that the portal is asked once and briefly. What it accepted
    is public though it may not show it yet.
    """
    try:
        desired = replace(context.desired, forms=context.outcome.forms)
        left = make_plan(desired, context.confirmer.glance())
    except VersionTaken as taken:
        return str(taken)
    except (PortalUnreachable, PortalRefused, KeyboardInterrupt):
        left = None
    for step in KINDS:
        _note(context.outcome, step, plan, left, why)
    return _sentence(context, plan, left)


def _note(outcome: Outcome, step: StepName, plan: Plan, left: Plan | None, why: str) -> None:
    planned = plan.of(*KINDS[step])
    if not planned or _is_done(outcome, step):
        return
    missing = planned if left is None else left.of(*KINDS[step])
    if not missing:
        if outcome.in_flight is step:
            outcome.accepted(step, planned[0].kind)
        outcome.steps[step] = Step(step, StepStatus.DONE)
    elif outcome.in_flight is step:
        outcome.steps[step] = Step(step, StepStatus.FAILED, f"{why}; what its last write did is not known")
    else:
        outcome.steps[step] = Step(step, StepStatus.FAILED, why)


def _is_done(outcome: Outcome, step: StepName) -> bool:
    return step in outcome.steps and outcome.steps[step].status is StepStatus.DONE


def _sentence(context: ApplyContext, plan: Plan, left: Plan | None) -> str:
    package = context.desired.package
    if package is None or not plan.of(*KINDS[StepName.RELEASE]):
        return f"{context.mod}: {_page(context.outcome, plan, left)}"
    name = f"{context.mod} {package.version}"
    if _is_done(context.outcome, StepName.RELEASE):
        return f"{name} is public and {_page(context.outcome, plan, left)}"
    if context.outcome.in_flight is StepName.RELEASE:
        return f"whether {name} is public is not known: it was uploaded and does not show yet"
    return f"{name} was not uploaded" if left is None else f"{name} is not public"


def _page(outcome: Outcome, plan: Plan, left: Plan | None) -> str:
    changes = plan if left is None else left
    steps = [step for step in PAGE_STEPS if not _is_done(outcome, step)]
    lacking = dict.fromkeys(change.kind for step in steps for change in changes.of(*KINDS[step]))
    if not lacking:
        return "its page is as declared"
    certain = left is not None and outcome.in_flight not in PAGE_STEPS
    return f"its page {'still lacks' if certain else 'may still lack'} {', '.join(lacking)}"
