"""check, build, plan, release and page: the same pipeline, stopped at different places."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.declared import SHOW_PLAN, YES
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.targets import read_targets, shown
from factorio_release.errors import ExitCode, UsageError
from factorio_release.report.model import report_of
from factorio_release.settings.options import CiSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import Target
    from factorio_release.pipeline import Job
    from factorio_release.plan import Plan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.run_time import RunTime
    from factorio_release.portal.transport import PortalRequest
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import ModReport, Report
    from factorio_release.settings.options import Settings

LONGEST_EPOCH = 12
WRITING_MODES = frozenset({"release", "page"})
NEEDS_PORTAL = frozenset({"plan", "release", "page"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be done with a mod: its mode, and the key to write with, empty when nothing may be written.

    In a `rehearsal` the portal knows no other mods, so that it is not asked about required ones.
    """

    mode: str
    key: str = field(default="", repr=False)
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over and handed on: its report, its mods, and what it was to do with them.

    It may have done nothing but check them; or it `may_write`: then something may be public now.
    """

    report: Report
    targets: tuple[Target, ...]
    only_checked: bool
    may_write: bool

    @property
    def settings(self) -> Settings:
        """The settings to show the report by: all mods have the same for what a run has once."""
        return self.targets[0].settings


def run(session: Session, arguments: Arguments, intent: Intent | None = None) -> Finished:
    """Take every mod that PATH names through the command by its own settings, or all through `intent`."""
    targets = read_targets(session, arguments)
    intents = [intent] * len(targets) if intent else _intents(session, arguments, targets)
    report_file = targets[0].settings.report  # the same for all
    session.report_file = ""
    if report_file:
        from factorio_release.cli.written_files import check_report_path  # noqa: PLC0415 start-up: only with a report

        check_report_path(Path(report_file))
        session.report_file = report_file
    together = frozenset(target.name for target in targets if _goes_out(arguments, target.settings))
    jobs = [
        replace(_job(session, arguments, target, its_intent), together=together)
        for target, its_intent in zip(targets, intents, strict=True)
    ]
    modes = {one.mode for one in intents}
    with INTERRUPTS.held():  # from a mod's report to the file that holds it; `run_mod` releases for its work
        report = report_of(tuple(_reports(session, jobs, intents)))
        session.hand_on(report)
    return Finished(report, targets, only_checked=modes == {"check"}, may_write=bool(modes & WRITING_MODES))


def _mode(arguments: Arguments, settings: Settings) -> str:
    return settings.mode if arguments.command == "action" else arguments.command


def _intents(session: Session, arguments: Arguments, targets: tuple[Target, ...]) -> list[Intent]:
    """Return what is to be done with each mod; UsageError when one is to be written and that cannot be."""
    modes = [_mode(arguments, target.settings) for target in targets]
    planned_only = bool(arguments.has(SHOW_PLAN))
    written = [
        mode in WRITING_MODES and not target.settings.dry_run and not planned_only
        for mode, target in zip(modes, targets, strict=True)
    ]
    if any(written) and session.ci.plan_only:
        session.say(session.ci.plan_only)
        written = [False] * len(targets)
    if any(written):
        _may_write(session, arguments)
    return [
        Intent(mode, session.key) if writes else Intent("plan" if mode == "release" else mode)
        for mode, writes in zip(modes, written, strict=True)
    ]


def _goes_out(arguments: Arguments, settings: Settings) -> bool:
    """Tell whether this run, or the release that it plans, makes the mod's version public.

    What whoever starts the run holds back is planned as if it went out; what a file holds back never does.
    """
    if _mode(arguments, settings) not in {"plan", "release"}:
        return False
    planned_by_file = arguments.command == "action" and settings.is_from_file("mode")
    return not planned_by_file and not (settings.dry_run and settings.is_from_file("dry_run"))


def _may_write(session: Session, arguments: Arguments) -> None:
    problems = []
    if not session.key:
        problems.append(
            "no API key: set the input `api-key`, the variable FACTORIO_API_KEY or --api-key-file "
            "(a key is made on the factorio.com profile page)"
        )
    if not (session.ci.in_ci or arguments.has(YES) or session.has_terminal):
        problems.append("this would write to the portal, and nobody is there to ask: give --yes")
    if problems:
        raise UsageError(*problems)


def _job(session: Session, arguments: Arguments, target: Target, intent: Intent) -> Job:
    from factorio_release.cli.progress import Progress  # noqa: PLC0415 beside its use
    from factorio_release.pipeline import Job  # noqa: PLC0415 after the settings are known to be right
    from factorio_release.portal_memory import cache_folder  # noqa: PLC0415 likewise

    asks = intent.key and not session.ci.in_ci and not arguments.has(YES)
    tag = target.settings.tag or session.ci.tag
    return Job(
        target.path.absolute(),
        shown(target.path),
        target.settings,
        intent.mode,
        CiSource(session.ci.name, session.ci.repository_url, session.ci.commit),
        rehearsal=intent.rehearsal,
        today=datetime.now(UTC).date(),
        command=session.command_to_reproduce(),
        tag=tag,
        tag_commit=session.ci.commit if tag and tag == session.ci.tag else "",
        epoch=_epoch(session.environ.get("SOURCE_DATE_EPOCH", "")),
        cache=None if intent.rehearsal else cache_folder(session.environ),
        secrets=session.secrets,
        confirm=(lambda plan: _confirmed(session, plan)) if asks else (lambda _plan: True),
        say=session.say,
        packaging=Progress(session.err, "packaging"),
        uploading=Progress(session.err, "uploading"),
        interruptible=INTERRUPTS.released,
    )


def _epoch(text: str) -> int | None:
    """Read SOURCE_DATE_EPOCH, the field's way to say which time reproducible files carry."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_EPOCH):
        raise UsageError(f"SOURCE_DATE_EPOCH: {text!r} is not a number of seconds since 1970")
    return int(text) if text else None


def _reports(session: Session, jobs: list[Job], intents: list[Intent]) -> Iterator[ModReport]:
    from factorio_release.pipeline import run_mod  # noqa: PLC0415 start-up

    run_time = run_time_of(session, jobs[0].settings)
    for job, intent in zip(jobs, intents, strict=True):
        online = intent.mode in NEEDS_PORTAL
        reader, writer = portal_sides(session, job.settings, intent, run_time) if online else (None, None)
        report = run_mod(job, reader, writer)
        yield report
        if report.exit_code == ExitCode.INTERRUPTED:
            return


def run_time_of(session: Session, settings: Settings) -> RunTime:
    """Return the time that a run has for the portal, for all its mods together."""
    from factorio_release.portal.run_time import RunTime  # noqa: PLC0415 start-up: only with a portal

    return RunTime(settings.run_timeout, session.say)


def portal_sides(
    session: Session, settings: Settings, intent: Intent, run_time: RunTime
) -> tuple[PortalReader, PortalWriter | None]:
    """Return the two ways of talking to the portal; no writer where nothing may be written."""
    from factorio_release.portal.reader import PortalReader  # noqa: PLC0415 start-up: only with a portal
    from factorio_release.portal.transport import Transport  # noqa: PLC0415 likewise
    from factorio_release.portal.writer import PortalWriter  # noqa: PLC0415 likewise

    def observe(call: PortalRequest, status: int, seconds: float) -> None:
        session.say(f"{call.method} {call.shown} {status or 'no answer'} {seconds * 1000:.0f} ms")

    transport = Transport(settings.timeout, observe if session.verbose else None, run_time)
    reader = PortalReader(transport, settings.portal_url, settings.retries)
    if not intent.key:
        return reader, None
    writer = PortalWriter(
        transport, settings.portal_url, intent.key, retries=settings.retries, on_secret=session.hide
    )
    return reader, writer


def _confirmed(session: Session, plan: Plan) -> bool:
    from factorio_release.report.plan_text import plan_lines  # noqa: PLC0415 start-up: only when asked
    from factorio_release.report.style import Style  # noqa: PLC0415 likewise

    session.err.write("\n".join(plan_lines(plan, Style(session.color))) + "\n")
    session.err.write("write this to the portal? [y/N] ")
    session.err.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
