"""Changes to a text by byte offset, so that whatever is not changed stays as it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Edit:
    """The bytes from `start` up to `end` become `new`; offsets are those of the text before any edit."""

    start: int
    end: int
    new: bytes = b""


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Sort by place; two insertions at one place keep the order in which they were given."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
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


def reversed_edits(source: bytes, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that turn the result of `apply_edits` back into the source."""
    back: list[Edit] = []
    shift = 0
    for edit in in_order(edits):
        start = edit.start + shift
        back.append(Edit(start, start + len(edit.new), source[edit.start : edit.end]))
        shift += len(edit.new) - (edit.end - edit.start)
    return tuple(back)


class Lines:
    """Tells line and column (from 1, in characters) of a byte offset."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        at = source.find(b"\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = source.find(b"\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of the byte at `offset`."""
        line = bisect_right(self._starts, offset)
        return line, len(self._source[self._starts[line - 1] : offset].decode(errors="replace")) + 1


def offset_before(edits: Sequence[Edit], offset: int) -> int:
    """Return where a byte of the edited text stood in the source; a new byte counts as its edit's start."""
    shift = 0
    for edit in in_order(edits):
        start = edit.start + shift
        if offset < start:
            break
        if offset < start + len(edit.new):
            return edit.start
        shift += len(edit.new) - (edit.end - edit.start)
    return offset - shift
