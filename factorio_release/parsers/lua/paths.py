"""The paths in the strings of a Lua file, found without following its blocks."""

from __future__ import annotations

import re
from typing import Final

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.lua.model import PathString
from factorio_release.parsers.lua.tokens import literal

# A string in quotes.
_SHORT: Final = rb"""(?:"(?:[^"\\\n]++|\\z\s*+|\\.)*+"?|'(?:[^'\\\n]++|\\z\s*+|\\.)*+'?)"""
_LINE_COMMENT: Final = rb"--(?!\[=*+\[)[^\n]*+"
# Skips everything up to a string that begins with two underscores, or to long brackets. A string behind
# `..` is the end of a longer text. A possessive quantifier must not repeat a group that captures: before
# 3.11.5 that can crash Python. So long brackets, which need one, end the repetition.
_NEXT: Final = lazy_pattern(
    rb"""
    (?:
        [^"'\[.-]++
      | \.\.(?:\s++|%(comment)b)*+%(short)b?+
      | %(comment)b
      | (?!["']__)%(short)b
      | -(?!-)
      | \[(?!=*+\[)
      | \.
    )*+
    (?:
        (?P<string>%(short)b|\[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z))
      | --\[(?P<comment_level>=*+)\[.*?(?:\](?P=comment_level)\]|\Z)
      | \Z
    )
    """
    % {b"comment": _LINE_COMMENT, b"short": _SHORT},
    re.DOTALL | re.VERBOSE,
)
_JOINED: Final = lazy_pattern(
    rb"(?:\s++|%(comment)b|--\[\[.*?\]\])*+\.\." % {b"comment": _LINE_COMMENT}, re.DOTALL
)
_PATH: Final = lazy_pattern(r"__[^/\\\n]{1,100}?__/[^\n]*", re.DOTALL)
_LOOK_BACK_BYTES: Final = 200


def find_paths(data: bytes) -> tuple[PathString, ...]:
    """Return the strings of a file that begin with `__name__/`, in their order."""
    if b"__/" not in data:
        return ()
    paths = []
    is_end = False  # a `..` came before, and since then only white space and comments
    for found in _NEXT.finditer(data):
        start, string = found.start("string"), found["string"]
        if string is None and found["comment_level"] is None:
            break
        end_of_plain = start if string is not None else _comment_start(found)
        between = data[max(found.start(), end_of_plain - _LOOK_BACK_BYTES) : end_of_plain].rstrip()
        is_end = between.endswith(b"..") or (is_end and not between)
        if string is None:
            continue
        text = literal(string) if b"__/" in string else None
        if text is not None and not is_end and _PATH.fullmatch(text):
            whole = _JOINED.match(data, found.end()) is None
            paths.append(PathString(text, start, whole))
        is_end = False
    return tuple(paths)


def _comment_start(found: re.Match[bytes]) -> int:
    return found.start("comment_level") - len(b"--[")
