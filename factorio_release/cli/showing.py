"""Shows a finished run: the report in its format, the files and outputs that somebody reads later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.atomic_write import prove_writable, remedy, replaces_only, write_file
from factorio_release.errors import UsageError
from factorio_release.report.formats import render
from factorio_release.report.json_report import render_json

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.runs import Finished
    from factorio_release.cli.session import Session

# What a report begins with, as `render_json` writes it: a file of the user's is never taken for one.
REPORT_HEAD: Final = b'{\n  "tool": {\n    "name": "factorio-release",'
_MAY_REPLACE: Final = replaces_only(REPORT_HEAD, "a report of this program")


def show(session: Session, arguments: Arguments, finished: Finished) -> None:
    """Print the report and hand it on; by now it may tell of a release, so that nothing is raised."""
    report, settings = finished.report, finished.settings
    if arguments.switches.get("list"):
        from factorio_release.report.listing import render_listing  # noqa: PLC0415 start-up: only when asked

        session.out.write(render_listing(report))
    shown = render(report, settings.format, color=session.color, check=finished.only_checked)
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
            text = session.redactor(render_json(report))
            write_file(Path(settings.report), text.encode("utf-8", "replace"), _MAY_REPLACE)
        except OSError as error:
            session.say(f"warning: the report {settings.report} could not be written: {error.strerror}")
    session.publish(report, settings.report)


def prepare_report(path: str) -> None:
    """Make sure, before anything is done, that the report can be written; UsageError when it cannot."""
    try:
        prove_writable(Path(path), _MAY_REPLACE)
    except OSError as error:
        raise UsageError(f"report: {path} cannot be written: {error.strerror}; {remedy(error)}") from None
