"""Line and column of an offset in the bytes of a text."""

from __future__ import annotations

from bisect import bisect_right


class Positions:
    """Tells line and column (from 1, in characters) of a byte offset."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._latest = (0, 0, 1)  # line, offset and column of the latest answer
        self._starts = [0]
        at = source.find(b"\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = source.find(b"\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of the byte at `offset`."""
        line = bisect_right(self._starts, offset)
        known_line, known, column = self._latest
        if known_line != line or known > offset:
            known, column = self._starts[line - 1], 1
        # From the latest answer on: a line may be the whole text, and have thousands of places.
        column += len(self._source[known:offset].decode(errors="replace"))
        self._latest = (line, offset, column)
        return line, column
