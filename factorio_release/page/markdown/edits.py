"""Changes to a text by byte offset, so that whatever is not changed stays as it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class TextEdit:
    """The bytes from `start` up to `end` become `new`; offsets are those of the text before any edit."""

    start: int
    end: int
    new: bytes = b""


def in_order(edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Sort by place; two insertions at one place keep the order in which they were given."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def apply_edits(source: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Return the source with all edits made; they must not overlap."""
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
    """Tells where a byte of an edited text stood in the source; a new byte counts as its edit's start."""

    def __init__(self, edits: Iterable[TextEdit]) -> None:
        self._edits = in_order(edits)
        self._starts: list[int] = []  # of each edit, in the edited text
        self._shifts = [0]  # before each edit, and after the last
        for edit in self._edits:
            self._starts.append(edit.start + self._shifts[-1])
            self._shifts.append(self._shifts[-1] + len(edit.new) - (edit.end - edit.start))

    def of(self, offset: int) -> int:
        """Return the offset in the source."""
        number = bisect_right(self._starts, offset)
        if number:
            edit = self._edits[number - 1]
            if offset < self._starts[number - 1] + len(edit.new):
                return edit.start
        return offset - self._shifts[number]
