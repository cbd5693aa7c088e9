"""The printed result of a finished run: the report in its format, and annotations for the CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.declared import DIFF, LIST
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
    if settings.format == "text":
        rendered = _text(session, arguments, finished)
    else:
        rendered = render(report, settings.format, check=finished.only_checked)
    if settings.format == "github":
        session.out.flush()
        # These are workflow commands. The guard of `out` would make them harmless, so it is bypassed.
        session.out.raw.write(session.redactor(rendered))
    else:
        session.out.write(rendered)
    session.out.flush()
    if settings.format != "github":
        session.ci.annotate(report, session.redactor)


def _text(session: Session, arguments: Arguments, finished: Finished) -> str:
    """Return the report as text; what was shown before the first write is left out."""
    from factorio_release.report.text import render_text  # noqa: PLC0415 start-up: only when used

    whole = arguments.has(DIFF)
    if not whole and finished.shown is None and any(mod.plan for mod in finished.report.mods):
        from factorio_release.cli.preview import fold_texts  # noqa: PLC0415 start-up: only with a plan

        fold_texts(session, finished.report)
    return render_text(
        finished.report,
        color=session.color,
        excerpts=session.verbose,
        whole=whole,
        before=finished.shown,
    )
