"""check, build, plan, release and page: the same pipeline, stopped at different places."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.targets import find_mods, shown
from factorio_release.errors import ExitCode, UsageError
from factorio_release.report.model import Report, report_of
from factorio_release.settings import CiSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.pipeline import Job
    from factorio_release.plan import Plan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.transport import Call
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import ModReport, Report
    from factorio_release.settings import Settings

LONGEST_EPOCH = 12
KEY_CODES = ("secret", "secret-on-page")
NEEDS_PORTAL = frozenset({"plan", "release", "page"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is to do: its mode, and the key to write with, empty when nothing may be written.

    In a `rehearsal` the portal knows no other mods, so that it is not asked about required ones.
    """

    mode: str
    key: str = field(default="", repr=False)
    rehearsal: bool = False


def run(session: Session, arguments: Arguments, intent: Intent | None = None) -> tuple[Report, Settings]:
    """Take every mod that PATH names through the command, or through `intent`.

    Returns the report and the settings of the first mod, by which the report is shown.
    """
    sources = session.sources(arguments)
    paths = find_mods(session.settings_of(sources, Path()).path)
    settings = {path: session.settings_of(sources, path) for path in paths}
    leading = next(iter(settings.values()))
    intent = intent or _intent(session, arguments, leading)
    _known_codes(leading)
    if leading.report:
        from factorio_release.cli.showing import prepare_report  # noqa: PLC0415 start-up: only with a report

        prepare_report(leading.report)
    together = frozenset(paths.values())
    jobs = [
        replace(_job(session, arguments, settings[path], path, intent), together=together) for path in paths
    ]
    return report_of(tuple(_reports(session, jobs, intent))), leading


def _intent(session: Session, arguments: Arguments, settings: Settings) -> Intent:
    mode = settings.mode if arguments.command == "action" else arguments.command
    dry = settings.dry_run or bool(arguments.switches.get("plan")) or mode not in {"release", "page"}
    if session.ci.is_pull_request and not dry:
        session.say("a pull request never writes to the portal: planning only")
        dry = True
    if dry:
        return Intent("plan" if mode == "release" else mode)
    _may_write(session, arguments)
    return Intent(mode, session.key)


def _may_write(session: Session, arguments: Arguments) -> None:
    mistakes = []
    if not session.key:
        mistakes.append(
            "no API key: set the input `api-key`, the variable FACTORIO_API_KEY or --api-key-file "
            "(a key is made on the factorio.com profile page)"
        )
    if not (session.ci.in_ci or arguments.switches.get("yes") or sys.stdin.isatty()):
        mistakes.append("this would write to the portal, and nobody is there to ask: give --yes")
    if mistakes:
        raise UsageError(*mistakes)


def _known_codes(settings: Settings) -> None:
    if settings.ignore:
        from factorio_release.checks.rules import RULES  # noqa: PLC0415 start-up: only with `ignore`
        from factorio_release.option import unknown  # noqa: PLC0415 likewise
        from factorio_release.page.findings import PAGE_CODES  # noqa: PLC0415 likewise

        known = dict.fromkeys([rule.code for rule in RULES] + list(PAGE_CODES))
        mistakes = unknown("ignore: the code", settings.ignore, known)
        mistakes += [
            f"ignore: {code} is never set aside: it stands for the API key in what would be published"
            for code in KEY_CODES
            if code in settings.ignore
        ]
        if mistakes:
            raise UsageError(*mistakes)


def _job(session: Session, arguments: Arguments, settings: Settings, path: Path, intent: Intent) -> Job:
    from factorio_release.cli.progress import Progress  # noqa: PLC0415 beside its use
    from factorio_release.pipeline import Job  # noqa: PLC0415 after the settings are known to be right
    from factorio_release.portal_memory import cache_folder  # noqa: PLC0415 likewise

    asks = intent.key and not session.ci.in_ci and not arguments.switches.get("yes")
    return Job(
        path.absolute(),
        shown(path),
        settings,
        intent.mode,
        CiSource(session.ci.name, session.ci.repository_url, session.ci.commit),
        rehearsal=intent.rehearsal,
        today=datetime.now(UTC).date(),
        tag=settings.tag or session.ci.tag,
        epoch=_epoch(session.environ.get("SOURCE_DATE_EPOCH", "")),
        cache=None if intent.rehearsal else cache_folder(session.environ),
        secrets=(session.key,) if session.key else (),
        confirm=(lambda plan: _confirmed(session, plan)) if asks else (lambda _plan: True),
        say=session.say,
        packaging=Progress(session.err, "packaging"),
        uploading=Progress(session.err, "uploading"),
    )


def _epoch(text: str) -> int | None:
    """Read SOURCE_DATE_EPOCH, the field's way to say which time reproducible files carry."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_EPOCH):
        raise UsageError(f"SOURCE_DATE_EPOCH: {text!r} is not a number of seconds since 1970")
    return int(text) if text else None


def _reports(session: Session, jobs: list[Job], intent: Intent) -> Iterator[ModReport]:
    from factorio_release.pipeline import run_mod  # noqa: PLC0415 start-up

    for job in jobs:
        online = intent.mode in NEEDS_PORTAL
        reader, writer = portal_sides(session, job.settings, intent) if online else (None, None)
        report = run_mod(job, reader, writer)
        yield report
        if report.exit_code == ExitCode.INTERRUPTED:
            return


def portal_sides(
    session: Session, settings: Settings, intent: Intent
) -> tuple[PortalReader, PortalWriter | None]:
    """Return the two ways of talking to the portal; no writer where nothing may be written."""
    from factorio_release.portal.reader import PortalReader  # noqa: PLC0415 start-up: only with a portal
    from factorio_release.portal.transport import Transport  # noqa: PLC0415 likewise
    from factorio_release.portal.writer import PortalWriter  # noqa: PLC0415 likewise

    def observe(call: Call, status: int, seconds: float) -> None:
        session.say(f"{call.method} {call.shown} {status or 'no answer'} {seconds * 1000:.0f} ms")

    transport = Transport(settings.timeout, observe if session.verbose else None)
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
