"""How deep a Markdown text nests, told before a parser builds the tree of it."""

from __future__ import annotations

import re
from typing import Final

from factorio_release.limits import MAX_MARKDOWN_DEPTH
from factorio_release.parsers.positions import line_of

# What opens a quote or a list at the beginning of a line or right behind another such mark.
_MARK: Final = rb"[ \t]*+(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))"
_TOO_DEEP: Final = re.compile(rb"^(?:%b){%d}" % (_MARK, MAX_MARKDOWN_DEPTH + 1), re.MULTILINE)


def too_deep(source: bytes) -> int:
    """Return the first line, from 1, with more than MAX_MARKDOWN_DEPTH marks of quotes and lists; else 0.

    A quote mark in the text takes the parser hundreds of bytes, so that it is asked for a bounded
    number of them.
    """
    found = _TOO_DEEP.search(source)
    return line_of(source, found.start()) if found else 0
