"""The source lines of findings, and the excerpt that shows a line with a caret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import combining, east_asian_width

from factorio_release.parsers.unseen import visible
from factorio_release.report.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.findings import Finding

# A longer line is cut to a window of this size; so much of it is shown before the column.
_WINDOW_CHARACTERS: Final = 100
_CHARACTERS_BEFORE_COLUMN: Final = 60


class SourceLines:
    """The lines of the files that findings are in.

    Each file is split once, when its first line is read: a file can have thousands of findings.
    """

    def __init__(self, sources: Mapping[str, str] | None) -> None:
        self._sources = sources or {}
        self._lines: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> str:
        """Return the line of a finding without its end; empty when the line is not known."""
        if finding.file not in self._lines:
            self._lines[finding.file] = self._sources.get(finding.file, "").split("\n")
        lines = self._lines[finding.file]
        if not 0 < finding.line <= len(lines):
            return ""
        return lines[finding.line - 1].rstrip("\r")


def excerpt_lines(line_text: str, line: int, column: int) -> list[str]:
    """Return the line with its number, and below it a caret where `column` (from 1) is known.

    A long line is cut to a window around the column. The caret is below its character, also after
    tabs, wide characters, and characters that are spelled out.
    """
    start = 0
    if len(line_text) > _WINDOW_CHARACTERS:
        start = max(0, column - 1 - _CHARACTERS_BEFORE_COLUMN)
    end = start + _WINDOW_CHARACTERS
    lead = "…" if start else ""
    trail = "…" if end < len(line_text) else ""
    number = f"{line:>5}"
    excerpt = [f"{number} | {lead}{_shown(line_text[start:end])}{trail}".rstrip()]
    # One past the last character is a place too: where something is missing at the end.
    if 0 < column <= len(line_text) + 1:
        before = lead + _shown(line_text[start : column - 1])
        excerpt.append(f"{' ' * len(number)} | {' ' * _terminal_cells(before)}^")
    return excerpt


def _shown(text: str) -> str:
    return terminal(visible(text.replace("\t", "    ")))


def _terminal_cells(text: str) -> int:
    """Return the width of a text in the cells of a terminal."""
    shown = [character for character in text if not combining(character)]
    wide = [character for character in shown if east_asian_width(character) in "WF"]
    return len(shown) + len(wide)
