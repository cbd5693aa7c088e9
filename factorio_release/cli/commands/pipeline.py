"""check, build, plan, release and page: one pipeline that stops at different stages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.declared import DIFF
from factorio_release.cli.intents import OFFLINE_MODES, WRITING_MODES, Intent, event_of, intents_of
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.jobs import jobs_of
from factorio_release.cli.portal_clients import portal_clients, run_time_of
from factorio_release.cli.preview import Preview
from factorio_release.cli.targets import read_targets
from factorio_release.pipeline import run_mods
from factorio_release.pipeline.mod_run import LOADING_MODES
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.plan_files import PlanToRelease
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.pipeline.loading import Loading
    from factorio_release.plan_file.entry import SavedPlan
    from factorio_release.portal.run_time import RunTime
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings

_OF_PLAN_FILES: Final = ("out", "plan", "plan-sha256")


class Finished(NamedTuple):
    """A run that has ended: its report, which was handed on, and its mods.

    `only_checked` says that no mod was to be more than checked. `may_write` says that a mod was to be
    released or its page updated. `shown` is what was shown before the first write, where the rest of the
    report goes as well.
    """

    report: Report
    targets: tuple[RunTarget, ...]
    only_checked: bool
    may_write: bool
    shown: Report | None = None

    @property
    def settings(self) -> Settings:
        """The settings that decide how the report is printed; they are the same for all mods."""
        return self.targets[0].settings


def run(session: Session, arguments: Arguments, intent: Intent | None = None) -> Finished:
    """Run the pipeline for every mod that PATH names, and hand the report on.

    With `intent` it is the same for all mods; otherwise each mod's settings decide.
    Raises UsageError before anything is done where a setting of any mod is wrong.
    """
    approved = None if intent else _approved(session, arguments)
    targets = approved.targets if approved else read_targets(session, arguments)
    run_settings = targets[0].settings  # of the values read from it, all mods have the same
    event = None if intent else event_of(session, arguments, targets, approved)
    intents = [intent] * len(targets) if intent else intents_of(session, arguments, targets, event)
    _expect_files(session, run_settings)
    if intent:
        intent.begin(targets)
    if event and event.is_about_no_mod and not any(one.mode in OFFLINE_MODES for one in intents):
        from factorio_release.cli.job_event import skipped  # noqa: PLC0415 start-up: only for such a tag

        mods = approved.names if approved else [(one.path, one.name) for one in targets]
        session.hand_on(report := skipped(mods))
        return Finished(report, targets, only_checked=False, may_write=False)
    save = _plan_writer(session, run_settings, intents)
    jobs = jobs_of(session, arguments, targets, intents)
    if approved:
        jobs = approved.jobs(jobs)
    elif save:
        jobs = [job._replace(saves=True) for job in jobs]
    run_time = run_time_of(session, run_settings)
    preview = _preview(session, arguments, run_settings)
    # Signals are held until the report is in its file; `run_mods` releases them while it works on a mod.
    with INTERRUPTS.held():
        report = run_mods(
            jobs,
            lambda job: portal_clients(session, job.settings, job.key, run_time),
            preview,
            None if approved else _loading(session, targets, intents, run_time),
            save,
        )
        if approved:
            report = report._replace(mods=(*report.mods, *approved.idle))
        if save and not session.plan_file:
            session.say(f"{run_settings.out} was not written, because the plan is not whole")
        session.hand_on(report)
    modes = {one.mode for one in intents}
    return Finished(
        report,
        targets,
        only_checked=modes == {"check"},
        may_write=bool(modes & WRITING_MODES),
        shown=preview.shown,
    )


def _expect_files(session: Session, settings: Settings) -> None:
    """Name the files that the run writes for its report. Raises UsageError where that cannot be written."""
    session.report_file = ""
    session.output_folder = settings.output_dir
    if settings.report:
        from factorio_release.cli.written_files import check_report_path  # noqa: PLC0415 start-up: only with a report

        check_report_path(Path(settings.report))
        session.report_file = settings.report


def _loading(
    session: Session, targets: tuple[RunTarget, ...], intents: list[Intent], run_time: RunTime
) -> Loading | None:
    """Return how packages are loaded, None where no mod of the run is to be loaded."""
    modes = {
        intent.mode
        for target, intent in zip(targets, intents, strict=True)
        if target.settings.load != "off"
    }
    if not modes & LOADING_MODES:
        return None
    from factorio_release.cli.load_setup import loading_of  # noqa: PLC0415 start-up: only to load

    rehearsal = any(one.rehearsal for one in intents)
    return loading_of(session, targets[0].settings, run_time, rehearsal=rehearsal)


def check_mods(session: Session, arguments: Arguments) -> tuple[Report, tuple[RunTarget, ...]]:
    """Check the mods that PATH names, for a command that goes on with them; nothing is handed on.

    Raises UsageError where a setting of any mod is wrong.
    """
    checking = arguments._replace(command="check")
    targets = read_targets(session, checking)
    jobs = jobs_of(session, checking, targets, [Intent("check")] * len(targets))
    run_time = run_time_of(session, targets[0].settings)
    with INTERRUPTS.held():
        report = run_mods(
            jobs, lambda job: portal_clients(session, job.settings, job.key, run_time)
        )
    return report, targets


def _approved(session: Session, arguments: Arguments) -> PlanToRelease | None:
    """Return the plan file that the run carries out, None where it makes a plan of its own."""
    places = arguments.options.keys() | session.ci.inputs.keys()
    is_named = any(
        name in places or OPTIONS[name].variable in session.environ for name in _OF_PLAN_FILES
    )
    if not is_named:
        return None
    from factorio_release.cli.plan_files import plan_to_release  # noqa: PLC0415 start-up: only with a plan file

    return plan_to_release(session, arguments)


def _plan_writer(
    session: Session, settings: Settings, intents: list[Intent]
) -> Callable[[SavedPlan], None] | None:
    """Return what writes the plan into a file, None where no file is asked for."""
    if not settings.out or any(one.mode != "plan" for one in intents):
        return None
    from factorio_release.cli.plan_files import plan_writer  # noqa: PLC0415 start-up: only with a plan file

    return plan_writer(session, settings.out)


def _preview(session: Session, arguments: Arguments, settings: Settings) -> Preview:
    """Return what is called before the first write; in a CI and with --yes it does not ask."""
    asks = not (session.ci.in_ci or settings.yes)
    return Preview(session, settings, asks=asks, whole=arguments.has(DIFF))
