"""Edits of a text by byte offset: every byte that no edit covers stays as it was written."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class TextEdit(NamedTuple):
    """The bytes from `start` up to `end` become `new`; offsets are those of the text before any edit."""

    start: int
    end: int
    new: bytes = b""

    @property
    def growth(self) -> int:
        """How many bytes longer the text becomes; negative where it becomes shorter."""
        return len(self.new) - (self.end - self.start)


def in_order(edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Return edits sorted by offset; two insertions at one offset keep the order in which they were given."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def apply_edits(source: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Return the source with all edits made; ValueError if they overlap."""
    parts: list[bytes] = []
    done = 0
    for edit in in_order(edits):
        if edit.start < done:
            raise ValueError(f"edits overlap at byte {edit.start}")
        parts += (source[done : edit.start], edit.new)
        done = edit.end
    parts.append(source[done:])
    return b"".join(parts)


class OffsetsBefore:
    """Converts offsets in the edited text to offsets in the source.

    An offset in the new bytes of an edit becomes the edit's start. `edits` must not overlap.
    """

    def __init__(self, edits: Iterable[TextEdit]) -> None:
        self._edits = in_order(edits)
        self._starts: list[int] = []  # of each edit, in the edited text
        self._shifts = [0]  # how far the text has moved before each edit, and after the last
        for edit in self._edits:
            self._starts.append(edit.start + self._shifts[-1])
            self._shifts.append(self._shifts[-1] + edit.growth)

    def of(self, offset: int) -> int:
        """Return the offset in the source."""
        edits_before = bisect_right(self._starts, offset)
        if edits_before:
            last = self._edits[edits_before - 1]
            if offset < self._starts[edits_before - 1] + len(last.new):
                return last.start
        return offset - self._shifts[edits_before]
