"""What is public after a run, what is not, and what to do next: from the plan and what was done of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.apply.writes import HiddenFile
from factorio_release.errors import (
    ExitCode,
    Interrupted,
    NotReleased,
    PlanOutdated,
    PortalRefused,
    PortalUnreachable,
    VersionTaken,
)
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish
from factorio_release.report.model import Public, StepName, StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.apply.outcome import Outcome
    from factorio_release.errors import ReleaseError
    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.version import Version
    from factorio_release.plan import Change, Plan

AGAIN: Final = "run the same command again"
_FINISHES: Final = "it finishes what is missing and repeats nothing"
_FINDS_OUT: Final = "it finds out, and uploads nothing twice"
_PAGE: Final = "`factorio-release page` finishes the page; the release stays as it is"
_RELEASES: Final = (Publish.kind, AddRelease.kind)


class Facts(NamedTuple):
    """What is known of one mod at the end of its run.

    `asked` says that the portal was read; `live` is what it had then. `package` says that the run is about
    a release, and not about the page alone. `errors` are what ended it, the first one first; `blocked` names
    the severities of the findings that did. `tag` is the tag of the release, if there is one. `why_not`
    says why a run that was to write only plans, `saved` is the file into which the plan goes.
    """

    mod: str
    version: Version | None
    package: bool
    asked: bool
    live: LiveMod | None
    plan: Plan | None
    outcome: Outcome
    errors: tuple[ReleaseError, ...] = ()
    blocked: str = ""
    tag: str = ""
    why_not: str = ""
    saved: str = ""


def public_state(facts: Facts) -> Public:
    """Return whether the version is public."""
    if not facts.package:
        return Public.AS_BEFORE
    if any(isinstance(error, VersionTaken) for error in facts.errors):
        return Public.OTHER
    return _after_writes(facts.outcome, facts.errors) or _before_writes(facts)


def _after_writes(outcome: Outcome, errors: tuple[ReleaseError, ...]) -> Public | None:
    """Return what the writes of the release made known; None if they changed nothing."""
    if outcome.is_done(StepName.RELEASE):
        return Public.YES
    is_hidden = StepName.IMAGES not in outcome.steps and any(
        isinstance(error, HiddenFile) for error in errors
    )
    if is_hidden or outcome.in_flight is StepName.RELEASE:
        return Public.UNKNOWN
    return None


def _before_writes(facts: Facts) -> Public:
    if not facts.asked or facts.version is None:
        return Public.AS_BEFORE
    if facts.plan:
        if facts.plan.is_other_content:
            return Public.OTHER
        is_public = facts.live is not None and not facts.plan.of(*_RELEASES)
    else:
        is_public = bool(facts.live and facts.live.release(facts.version))
    return Public.YES if is_public else Public.NO


def missing(outcome: Outcome, plan: Plan) -> tuple[str, ...]:
    """Return in words what the plan would make public of the page, and what is not known to be public."""
    left = tuple(_left(outcome, plan))
    images = [change.image.name for change in left if isinstance(change, AddImage)]
    ordered = [change for change in left if isinstance(change, OrderImages)]
    fields = [name for change in left if isinstance(change, EditDetails) for name in change.after]
    parts = []
    if images:
        parts.append(f"the image{'' if len(images) == 1 else 's'} {in_words(images)}")
    if ordered:
        parts.append("the order of the gallery")
    if fields:
        parts.append(f"the page's {in_words(fields)}")
    return tuple(parts)


def in_words(names: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _left(outcome: Outcome, plan: Plan) -> Iterator[Change]:
    """Yield the page's changes that are not known to be made."""
    known = outcome.left or plan
    for change in known.changes:
        match change:
            case AddImage(image=image) if image.id not in outcome.added:
                step = StepName.IMAGES
            case OrderImages() if not outcome.ordered:
                step = StepName.IMAGES
            case EditDetails() if not set(change.after) <= outcome.edited:
                step = StepName.DETAILS
            case _:
                continue
        ended = outcome.steps.get(step)
        # A page that belongs to a higher version lacks nothing.
        if ended is None or ended.status is StepStatus.FAILED:
            yield change


def todo(facts: Facts, public: Public, lacks: tuple[str, ...], url: str) -> str:
    """Return what to do next, with the command; empty where nothing is left to do.

    `public` and `lacks` are what `public_state` and `missing` return; `url` is the address of the page.
    """
    if not facts.errors:
        return _todo_without_error(facts, public, lacks)
    error = facts.errors[0]
    if public is Public.OTHER:
        return "`factorio-release bump patch` sets the next version; commit and release that"
    if public is Public.UNKNOWN:
        return f"look at {url} in some minutes, then {AGAIN}: {_FINDS_OUT}"
    if public is Public.YES and lacks and isinstance(error, PortalRefused):
        return f"correct what was refused; then {_PAGE}"
    return _todo_after_error(facts, error)


def _todo_after_error(facts: Facts, error: ReleaseError) -> str:
    if error.exit_code is ExitCode.BUG:
        return f"{error.hint}; then {AGAIN}: {_FINISHES}"
    if isinstance(error, NotReleased | PlanOutdated | Interrupted) and not facts.outcome.begun:
        return error.hint
    if isinstance(error, PortalUnreachable | Interrupted):
        return error.hint if AGAIN in error.hint else f"{AGAIN}: {_FINISHES}"
    return f"correct what the error names, then {AGAIN}"


def _todo_without_error(facts: Facts, public: Public, lacks: tuple[str, ...]) -> str:
    if facts.blocked:
        return _todo_after_findings(facts, public)
    later = f"nothing now; {facts.plan.later}" if facts.plan and facts.plan.later else ""
    if facts.outcome.begun:
        return _PAGE if lacks else later
    if facts.plan and facts.plan.changes:
        if facts.why_not:
            return f"nothing now: {facts.why_not}"
        command = "release" if facts.package else "page"
        if facts.saved:
            command = f"release --plan {facts.saved}"
        return f"`factorio-release {command}` makes these changes"
    return later


def _todo_after_findings(facts: Facts, public: Public) -> str:
    again = "commit, and set the tag again" if facts.tag else AGAIN
    free = ""
    if public is Public.NO:
        free = f": this run uploaded nothing, and {facts.version} can still be used"
    return f"correct the {facts.blocked}, then {again}{free}"


def page_exists(facts: Facts) -> bool:
    """Return whether the portal has a page for the mod, as far as the run knows."""
    return facts.live is not None or facts.outcome.is_done(StepName.RELEASE)
