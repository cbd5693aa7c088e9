"""Which mods of a run are not released because another one failed in the same run.

Only what needs the failed mod is held back, at every stage. All or nothing could be kept only until the
first write: what is public stays public when the fourth of five uploads fails. So it would be a second rule
beside this one, and one mod with a broken image would hold back nineteen that have nothing to do with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.errors import ExitCode, NotReleased
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.parsers.dependency import Dependency
    from factorio_release.pipeline.mod_run import ModRun

    RunsByName = Mapping[str, list[ModRun]]


def hold_back(runs: Iterable[ModRun], by_name: RunsByName) -> None:
    """End each of the runs whose mod cannot be released; mods that wait for it are held back too."""
    waiting = [run for run in runs if run.releases and not run.has_ended]
    was_held = True
    # More than once: two mods may require each other, by `~`, so that no order has each behind its own.
    while was_held:
        was_held = False
        for run in waiting:
            error = None if run.has_ended else _why_held(run, by_name)
            if error:
                run.builder.error = error
                was_held = True


def _why_held(run: ModRun, by_name: RunsByName) -> NotReleased | None:
    """Return why a mod is not released: the first mod that it requires and that will not be public."""
    for name, dependencies in run.required.items():
        fitting = [
            other
            for other in by_name.get(name, ())
            if other.job.goes_out
            and (other.version is None or all(one.accepts(other.version) for one in dependencies))
        ]
        if fitting and all(_is_missing(other, dependencies) for other in fitting):
            return _because_of(fitting[-1], f"it requires {name}, which")
    for other in run.lower:
        if other.job.goes_out and _is_missing(other):
            return _because_of(other, f"{other.name} {other.version}, which comes first,")
    return None


def _because_of(other: ModRun, subject: str) -> NotReleased:
    if other.is_held:
        reason = "is not released either"
    elif other.has_failed:
        reason = "failed"
    else:
        reason = "is not on the portal, and this run does not publish it"
    return NotReleased(
        f"not released: {subject} {reason}",
        f"see what is said about {other.name}, then run the same command again",
        exit_code=other.builder.exit_code or ExitCode.FINDINGS,
    )


def _is_missing(run: ModRun, dependencies: Iterable[Dependency] | None = None) -> bool:
    """Return whether the mod's version will not be public; what fails after its release does not count.

    A mod that this run leaves as it is, is not missing if the portal has a release that satisfies all
    `dependencies`.
    """
    if run.builder.outcome.is_done(StepName.RELEASE):
        return False
    if run.builder.plan is None:
        return run.has_ended
    if run.has_failed:
        return run.releases
    if run.releases or run.is_live:
        return False
    return dependencies is None or not run.has_live(dependencies)
