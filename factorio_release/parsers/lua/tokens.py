"""The tokens of Lua 5.2, found in bytes without judging whether the file compiles."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from factorio_release.lazy_pattern import lazy_pattern

_KEYWORD: Final = (
    rb"(?:and|do|end|function|goto|hr_version|if|or|repeat|require|return|until|x?pcall"
    rb"|data\s*+:\s*+extend|global|script|game|data|settings|mods|remote|commands|rendering|storage)\b"
)
# The names that the game defines and that rules ask for.
GAME_NAMES: Final = frozenset(
    b"global script game data settings mods remote commands rendering storage".split()
)
# Plain text (other names, numbers, operators), then a token that matters. The matches follow each
# other without gaps and cover the file. Most of a mod's Lua is plain text and is not split further.
# A possessive quantifier must not repeat a group that captures: before 3.11.5 that can crash Python.
TOKEN: Final = lazy_pattern(
    rb"""
    (?P<plain>(?:(?!%(keyword)b)\w++|[^\w"'\[\](){}:-]++|-(?!-)|:(?!:))*+)
    (?:
        (?P<keyword>%(keyword)b)
      | (?P<string>
            "(?:[^"\\\n]++|\\z\s*+|\\.)*+"?
          | '(?:[^'\\\n]++|\\z\s*+|\\.)*+'?
          | \[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z)
        )
      | (?P<comment>--(?:\[(?P<comment_level>=*+)\[.*?(?:\](?P=comment_level)\]|\Z)|[^\n]*+))
      | (?P<mark>::|[\[\](){}])
      | (?P<end>\Z)
    )
    """
    % {b"keyword": _KEYWORD},
    re.DOTALL | re.VERBOSE,
)
_TABLE_TEXT: Final = rb"""
    (?!(?:require|function)\b)\w++
  | "(?:[^"\\\n]++|\\z\s*+|\\.)*+"
  | '(?:[^'\\\n]++|\\z\s*+|\\.)*+'
  | [^\w"'{}\[-]++
  | -(?!-)
  | --(?!\[=*+\[)[^\n]*+
  | \[(?!=*+\[)
"""
_TABLE_DEPTH: Final = 5
PLAIN_TOKEN: Final = lazy_pattern(
    rb"(?P<operand>[0-9][\w.]*+|\.\.\.)|(?P<word>\w++)|\.\.|[=~<>]=|[^\s\w]"
)
NAME: Final = lazy_pattern(rb"[A-Za-z_]\w*+")
_STRING_START: Final = lazy_pattern(rb"""["']|\[[=\[]""")
_ESCAPE: Final = lazy_pattern(rb"\\([\\\"'/])")


@cache
def plain_table() -> re.Pattern[bytes]:
    """Return the expression for a table, with tables in it, without a `require` and a function."""
    pattern = rb"\{(?:%b)*+\}" % _TABLE_TEXT
    for _ in range(_TABLE_DEPTH):
        pattern = rb"\{(?:%b|%b)*+\}" % (_TABLE_TEXT, pattern)
    return re.compile(pattern, re.DOTALL | re.VERBOSE)


def is_string(item: bytes) -> bool:
    """Return whether a token, or plain text, is a string."""
    return _STRING_START.match(item) is not None


def literal(string: bytes) -> str | None:
    """Return the text of a string token; None where escapes or bytes that are not UTF-8 leave it unclear.

    The escapes of a backslash and of quotes are clear.
    """
    if string.startswith(b"["):
        level = string.index(b"[", 1) + 1
        body = string[level:-level]
    else:
        body = string[1:-1]
        is_closed = len(string) > 1 and string[:1] == string[-1:]
        if not is_closed:
            return None
        if b"\\" in body:
            if b"\\" in _ESCAPE.sub(b"", body):
                return None
            body = _ESCAPE.sub(rb"\1", body)
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
