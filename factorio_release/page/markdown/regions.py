"""Regions of a Markdown file that are for the portal alone, or not for it.

<!-- portal:skip -->         removed on the portal, up to
<!-- portal:end -->
<!-- portal:only Text -->    shown on the portal alone: elsewhere it is a comment
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.page.markdown.edits import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.page.markdown.document import Document

# Two patterns, a comment and what is at its beginning: the time of each grows with the length alone.
_COMMENT: Final = re.compile(rb"<!--[\s\S]*?(-->|\Z)")
_MARKER: Final = re.compile(
    rb"<!--\s*+portal:([A-Za-z]*+(?:-[A-Za-z]++)*+)(?:[ \t]*+\r?\n|[ \t]++)?+"
)
_WHITE_SPACE_OF_A_LINE: Final = frozenset({b" ", b"\t", b"\r", b"\v", b"\f"})
_REST_IS_BLANK: Final = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
# The beginning of a line that could continue the paragraph above it if nothing were between the two: no list
# item, heading, quote or HTML, and indented by three spaces at most (CommonMark 0.31.2, section 4.8
# "Paragraphs"). A blank line that is not needed does no harm.
_CONTINUES_PARAGRAPH: Final = re.compile(rb" {0,3}(?!\d+[.)]\s|[*+-]\s)[\w\[!*_`(\"'~\\&\x80-\xff]")


class RegionProblem(NamedTuple):
    """A marker that has no partner or no known name, at a byte offset of the source."""

    offset: int
    message: str
    hint: str


class _Marker(NamedTuple):
    """A comment `<!-- portal:name … -->` from `start` to `end`; `text` is the range behind the name."""

    name: str
    start: int
    end: int
    text: tuple[int, int]


def region_edits(document: Document) -> tuple[tuple[TextEdit, ...], tuple[RegionProblem, ...]]:
    """Return the edits that make the portal's text, and the markers that do not fit together.

    Markers in code are no HTML, so that they do not count. Inside a skipped region `portal:only` is skipped.
    """
    edits: list[TextEdit] = []
    problems: list[RegionProblem] = []
    skip: _Marker | None = None
    for marker in _markers(document):
        if skip is None:
            if marker.name == "skip":
                skip = marker
            elif marker.name == "only":
                edits += _reveal(document.source, marker)
            else:
                problems.append(_problem(marker))
        elif marker.name == "end":
            edits.append(_remove(document.source, skip.start, marker.end))
            skip = None
        elif marker.name != "only":
            problems.append(_problem(marker))
    if skip:
        hint = "Close the region with <!-- portal:end -->."
        problems.append(RegionProblem(skip.start, "portal:skip is never closed", hint))
    return tuple(edits), tuple(problems)


def _markers(document: Document) -> Iterator[_Marker]:
    for markup in document.markups:
        for comment in _COMMENT.finditer(markup.text):
            marker = _MARKER.match(comment[0])
            is_closed = comment[1] != b""
            if marker is None or not is_closed:
                continue
            text_start = comment.start() + marker.end()
            text = markup.text[text_start : comment.start(1)].rstrip()
            start, end = markup.source_ends(*comment.span())
            text_in_source = markup.source_ends(text_start, text_start + len(text))
            yield _Marker(marker[1].decode(), start, end, text_in_source)


def _problem(marker: _Marker) -> RegionProblem:
    if marker.name == "skip":
        message = "portal:skip inside another portal:skip"
        return RegionProblem(marker.start, message, "end the first one before")
    if marker.name == "end":
        message = "portal:end without a portal:skip before it"
        return RegionProblem(marker.start, message, "open the region or remove the marker")
    return RegionProblem(
        marker.start, f"unknown marker portal:{marker.name}", "use skip, only or end"
    )


def _remove(source: bytes, start: int, end: int) -> TextEdit:
    """Return the edit that removes a range, with its lines when nothing else is on them."""
    line_start = _line_start(source, start)
    rest = _REST_IS_BLANK.match(source, end)
    if line_start is None or rest is None:
        return TextEdit(start, end)
    return TextEdit(line_start, rest.end(), _separator(source, line_start, rest.end()))


def _reveal(source: bytes, marker: _Marker) -> Iterator[TextEdit]:
    """Yield the edits that remove a comment's marks around its text."""
    text_start, text_end = marker.text
    line_start = _line_start(source, marker.start)
    rest = _REST_IS_BLANK.match(source, marker.end)
    if text_start == text_end:
        yield _remove(source, marker.start, marker.end)
    elif line_start is None or rest is None:
        yield TextEdit(marker.start, text_start)
        yield TextEdit(text_end, marker.end)
    else:
        yield TextEdit(line_start, text_start, _separator(source, line_start, text_start))
        continues = _CONTINUES_PARAGRAPH.match(source, rest.end())
        if continues:  # the removed mark has kept the text and the next line apart
            yield TextEdit(text_end, marker.end, b"\n")
        else:
            yield TextEdit(text_end, marker.end)


def _line_start(source: bytes, offset: int) -> int | None:
    """Return where the line begins if only white space is before `offset` in it, else None."""
    start = offset
    while start > 0 and source[start - 1 : start] in _WHITE_SPACE_OF_A_LINE:
        start -= 1
    if start == 0 or source[start - 1 : start] == b"\n":
        return start
    return None


def _separator(source: bytes, before: int, after: int) -> bytes:
    """Return a blank line if two paragraphs would become one once what is between them is removed.

    `before` is the end of a line, `after` the beginning of another one.
    """
    previous_line = source[source.rfind(b"\n", 0, max(before - 1, 0)) + 1 : before]
    if previous_line.strip() and _CONTINUES_PARAGRAPH.match(source, after):
        return b"\n"
    return b""
