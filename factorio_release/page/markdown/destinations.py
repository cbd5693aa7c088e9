"""Where the destination of a link is written in its source, by byte offset.

The parser reports what a destination means and the range of the whole link, not where the destination is.
It is searched from the end of the label, by the rules of CommonMark 0.31.2 (section 6.3 "Links" and 4.7 "Link
reference definitions"), and taken only if it means what the parser reports. Otherwise the link stays as it
is: a missed link is harmless, an edit of the wrong bytes is not.
"""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

# White space between the parts of a link may have a line end, and the next line may begin with the marks of
# the block quotes around the link. `>` may also begin a destination, so that the bytes alone do not show
# where these marks end: the meaning decides.
_GAP: Final = re.compile(rb"[ \t\r\n>]*")
_LABEL_END: Final = re.compile(rb"[ \t\r\n>]*\]\(")
_DEFINITION_LABEL: Final = re.compile(rb"[ \t>]*\[(?:[^\[\]\\]|\\[\s\S])*\]:")
# The two forms of a destination: in angle brackets, without line ends; or without brackets, and then without
# spaces and control characters. A backslash escapes only punctuation.
_ANGLED: Final = re.compile(rb"<((?:[^<>\\\r\n]|\\.)*)>")
_BARE: Final = re.compile(rb"(?:[^\x00-\x20\x7f()\\]|\\[^\x00-\x20\x7f]|\\(?=[\x00-\x20\x7f]))+")
# Sections 2.4 "Backslash escapes" and 2.5 "Entity and numeric character references".
_ESCAPED: Final = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);)"
)


class Destination(NamedTuple):
    """The bytes `start` to `end` of the source, angle brackets not included."""

    start: int
    end: int


def inline_destination(source: bytes, label_end: int, meaning: str) -> Destination | None:
    """Return the destination of `[label](destination "title")`, None when it is not found.

    `label_end` is the offset after the last byte of the label that the parser has an event for. `meaning` is
    the destination that the parser reports.
    """
    opening = _LABEL_END.match(source, label_end)
    if opening is None:
        return None
    return _destination_at(source, opening.end(), meaning)


def definition_destination(source: bytes, start: int, meaning: str) -> Destination | None:
    """Return the destination of the reference definition `[label]: destination` that begins at `start`."""
    label = _DEFINITION_LABEL.match(source, start)
    if label is None:
        return None
    return _destination_at(source, label.end(), meaning)


def _destination_at(source: bytes, offset: int, meaning: str) -> Destination | None:
    """Return the destination behind the gap that begins at `offset`, if it has this meaning."""
    gap = _GAP.match(source, offset)
    gap_end = gap.end() if gap else offset
    angled = _ANGLED.match(source, gap_end)
    if angled and unescaped(angled[1]) == meaning:
        return Destination(*angled.span(1))
    # The gap has taken every `>`. Those that the meaning has before the rest belong to the destination.
    end = _end_of_bare(source, gap_end)
    rest = unescaped(source[gap_end:end])
    marks = len(meaning) - len(rest)
    if marks < 0 or meaning != ">" * marks + rest:
        return None
    start = gap_end - marks
    if start < offset or source[start:gap_end] != b">" * marks:
        return None
    return Destination(start, end)


def _end_of_bare(source: bytes, offset: int) -> int:
    """Return where a destination without angle brackets ends: parentheses in it must be balanced."""
    depth = 0
    while offset < len(source):
        run = _BARE.match(source, offset)
        if run:
            offset = run.end()
            continue
        character = source[offset : offset + 1]
        if character == b"(":
            depth += 1
        elif character == b")" and depth > 0:
            depth -= 1
        else:
            break
        offset += 1
    return offset


def unescaped(raw: bytes) -> str:
    """Return a text without backslash escapes and character references, as a Markdown parser reads it."""
    return _ESCAPED.sub(
        lambda found: found[1] or html.unescape(found[2]), raw.decode(errors="replace")
    )


def escaped(url: str) -> bytes:
    """Return the bytes that mean `url` in a destination or in an HTML attribute."""
    if html.unescape(url) != url:  # `&` begins a character reference
        url = url.replace("&", "&amp;")
    return url.encode()
