"""Texts that are not what their file is for: git's conflict marks, and a web page saved as a file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.text import numbered_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

_OURS: Final = "<<<<<<<"
_BASE: Final = "|||||||"
_MIDDLE: Final = "======="
_THEIRS: Final = ">>>>>>>"
_WEB_PAGE: Final = lazy_pattern(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE
)
_HEAD_CHARACTERS: Final = 2_000
CONFLICT_HINT: Final = "Resolve the conflict: keep one of the two sides, and remove the marks."
WEB_PAGE_HINT: Final = (
    "Download the file itself; on GitHub and GitLab that is what the button Raw shows."
)


class Conflict(NamedTuple):
    """The first line with a conflict mark, and the lines of the side above `=======`, with numbers."""

    line: int
    ours: tuple[tuple[int, str], ...]

    def with_spaces(self, text: str) -> str:
        """Return the text with spaces in place of the lines that are not in `ours`: every offset stays."""
        kept = {number for number, _ in self.ours}
        return "\n".join(
            line if number in kept else " " * len(line)
            for number, line in enumerate(text.split("\n"), 1)
        )


def read_conflict(text: str) -> Conflict | None:
    """Return the conflict in a text, None when it has none.

    A line of seven `=` alone is no conflict: it may underline a title.
    """
    if _OURS not in text or _THEIRS not in text:  # much faster than the lines
        return None
    lines = [*numbered_lines(text)]
    marks = [
        (mark, number)
        for number, line in lines
        if (mark := line[:7]) in {_OURS, _MIDDLE, _THEIRS} and line[7:8] in {"", " "}
    ]
    kinds = [mark for mark, _ in marks]
    if _OURS not in kinds or _THEIRS not in kinds[kinds.index(_OURS) :]:
        return None
    return Conflict(marks[kinds.index(_OURS)][1], tuple(_ours(lines)))


def _ours(lines: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    side = ""  # the mark above, `""` outside of a conflict
    for number, line in lines:
        mark = line[:7] if line[7:8] in {"", " "} else ""
        if mark == _OURS or (side and mark in {_BASE, _MIDDLE}):
            side = mark
        elif side and mark == _THEIRS:
            side = ""
        elif side in {"", _OURS}:
            yield number, line


def is_web_page(text: str) -> bool:
    """Return whether a text is HTML from its beginning on."""
    return _WEB_PAGE.match(text[:_HEAD_CHARACTERS]) is not None


def with_line_feeds(data: bytes) -> tuple[bytes, bool]:
    """Return data of several lines that CR alone ends with LF instead, and whether it is such data."""
    if b"\n" in data or b"\r" not in data.rstrip(b"\r"):
        return data, False
    return data.replace(b"\r", b"\n"), True


def is_unseen(character: str) -> bool:
    """Return whether a character cannot be seen, or looks like an ordinary space and is none."""
    return character not in " \t" and (character.isspace() or not character.isprintable())


def without_unseen(text: str) -> str:
    """Return a text without the characters that cannot be seen, and without blanks at its ends."""
    if text.isascii() and text.isprintable():  # most texts
        return text.strip(" ")
    return "".join(character for character in text if not is_unseen(character)).strip(" \t")


def spelled_out(character: str) -> str:
    """Return the number and the name of a character, such as `U+00A0 (no-break space)`."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")
