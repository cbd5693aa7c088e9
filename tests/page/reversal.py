"""Edits taken back: what `apply_edits` left out must not be lost, whatever the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.page.markdown.edits import TextEdit, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable


def reversed_edits(source: bytes, edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Return the edits that turn the result of `apply_edits` back into the source."""
    back: list[TextEdit] = []
    shift = 0
    for edit in in_order(edits):
        start = edit.start + shift
        back.append(TextEdit(start, start + len(edit.new), source[edit.start : edit.end]))
        shift += len(edit.new) - (edit.end - edit.start)
    return tuple(back)
