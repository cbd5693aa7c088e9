"""The printed result of a finished run: the report in its format, and annotations for the CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.declared import LIST
from factorio_release.report.formats import render

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.commands.pipeline import Finished
    from factorio_release.cli.session import Session


def show(session: Session, arguments: Arguments, finished: Finished) -> None:
    """Print the report; a stream that fails raises nothing, because the report was handed on before."""
    report, settings = finished.report, finished.settings
    if arguments.has(LIST):
        from factorio_release.report.package_content import render_listing  # noqa: PLC0415 start-up: only when asked

        session.out.write(render_listing(report))
    rendered = render(
        report,
        settings.format,
        color=session.color,
        check=finished.only_checked,
        excerpts=session.verbose,
    )
    if settings.format == "github":
        session.out.flush()
        # These are workflow commands. The guard of `out` would make them harmless, so it is bypassed.
        session.out.raw.write(session.redactor(rendered))
    else:
        session.out.write(rendered)
    session.out.flush()
    if settings.format != "github":
        session.ci.annotate(report, session.redactor)
