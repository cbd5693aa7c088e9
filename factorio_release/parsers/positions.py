"""Offsets in a text to lines and columns, both counted from 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def line_of(text: str | bytes, offset: int) -> int:
    """Return the line of one offset; for many offsets of one text use `Positions`."""
    if isinstance(text, bytes):
        return text.count(b"\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1


class Positions:
    """The lines of a text, or of its UTF-8 bytes, to look up many offsets.

    Columns count characters, also where the offsets count bytes. Looking up ascending offsets takes
    time linear in the text, even where the whole text is one line.
    """

    def __init__(self, text: str | bytes) -> None:
        line_breaks: Iterator[re.Match[Any]]
        line_breaks = (
            re.finditer(rb"\n", text) if isinstance(text, bytes) else re.finditer(r"\n", text)
        )
        self._text = text
        self._starts = [0, *(found.end() for found in line_breaks)]
        self._latest_line = 0
        self._latest_offset = 0
        self._latest_column = 1

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        if isinstance(self._text, bytes):
            return line, self._column(self._text, line, offset)
        return line, offset - self._starts[line - 1] + 1

    def _column(self, data: bytes, line: int, offset: int) -> int:
        start, column = self._starts[line - 1], 1
        if line == self._latest_line and self._latest_offset <= offset:
            # Go on from the latest answer: one line may hold thousands of places.
            start, column = self._latest_offset, self._latest_column
        column += len(data[start:offset].decode(errors="replace"))
        self._latest_line, self._latest_offset, self._latest_column = line, offset, column
        return column
