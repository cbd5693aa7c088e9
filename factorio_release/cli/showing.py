"""Shows a finished run: the report in its format, the files and outputs that somebody reads later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.errors import UsageError
from factorio_release.report.formats import render
from factorio_release.report.json_report import render_json

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.report.model import Report
    from factorio_release.settings import Settings


def show(session: Session, arguments: Arguments, report: Report, settings: Settings) -> None:
    """Print the report and hand it on; by now it may tell of a release, so that nothing is raised."""
    mode = settings.mode if arguments.command == "action" else arguments.command
    if arguments.switches.get("list"):
        from factorio_release.report.listing import render_listing  # noqa: PLC0415 start-up: only when asked

        session.out.write(render_listing(report))
    shown = render(report, settings.format, color=session.color, check=mode == "check")
    if settings.format == "github":
        session.out.flush()
        session.out.raw.write(session.redactor(shown))  # the guard would break up these very commands
    else:
        session.out.write(shown)
    session.out.flush()
    if settings.format != "github":
        session.ci.annotate(report, session.redactor)
    if settings.report:
        try:
            Path(settings.report).write_text(
                session.redactor(render_json(report)), encoding="utf-8", errors="replace", newline="\n"
            )
        except OSError as error:
            session.say(f"warning: the report {settings.report} could not be written: {error.strerror}")
    session.publish(report, settings.report)


def prepare_report(path: str) -> None:
    """Make sure, before anything is done, that the report can be written; UsageError when it cannot."""
    report = Path(path)
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        known = report.exists()
        with report.open("a", encoding="utf-8"):
            pass
        if not known:
            report.unlink()  # a run that is killed leaves no report rather than an empty one
    except OSError as error:
        raise UsageError(f"report: {path} cannot be written: {error.strerror}") from None
