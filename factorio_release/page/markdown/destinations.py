"""Where a link's destination stands in its source: the grammar of CommonMark, by byte offset.

The parser tells what a destination means, not where it is written; here it is looked for from the
end of the label, and taken only if it means what the parser says.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

# White space may span a line end, and the next line may begin with the marks of its containers; where
# those end and a destination of `>` begins, only its meaning tells.
_GAP: Final = re.compile(rb"[ \t\r\n>]*")
_LABEL_END: Final = re.compile(rb"[ \t\r\n>]*\]\(")
_ANGLED: Final = re.compile(rb"<((?:[^<>\\\r\n]|\\.)*)>")
_BARE: Final = re.compile(rb"(?:[^\x00-\x20\x7f()\\]|\\[^\x00-\x20\x7f]|\\(?=[\x00-\x20\x7f]))+")
_DEFINITION_LABEL: Final = re.compile(rb"[ \t>]*\[(?:[^\[\]\\]|\\[\s\S])*\]:")
_ESCAPED: Final = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);)"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """The bytes `start` to `end` of the source, angle brackets not included."""

    start: int
    end: int


def inline_destination(source: bytes, label_end: int, meaning: str) -> Destination | None:
    """Find the destination of `[label](destination "title")`; None when it is not where it should be.

    `label_end` is the offset after the last byte inside the label that the parser has named.
    """
    opening = _LABEL_END.match(source, label_end)
    return _first_that_means(source, opening.end(), meaning) if opening else None


def definition_destination(source: bytes, start: int, meaning: str) -> Destination | None:
    """Find the destination of the reference definition `[label]: destination` that begins at `start`."""
    label = _DEFINITION_LABEL.match(source, start)
    return _first_that_means(source, label.end(), meaning) if label else None


def _first_that_means(source: bytes, offset: int, meaning: str) -> Destination | None:
    gap = _GAP.match(source, offset)
    after = gap.end() if gap else offset
    angled = _ANGLED.match(source, after)
    if angled and plain(angled[1]) == meaning:
        return Destination(*angled.span(1))
    end = _end_of_bare(source, after)
    rest = plain(source[after:end])
    marks = len(meaning) - len(rest)  # how many `>` before it belong to the destination
    start = after - marks
    if start < offset or meaning != ">" * marks + rest or source[start:after] != b">" * marks:
        return None
    return Destination(start, end)


def _end_of_bare(source: bytes, offset: int) -> int:
    depth = 0
    while offset < len(source):
        run = _BARE.match(source, offset)
        if run:
            offset = run.end()
        elif source[offset : offset + 1] == b"(":
            depth += 1
            offset += 1
        elif source[offset : offset + 1] == b")" and depth:
            depth -= 1
            offset += 1
        else:
            break
    return offset


def plain(raw: bytes) -> str:
    """Undo backslash escapes and character references, as a Markdown parser does."""
    return _ESCAPED.sub(lambda m: m[1] or html.unescape(m[2]), raw.decode(errors="replace"))


def escaped(url: str) -> bytes:
    """Write a URL so that a destination or an HTML attribute of these bytes means it again."""
    ready = url.replace("&", "&amp;") if html.unescape(url) != url else url
    return ready.encode()
