"""check, build, plan, release and page: one pipeline that stops at different stages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.declared import ACTION, DIFF, SHOW_PLAN
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.key import missing_key
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.preview import Preview
from factorio_release.cli.progress import Progress
from factorio_release.cli.targets import read_targets
from factorio_release.errors import UsageError
from factorio_release.pipeline import Job, run_mods
from factorio_release.pipeline.mod_run import LOADING_MODES
from factorio_release.portal.run_time import RunTime
from factorio_release.portal_memory import cache_folder
from factorio_release.settings.options import OPTIONS, CiSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.job_event import Decision
    from factorio_release.cli.plan_files import PlanToRelease
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.parsers.version import Version
    from factorio_release.pipeline.loading import Loading
    from factorio_release.plan_file.entry import SavedPlan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.transport import PortalRequest, Transport
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings

_MAX_EPOCH_DIGITS: Final = 12
_OF_PLAN_FILES: Final = ("out", "plan", "plan-sha256")
_OFFLINE_MODES: Final = frozenset({"check", "build"})
DRY_RUN: Final = "`dry-run` is set"
_WRITING_MODES: Final = frozenset({"release", "page"})


class Intent:
    """What the run does with a mod: its mode, and the key to write with, empty when it may not write.

    In a `rehearsal` the portal has no other mods, and is not asked about required ones. `tag` is the
    CI's, where it is about a release. `skip_existing`, `publish_new` and `waits` are the job's.
    `releases` is false in a pull request and the like, whose plan comes before the release: what is still
    open then is no error. `begin` is called with the mods once they are known, before anything is done.
    """

    def __init__(
        self,
        mode: str,
        key: str = "",
        *,
        rehearsal: bool = False,
        tag: str = "",
        skip_existing: bool = False,
        publish_new: bool = True,
        waits: bool = False,
        releases: bool = True,
        why_not: str = "",
        begin: Callable[[Sequence[RunTarget]], None] = lambda _targets: None,
    ) -> None:
        self.mode = mode
        self.key = key
        self.rehearsal = rehearsal
        self.tag = tag
        self.skip_existing = skip_existing
        self.publish_new = publish_new
        self.waits = waits
        self.releases = releases
        self.why_not = why_not
        self.begin = begin


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
    event = None if intent else _event(session, arguments, targets, approved)
    intents = [intent] * len(targets) if intent else _intents(session, arguments, targets, event)
    _expect_files(session, run_settings)
    if intent:
        intent.begin(targets)
    if event and event.is_about_no_mod and not any(one.mode in _OFFLINE_MODES for one in intents):
        from factorio_release.cli.job_event import skipped  # noqa: PLC0415 start-up: only for such a tag

        mods = approved.names if approved else [(one.path, one.name) for one in targets]
        session.hand_on(report := skipped(mods))
        return Finished(report, targets, only_checked=False, may_write=False)
    save = _plan_writer(session, run_settings, intents)
    jobs = _jobs(session, arguments, targets, intents)
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
        may_write=bool(modes & _WRITING_MODES),
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
    jobs = _jobs(session, checking, targets, [Intent("check")] * len(targets))
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


def _event(
    session: Session,
    arguments: Arguments,
    targets: tuple[RunTarget, ...],
    approved: PlanToRelease | None = None,
) -> Decision | None:
    """Return what the job's event allows; None outside of a CI where the portal is not asked."""
    modes = {_mode(arguments, target.settings) for target in targets}
    if modes <= _OFFLINE_MODES and not session.ci.in_ci:
        return None
    from factorio_release.cli.job_event import decide  # noqa: PLC0415 start-up: not for a check

    mods = approved.names if approved else [(one.path, one.name) for one in targets]
    return decide(session.ci, targets[0].settings, mods)


def _intents(
    session: Session,
    arguments: Arguments,
    targets: tuple[RunTarget, ...],
    event: Decision | None,
) -> list[Intent]:
    """Return the intent for each mod. Raises UsageError when one is to be written and that is impossible."""
    modes = [_mode(arguments, target.settings) for target in targets]
    if event is None:
        return [Intent(mode) for mode in modes]
    written = [
        mode in _WRITING_MODES and not target.settings.dry_run and not arguments.has(SHOW_PLAN)
        for mode, target in zip(modes, targets, strict=True)
    ]
    run_settings = targets[0].settings
    if any(written) and not event.writes:
        session.say(event.why_not)
        written = [False] * len(targets)
    if any(written):
        _check_may_write(session, run_settings, event.refused)
    intents = []
    for mode, writes, target in zip(modes, written, targets, strict=True):
        if not writes and mode == "release":
            mode = "plan"  # noqa: PLW2901 a page that may not write still builds no zip
        intents.append(
            Intent(
                mode,
                session.key if writes else "",
                tag="" if event.is_about_no_mod else session.ci.tag,
                skip_existing=(target.settings.if_exists or event.if_exists) == "skip",
                publish_new=event.publishes_new,
                waits=event.waits,
                releases=event.writes,
                why_not=event.why_not or (DRY_RUN if target.settings.dry_run else ""),
            )
        )
    return intents


def _mode(arguments: Arguments, settings: Settings) -> str:
    return settings.mode if arguments.command == ACTION else arguments.command


def _check_may_write(session: Session, settings: Settings, refused: str) -> None:
    problems = [refused] if refused else []
    if not session.key:
        problems.append(missing_key(session.ci.name, session.environ))
    if not (session.ci.in_ci or settings.yes or session.has_terminal):
        problems.append("no terminal to ask on before writing to the portal; add --yes to write")
    if problems:
        raise UsageError(*problems)


def _jobs(
    session: Session, arguments: Arguments, targets: tuple[RunTarget, ...], intents: list[Intent]
) -> list[Job]:
    together: dict[str, tuple[Version, ...]] = {}
    going_out = [_goes_out(arguments, target.settings) for target in targets]
    for target, goes_out in zip(targets, going_out, strict=True):
        info = target.mod.info
        if info and info.version and goes_out:
            together[info.name] = (*together.get(info.name, ()), info.version)
    jobs = [_job(session, target, one) for target, one in zip(targets, intents, strict=True)]
    return [
        job._replace(together=together, goes_out=goes_out, releases=goes_out and intent.releases)
        for job, goes_out, intent in zip(jobs, going_out, intents, strict=True)
    ]


def _goes_out(arguments: Arguments, settings: Settings) -> bool:
    """Return whether this run, or the release that it plans, makes the mod's version public.

    A mod that a config file holds back never goes out. A mod that whoever starts the run only plans is
    planned as if it went out.
    """
    if _mode(arguments, settings) not in {"plan", "release"}:
        return False
    mode_is_from_file = arguments.command == ACTION and settings.is_from_file("mode")
    dry_run_is_from_file = settings.dry_run and settings.is_from_file("dry_run")
    return not mode_is_from_file and not dry_run_is_from_file


def _job(session: Session, target: RunTarget, intent: Intent) -> Job:
    job = Job(
        target.path.absolute(),
        shown(target.path),
        target.settings,
        intent.mode,
        CiSource(session.ci.name, session.ci.repository_url, session.ci.commit),
        key=intent.key,
        rehearsal=intent.rehearsal,
        why_not=intent.why_not,
        name=target.name,
        circle=target.mod.circle,
        source=target.source,
        skip_existing=intent.skip_existing,
        publish_new=intent.publish_new,
        waits=intent.waits,
        today=datetime.now(UTC).date(),
        command=session.command_to_reproduce,
        tag=target.settings.tag or intent.tag,
        epoch=epoch_of(session),
        secrets=session.secrets,
        say=session.say,
        packaging=Progress(session.err, "packaging"),
        uploading=Progress(session.err, "uploading"),
        interruptible=INTERRUPTS.released,
    )
    if job.tag and job.tag == session.ci.tag:
        job = job._replace(tag_commit=session.ci.commit)
    if not intent.rehearsal:
        job = job._replace(cache=cache_folder(session.environ))
    return job


def epoch_of(session: Session) -> int | None:
    """Return the time in SOURCE_DATE_EPOCH, the usual variable for reproducible files; None when empty."""
    text = session.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_EPOCH_DIGITS):
        raise UsageError(f"SOURCE_DATE_EPOCH: {text!r} is not a number of seconds since 1970")
    return int(text)


def run_time_of(session: Session, settings: Settings) -> RunTime:
    """Return the time that a run has for the portal, for all its mods together."""
    return RunTime(settings.run_timeout, session.say)


def transport_of(session: Session, timeout: float, run_time: RunTime) -> Transport:
    """Return what sends requests; with `--verbose` each is a line, without anything secret."""
    from factorio_release.portal.transport import Transport  # noqa: PLC0415 start-up: only with a portal

    def observe(request: PortalRequest, status: int, seconds: float) -> None:
        session.say(
            f"{request.method} {request.shown} {status or 'no answer'} {seconds * 1000:.0f} ms"
        )

    return Transport(timeout, observe if session.verbose else None, run_time)


def portal_clients(
    session: Session, settings: Settings, key: str, run_time: RunTime
) -> tuple[PortalReader, PortalWriter | None]:
    """Return the clients of the portal's two interfaces; without `key` there is no writer."""
    from factorio_release.portal.reader import PortalReader  # noqa: PLC0415 start-up: only with a portal
    from factorio_release.portal.writer import PortalWriter  # noqa: PLC0415 likewise

    transport = transport_of(session, settings.timeout, run_time)
    reader = PortalReader(transport, settings.portal_url, settings.retries)
    if not key:
        return reader, None
    writer = PortalWriter(
        transport, settings.portal_url, key, retries=settings.retries, on_secret=session.hide
    )
    return reader, writer


def _preview(session: Session, arguments: Arguments, settings: Settings) -> Preview:
    """Return what is called before the first write; in a CI and with --yes it does not ask."""
    asks = not (session.ci.in_ci or settings.yes)
    return Preview(session, settings, asks=asks, whole=arguments.has(DIFF))
