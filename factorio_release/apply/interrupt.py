"""What an interrupted run leaves behind: asked once more, quickly, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.errors import Interrupted, PortalRefused, PortalUnreachable
from factorio_release.plan import AddImage, EditDetails, OrderImages, Publish, Release, make_plan
from factorio_release.report.model import Step

if TYPE_CHECKING:
    from factorio_release.apply.outcome import Outcome
    from factorio_release.apply.portal_side import PortalSide
    from factorio_release.plan import Plan

HINT: Final = "run the same command again: it finishes what is missing and repeats nothing"
KINDS: Final = {
    "release": (Publish.kind, Release.kind),
    "images": (AddImage.kind, OrderImages.kind),
    "details": (EditDetails.kind,),
}


def interrupted(side: PortalSide, plan: Plan) -> Interrupted:
    """Look what of `plan` is public by now, note it in the outcome and return the error that tells it.

    A cancelled job has seconds left, so that the portal is asked once and briefly.
    """
    try:
        left = make_plan(side.desired, side.settler.glance())
    except (PortalUnreachable, KeyboardInterrupt):
        return Interrupted(f"interrupted; what of {side.mod} is public is not known", HINT)
    except PortalRefused as refusal:
        return Interrupted(f"interrupted; {refusal}", refusal.hint)
    _note(side.outcome, plan, left)
    return Interrupted(f"interrupted; {_standing(side, plan, left)}", HINT)


def _note(outcome: Outcome, plan: Plan, left: Plan) -> None:
    for name, kinds in KINDS.items():
        if plan.of(*kinds):
            over = not left.of(*kinds)
            outcome.steps[name] = Step(name, "done") if over else Step(name, "failed", "interrupted")
    if not left.of(*KINDS["release"]):
        outcome.released = outcome.released or next((c.kind for c in plan.of(*KINDS["release"])), "")
    page = plan.of(*KINDS["images"], *KINDS["details"])
    live = not left.of(Publish.kind)
    outcome.page |= live and any(change not in left.changes for change in page)


def _standing(side: PortalSide, plan: Plan, left: Plan) -> str:
    package = side.desired.package
    if package and left.of(*KINDS["release"]):
        return f"{side.mod} {package.version} is not public"
    lacking = dict.fromkeys(change.kind for change in left.changes)
    page = f"its page still lacks {', '.join(lacking)}" if lacking else "its page is as declared"
    if package and plan.of(*KINDS["release"]):
        return f"{side.mod} {package.version} is public and {page}"
    return f"{side.mod}: {page}"
