"""Which mods of a run are not released because one that they require failed in the same run.

Only what needs the failed mod is held back, at every stage. All or nothing could be kept only until the
first write: what is public stays public when the fourth of five uploads fails. So it would be a second rule
beside this one, and one mod with a broken image would hold back nineteen that have nothing to do with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.rules.required_mods import required_mod_names
from factorio_release.errors import NotReleased
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.pipeline.mod_run import ModRun


def why_held(run: ModRun, runs: Iterable[ModRun]) -> NotReleased | None:
    """Return why a mod is not released: of those that it requires, the first that failed."""
    if run.builder.mod is None:
        return None
    required = required_mod_names(run.builder.mod.info)
    for other in runs:
        if other is not run and other.name in required and _is_missing(other):
            cause = "is not released either" if other.is_held else "failed"
            return NotReleased(
                f"not released: it requires {other.name}, which {cause}",
                f"mend {other.name} and run the same command again: it releases both",
                exit_code=other.builder.exit_code,
            )
    return None


def _is_missing(run: ModRun) -> bool:
    """Return whether a run failed before the mod's version was public; its page may fail afterwards."""
    if not run.has_ended and not run.builder.outcome.errors:
        return False
    if run.builder.plan is None:
        return True
    return run.releases and not run.builder.outcome.is_done(StepName.RELEASE)
