"""A run for one or several mods, which are one release.

All are checked and planned, then one question is asked, then they are written in their order.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.pipeline.held import hold_back
from factorio_release.pipeline.listed import ListedMods
from factorio_release.pipeline.mod_run import ModRun, Shared
from factorio_release.pipeline.required import RequiredMods
from factorio_release.pipeline.run_files import RunFiles
from factorio_release.report.model import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.git.run_repositories import RunRepositories
    from factorio_release.pipeline.job import Job
    from factorio_release.pipeline.loading import Loading
    from factorio_release.pipeline.mod_run import Connect
    from factorio_release.plan_file.entry import SavedPlan
    from factorio_release.report.model import Report


_MANY: Final = 8  # mods: a copy of the process takes longer than to check a few small ones


def _always(_report: Report) -> bool:
    return True


def run_mods(
    jobs: Sequence[Job],
    connect: Connect,
    confirm: Callable[[Report], bool] = _always,
    loading: Loading | None = None,
    save: Callable[[SavedPlan], None] | None = None,
) -> Report:
    """Run the jobs in their order and return the report of the run; raises nothing.

    `connect` returns the portal's clients for a job; it is called where the mode needs the portal. Without
    a writer nothing is written, whatever the mode. `confirm` is called once, before the first write, with
    the report as it is then, and returns whether to write; it is not called when there is nothing to write.
    `loading` says how packages are loaded before they are planned, None where none is.
    `save` gets the plans of all mods if none of them has failed; what they would send can be read until it
    returns.

    A mod that fails ends no other, but a mod that requires it is not released. After an interrupt nothing
    more begins; mods that were not begun have no report. The exit code is 130 where `confirm` said no.
    """
    with RunFiles() as files:
        shared = Shared(
            files,
            ListedMods(job.name for job in jobs),
            _repositories_of(jobs),
        )
        runs = [
            _mod_run(job, shared, is_alone=len(jobs) == 1, loads=loading is not None)
            for job in jobs
        ]
        _prepare(runs, connect)
        if loading:
            _load(runs, loading)
        by_name = _by_name(runs)
        if not _is_interrupted(runs):
            _plan(runs, by_name)
        if save is not None:
            _save(runs, save)
        answer = _ask(runs, confirm)
        if answer:
            _write(runs, by_name)
        return _report(runs, refused=answer is False)


def _repositories_of(jobs: Sequence[Job]) -> RunRepositories | None:
    if len(jobs) == 1:
        return None
    from factorio_release.git.run_repositories import RunRepositories  # noqa: PLC0415 start-up: only for several mods

    return RunRepositories([job.path for job in jobs])


def _mod_run(job: Job, shared: Shared, *, is_alone: bool, loads: bool) -> ModRun:
    if job.approved is None:
        return ModRun(job, shared, is_alone=is_alone, loads=loads)
    from factorio_release.pipeline.approved_run import ApprovedRun  # noqa: PLC0415 start-up: only with a plan file

    return ApprovedRun(job, shared, is_alone=is_alone)


def _prepare(runs: list[ModRun], connect: Connect) -> None:
    """Prepare all; where they are many, processes beside this one read and check the next ones meanwhile."""
    processes = 0
    if len(runs) >= _MANY and not any(run.job.approved for run in runs):
        from factorio_release.pipeline.side_processes import SideProcesses, processes_for  # noqa: PLC0415 start-up: only for many mods

        processes = processes_for(len(runs))
    if not processes:
        _prepare_each(runs, connect, lambda _number: b"")
        return
    with SideProcesses(lambda number: runs[number].check_apart(), len(runs), processes) as side:
        _prepare_each(runs, connect, side.take)


def _prepare_each(runs: list[ModRun], connect: Connect, apart: Callable[[int], bytes]) -> None:
    for number, run in enumerate(runs):
        run.prepare(connect, partial(apart, number))
        if run.is_interrupted:
            return


def _load(runs: list[ModRun], loading: Loading) -> None:
    """Load the packages; those of the whole run are there for mods that require them."""
    to_load = [run for run in runs if run.will_load()]
    if to_load:
        from factorio_release.pipeline.loading import LoadRun  # noqa: PLC0415 start-up: only to load

        packages = [package for run in runs if (package := run.packed())]
        together = LoadRun(loading, packages)
        for run in to_load:
            if _is_interrupted(runs):
                break
            run.load(together)
    for run in reversed(runs):  # the space of the last in a file can be freed
        run.drop_what_is_not_sent()


def _plan(runs: list[ModRun], by_name: Mapping[str, list[ModRun]]) -> None:
    for same in by_name.values():
        for run in same:
            run.meet(same)
    required = RequiredMods(run.names_to_request() for run in runs)
    for run in runs:
        run.plan(required)
        if run.is_interrupted:
            return
    hold_back(runs, by_name)
    if any(run.job.approved for run in runs):
        from factorio_release.pipeline.approved_run import refuse_together  # noqa: PLC0415 start-up: only with a plan file

        refuse_together(runs)


def _save(runs: list[ModRun], save: Callable[[SavedPlan], None]) -> None:
    if any(run.has_ended for run in runs):
        return
    from factorio_release.pipeline.saving import saved_plan  # noqa: PLC0415 start-up: only with a plan file

    runs[0].guarded(lambda: save(saved_plan(runs)))


def _ask(runs: list[ModRun], confirm: Callable[[Report], bool]) -> bool | None:
    """Return the answer, None where there was nothing to ask or the question was interrupted."""
    writing = [run for run in runs if run.writes]
    if not writing or _is_interrupted(runs):
        return None
    answers: list[bool] = []
    writing[0].guarded(lambda: answers.append(confirm(_report(runs))))
    return answers[0] if answers else None


def _write(runs: list[ModRun], by_name: Mapping[str, list[ModRun]]) -> None:
    for run in runs:
        if _is_interrupted(runs):
            return
        hold_back([run], by_name)  # what was written before it may have failed
        run.write()


def _by_name(runs: list[ModRun]) -> dict[str, list[ModRun]]:
    """Return the runs of each mod: one, or one for each version."""
    by_name: dict[str, list[ModRun]] = {}
    for run in runs:
        by_name.setdefault(run.name, []).append(run)
    return by_name


def _report(runs: list[ModRun], *, refused: bool = False) -> Report:
    return report_of(tuple(run.report() for run in runs if run.has_begun), refused=refused)


def _is_interrupted(runs: list[ModRun]) -> bool:
    return any(run.is_interrupted for run in runs)
