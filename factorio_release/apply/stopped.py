"""What a run leaves behind that is interrupted or has no time left: read once, recorded, and reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from factorio_release.apply.outcome import PAGE_STEPS
from factorio_release.apply.release import find_release
from factorio_release.apply.standing import missing
from factorio_release.errors import (
    Interrupted,
    PortalRefused,
    PortalUnreachable,
    RunTimeOver,
    VersionTaken,
)
from factorio_release.plan import (
    AddImage,
    AddRelease,
    EditDetails,
    OrderImages,
    Publish,
    make_plan,
)
from factorio_release.report.model import Step, StepName, StepStatus

if TYPE_CHECKING:
    from factorio_release.apply.context import ApplyContext
    from factorio_release.apply.outcome import Outcome
    from factorio_release.apply.writes import FoundFile
    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Plan

HINT: Final = "run the same command again: it finishes what is missing and repeats nothing"
KINDS: Final = {
    StepName.RELEASE: (Publish.kind, AddRelease.kind),
    StepName.IMAGES: (AddImage.kind, OrderImages.kind),
    StepName.DETAILS: (EditDetails.kind,),
}


def interrupted(context: ApplyContext, plan: Plan) -> Interrupted:
    """Return the error of an interrupted run, which says what of `plan` is public."""
    return Interrupted(f"interrupted; {_state(context, plan, 'interrupted')}", HINT)


def out_of_time(context: ApplyContext, plan: Plan, over: RunTimeOver) -> RunTimeOver:
    """Return the error of a run whose time is over, which says what of `plan` is public."""
    return RunTimeOver(f"{over}; {_state(context, plan, str(over))}", over.hint)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one brief read of the portal showed.

    `left` is what the plan still needs, None if that is not known. `uncompared` is a release under the
    version of an upload whose effect is not known, and which is not known to be that upload.
    """

    left: Plan | None = None
    uncompared: FoundFile | None = None


def _state(context: ApplyContext, plan: Plan, why: str) -> str:
    """Return a sentence that says what is public, and record each step with `why` it ended."""
    try:
        seen = _look(context)
    except VersionTaken as taken:
        return str(taken)
    context.outcome.left = seen.left
    for step in KINDS:
        _record(context.outcome, step, plan, seen, why)
    return _sentence(context, plan, seen)


def _look(context: ApplyContext) -> _Seen:
    """Read the portal once and briefly, because a job that is cancelled is killed after seconds.

    Raises VersionTaken if the version has another content that this run cannot have uploaded.
    """
    desired = replace(context.desired, forms=context.outcome.forms)
    live: LiveMod | None = None
    try:
        live = context.confirmer.read_briefly()
        left = make_plan(desired, live)
    except VersionTaken:
        if context.outcome.in_flight is not StepName.RELEASE:
            raise
        return _Seen(uncompared=_uncompared(context, live))
    except (PortalUnreachable, PortalRefused, KeyboardInterrupt):
        return _Seen()
    return _Seen(left, _uncompared(context, live))


def _uncompared(context: ApplyContext, live: LiveMod | None) -> FoundFile | None:
    """Return the release that may be this run's upload or another's; None if there is no doubt."""
    package = context.desired.package
    if package is None or context.outcome.in_flight is not StepName.RELEASE:
        return None
    found = find_release(context, package, live)
    if found is None or found.is_same:
        return None
    return found


def _record(outcome: Outcome, step: StepName, plan: Plan, seen: _Seen, why: str) -> None:
    """Record how a step of the plan ended."""
    planned = missing = plan.of(*KINDS[step])
    if not planned or outcome.is_done(step):
        return
    if seen.left is not None:
        missing = seen.left.of(*KINDS[step])
    in_flight = outcome.in_flight is step
    if not missing and not (in_flight and seen.uncompared):
        if in_flight:
            outcome.accepted(step, planned[0].kind)
        outcome.done(step)
        return
    note = why
    if in_flight:
        note = f"{why}; what its last write did is not known"
    outcome.steps[step] = Step(step, StepStatus.FAILED, note)


def _sentence(context: ApplyContext, plan: Plan, seen: _Seen) -> str:
    """Return what is public, release first."""
    outcome, package = context.outcome, context.desired.package
    if package is None or not plan.of(*KINDS[StepName.RELEASE]):
        return f"{context.mod}: {_page(outcome, plan)}"
    name = f"{context.mod} {package.version}"
    # What the portal accepted is public although it may not show it yet.
    if outcome.is_done(StepName.RELEASE):
        return f"{name} is public and {_page(outcome, plan)}"
    if seen.uncompared:
        return (
            f"{name} is public; whether this run uploaded it is not known: "
            f"the portal shows it {seen.uncompared.checksum}, {package.sha1} was sent"
        )
    if outcome.in_flight is StepName.RELEASE:
        return f"whether {name} is public is not known: it was uploaded and does not show yet"
    if seen.left is None:
        return f"{name} was not uploaded"
    return f"{name} is not public"


def _page(outcome: Outcome, plan: Plan) -> str:
    """Return a clause that says what the page still lacks, as far as that is known."""
    lacking = missing(outcome, plan)
    if not lacking:
        return "its page is as declared"
    is_certain = outcome.left is not None and outcome.in_flight not in PAGE_STEPS
    return f"its page {'still lacks' if is_certain else 'may still lack'} {'; '.join(lacking)}"
