"""Regions of a Markdown file that are for the portal alone, or not for it.

<!-- portal:skip -->         left out on the portal, up to
<!-- portal:end -->
<!-- portal:only Text -->    shown on the portal alone: elsewhere it is a comment
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.page.markdown.edits import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.page.markdown.document import Document

# Two steps, each of which grows with the length alone: comments, then what stands in one.
_COMMENT: Final = re.compile(rb"<!--[\s\S]*?(-->|\Z)")
_MARKER: Final = re.compile(rb"<!--\s*+portal:([A-Za-z]*+(?:-[A-Za-z]++)*+)(?:[ \t]*+\r?\n|[ \t]++)?+")
_BLANKS: Final = frozenset({b" ", b"\t", b"\r", b"\v", b"\f"})
_BLANK_AFTER: Final = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
# A line that would go on with the paragraph before it, had it no blank line or comment in between.
_PROSE: Final = re.compile(rb" {0,3}(?!\d+[.)]\s|[*+-]\s)[\w\[!*_`(\"'~\\&\x80-\xff]")


@dataclass(frozen=True, slots=True)
class RegionProblem:
    """A marker that has no partner or no known name, at a byte offset of the source."""

    offset: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Marker:
    name: str
    start: int
    end: int
    body: tuple[int, int]


def region_edits(document: Document) -> tuple[tuple[TextEdit, ...], tuple[RegionProblem, ...]]:
    """Return the edits that make the portal's text, and the markers that do not fit together."""
    edits: list[TextEdit] = []
    mistakes: list[RegionProblem] = []
    opened: _Marker | None = None
    for marker in _markers(document):
        if opened is None and marker.name == "only":
            edits += _revealed(document.source, marker)
        elif opened is None and marker.name == "skip":
            opened = marker
        elif opened and marker.name == "end":
            edits.append(_cut(document.source, opened.start, marker.end))
            opened = None
        elif not (opened and marker.name == "only"):
            mistakes.append(_mistake(marker))
    if opened:
        hint = "close the region with <!-- portal:end -->"
        mistakes.append(RegionProblem(opened.start, "portal:skip is never closed", hint))
    return tuple(edits), tuple(mistakes)


def _markers(document: Document) -> Iterator[_Marker]:
    for markup in document.markups:
        for comment in _COMMENT.finditer(markup.text):
            marker = _MARKER.match(comment[0])
            if marker and comment[1]:
                first = comment.start() + marker.end()
                last = first + len(markup.text[first : comment.start(1)].rstrip())
                place = markup.source_ends(*comment.span())
                yield _Marker(marker[1].decode(), *place, markup.source_ends(first, last))


def _mistake(marker: _Marker) -> RegionProblem:
    if marker.name == "skip":
        return RegionProblem(
            marker.start, "portal:skip inside another portal:skip", "end the first one before"
        )
    if marker.name == "end":
        return RegionProblem(
            marker.start, "portal:end without a portal:skip before it", "open the region or remove the marker"
        )
    return RegionProblem(marker.start, f"unknown marker portal:{marker.name}", "use skip, only or end")


def _cut(source: bytes, start: int, end: int) -> TextEdit:
    """Leave out a range, with its lines when nothing else stands on them."""
    line = _line_start(source, start)
    rest = _BLANK_AFTER.match(source, end)
    if line is None or rest is None:
        return TextEdit(start, end)
    return TextEdit(line, rest.end(), _seam(source, line, rest.end()))


def _revealed(source: bytes, marker: _Marker) -> Iterator[TextEdit]:
    """Take the comment's marks away around what it holds."""
    first, last = marker.body
    line = _line_start(source, marker.start)
    rest = _BLANK_AFTER.match(source, marker.end)
    if first == last:
        yield _cut(source, marker.start, marker.end)
    elif line is None or rest is None:
        yield TextEdit(marker.start, first)
        yield TextEdit(last, marker.end)
    else:
        yield TextEdit(line, first, _seam(source, line, first))
        yield TextEdit(last, marker.end, b"\n" if _PROSE.match(source, rest.end()) else b"")


def _line_start(source: bytes, offset: int) -> int | None:
    """Return where the line begins when only white space stands before `offset`, else None."""
    start = offset
    while start and source[start - 1 : start] in _BLANKS:
        start -= 1
    return start if not start or source[start - 1 : start] == b"\n" else None


def _seam(source: bytes, before: int, after: int) -> bytes:
    """Return the blank line that keeps two paragraphs apart once what stood between them is gone."""
    line = source[source.rfind(b"\n", 0, max(before - 1, 0)) + 1 : before]
    return b"\n" if line.strip() and _PROSE.match(source, after) else b""
