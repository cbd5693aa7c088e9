"""The source line of a finding, with a caret below its column."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from factorio_release.report.escape import terminal

WIDTH = 100
_BEFORE = 60


def quotation(line_text: str, line: int, column: int) -> list[str]:
    """Return the line with its number, and below it a caret where `column` (from 1) is known.

    A long line is cut to a window of `WIDTH` characters around the column. The caret stands right
    below tabs, wide and escaped characters.
    """
    start = max(0, column - 1 - _BEFORE) if len(line_text) > WIDTH else 0
    window = line_text[start : start + WIDTH]
    lead, trail = "…" if start else "", "…" if start + WIDTH < len(line_text) else ""
    number = f"{line:>5}"
    quoted = [f"{number} | {lead}{_shown(window)}{trail}".rstrip()]
    if column > 0 and column <= len(line_text) + 1:
        before = lead + _shown(window[: column - 1 - start])
        quoted.append(f"{' ' * len(number)} | {' ' * _cells(before)}^")
    return quoted


def _shown(text: str) -> str:
    return terminal(text.replace("\t", "    "))


def _cells(text: str) -> int:
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
