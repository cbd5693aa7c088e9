"""What is shown before the first write, and the question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factorio_release.cli.session import Session
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings


class Preview:
    """Shows what a run is about to write, and asks for it where `asks` is true.

    It is called once, before the first write. `shown` is the report as it was shown where the rest of the
    report goes as well; None if that place has not seen it. With `whole`, texts are shown line by line.
    """

    def __init__(self, session: Session, settings: Settings, *, asks: bool, whole: bool) -> None:
        self._session = session
        self._settings = settings
        self._asks = asks
        self._whole = whole
        self.shown: Report | None = None

    def __call__(self, report: Report) -> bool:
        """Show the report; return whether to write."""
        from factorio_release.report.preview import question, render_preview  # noqa: PLC0415 start-up: only to write

        session = self._session
        is_text = self._settings.format == "text"
        # The question is progress, and so is what belongs to it: both go to standard error.
        stream = session.err if self._asks else session.out
        if not self._asks and not is_text:
            return True
        stream.write(
            render_preview(report, color=session.color, whole=self._whole, excerpts=session.verbose)
        )
        stream.flush()
        if not self._asks:
            if not self._whole:
                fold_texts(session, report)
            self.shown = report
            return True
        if is_text and session.out.isatty():
            self.shown = report
        stream.write(question(report, self._settings.portal_url))
        stream.flush()
        if sys.stdin.readline().strip().lower() in {"y", "yes"}:
            return True
        session.say("not confirmed: nothing was written to the portal")
        return False


def fold_texts(session: Session, report: Report) -> None:
    """Print the texts that change into the log of a CI that can fold them away; nothing elsewhere."""
    from factorio_release.report.plan_text import texts_of  # noqa: PLC0415 start-up: only with a plan
    from factorio_release.report.style import Style  # noqa: PLC0415 likewise

    for number, mod in enumerate(report.mods):
        lines = list(texts_of(mod.plan, Style())) if mod.plan else []
        marks = session.ci.fold(f"texts_{number}", f"the texts that change in {mod.mod}")
        if not lines or not marks:
            continue
        begin, end = marks
        session.out.flush()
        # The marks are commands to the CI. The guard of `out` would make them harmless, so it is bypassed.
        session.out.raw.write(begin)
        session.out.write("\n".join(lines) + "\n")
        session.out.flush()
        session.out.raw.write(end)
        session.out.raw.flush()
