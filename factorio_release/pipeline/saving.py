"""What a run hands over for a plan file, once all of its mods are planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.plan import make_plan
from factorio_release.plan_file.entry import IdleMod, PlanEntry, SavedPlan
from factorio_release.plan_file.records import changes_record
from factorio_release.plan_file.settled import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.pipeline.mod_run import ModRun


def saved_plan(runs: Sequence[ModRun]) -> SavedPlan:
    """Return the plans of the runs, with what they would send.

    A mod that its own config file holds back is one for which there is nothing to do.
    """
    mods: list[PlanEntry] = []
    idle: list[IdleMod] = []
    for run in runs:
        entry = _entry(run) if run.job.goes_out else None
        if entry:
            mods.append(entry)
        else:
            idle.append(IdleMod(run.name, str(run.version or ""), run.job.folder))
    return SavedPlan(runs[0].job.settings.portal_url, tuple(mods), tuple(idle))


def _entry(run: ModRun) -> PlanEntry | None:
    planned, archive = run.planned, run.builder.archive
    if planned is None or not planned.plan.changes or archive is None or archive.content is None:
        return None
    desired = settled(planned.desired, planned.plan, planned.live)
    if changes_record(make_plan(desired, planned.live)) != changes_record(planned.plan):
        raise RuntimeError(f"what is saved of {run.name} does not give its plan again")
    return PlanEntry(
        desired,
        run.builder.live,
        run.job.folder,
        archive.content._replace(name=archive.name),
        archive.sha256,
        planned.images,
        run.job.settings.page_failure,
    )
