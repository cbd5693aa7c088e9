"""Flags in Lua that switch on what a mod's developers need, and that were meant to be off in a release."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.lua.tokens import TOKEN
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.lua_files import LuaTree

# `DEBUG = true`, `local debug_mode = true`, `M.dev_mode = true`, and `DEBUG_MODE = true,` in a table.
_SWITCHED_ON: Final = lazy_pattern(
    rb"^[ \t]*+(?P<local>local[ \t]++)?(?P<owner>(?:[A-Za-z_]\w*+\.)*+)(?P<name>[A-Za-z_]\w*+)[ \t]*+"
    rb"=[ \t]*+true[ \t]*+[,;]?[ \t]*+(?:--[^\n]*+)?\r?$",
    re.MULTILINE,
)
# The end of such a line. It is searched for first: a pattern that begins with a text is many times faster.
_TRUE: Final = lazy_pattern(rb"true[ \t]*+[,;]?[ \t]*+(?:--[^\n]*+)?\r?$", re.MULTILINE)
# What a save keeps, or the game owns: it changes while the game runs.
_OF_THE_GAME: Final = (
    b"global.",
    b"storage.",
    b"game.",
    b"player.",
    b"event.",
    b"data.",
    b"settings.",
)
_MAX_NAMES: Final = 50
_WORD: Final = lazy_pattern(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")
_SWITCHES: Final = frozenset({"mode", "mod", "enabled", "on", "flag", "active"})
_DEVELOPERS_WORDS: Final = frozenset(
    {"debug", "debugging", "debugmode", "dev", "devmode", "developer"}
)
# With one of these words a name says something else, or the opposite.
_OTHER_WORDS: Final = words("""
    no not non disable disabled hide hidden without was has can enable tests test release
""")


def flags_that_are_on(lua: LuaTree) -> Iterator[Problem]:
    """Report a variable named for debugging that is `true`, is never set to anything else, and is asked.

    Only in Lua that the mod may load. Where a command, a setting or a test sets the variable too, it is no
    constant of the author's. Only so many names are looked at: for each all Lua is searched.
    """
    everything = [lua.files[path].data for path in lua.reachable]
    for path, found in islice(_candidates(lua), _MAX_NAMES):
        data = lua.files[path].data
        searched = [data] if found["local"] else everything
        name = found["name"]
        if not (_is_constant(name, searched) and _is_asked(name, searched)):
            continue
        if _is_code(data, found.start("name")):
            message = f"{_shown(found)} is true, so that players get what is meant for debugging"
            hint = "Set it to false, or take it from a setting."
            yield Problem(message, path, *lua.place(path, found.start("owner")), hint)


def _candidates(lua: LuaTree) -> Iterator[tuple[str, re.Match[bytes]]]:
    """Yield the first place of each name that may be such a flag, with its file."""
    seen: set[tuple[str, str]] = set()
    for path in sorted(lua.reachable):
        for found in _switched_on(lua.files[path].data):
            key = (path, _shown(found))
            is_one = _is_for_developers(found["name"].decode())
            if is_one and key not in seen and not found["owner"].startswith(_OF_THE_GAME):
                seen.add(key)
                yield path, found


def _switched_on(data: bytes) -> Iterator[re.Match[bytes]]:
    for end in _TRUE.finditer(data):
        start = data.rfind(b"\n", 0, end.start()) + 1
        found = (
            _SWITCHED_ON.match(data, start) if b"de" in data[start : end.start()].lower() else None
        )
        if found:
            yield found


def _shown(found: re.Match[bytes]) -> str:
    return (found["owner"] + found["name"]).decode()


def _is_for_developers(name: str) -> bool:
    parts = [word.lower() for word in _WORD.findall(name)]
    if not _OTHER_WORDS.isdisjoint(parts):
        return False
    while len(parts) > 1 and parts[-1] in _SWITCHES:
        parts.pop()
    return bool(parts) and not _DEVELOPERS_WORDS.isdisjoint((parts[0], parts[-1]))


def _is_constant(name: bytes, searched: list[bytes]) -> bool:
    """Return whether nothing but `true` is assigned to a name."""
    other = re.compile(rb"(?<![\w])%b[ \t]*+=(?!=)[ \t]*+(?!true\b)" % name)
    return not any(name in data and other.search(data) for data in searched)


def _is_asked(name: bytes, searched: list[bytes]) -> bool:
    """Return whether a condition asks for a name."""
    asked = re.compile(
        rb"\b(?:if|elseif|while|and|or|not)\b[^\n]{0,80}?(?<!\w)%b(?!\w)|(?<!\w)%b\s++(?:and|or)\b"
        % (name, name)
    )
    return any(name in data and asked.search(data) for data in searched)


def _is_code(data: bytes, offset: int) -> bool:
    """Return whether a place is neither in a comment nor in a string of several lines."""
    for token in TOKEN.finditer(data):
        if token.end() > offset:
            return token["plain"] is not None and offset < token.end("plain")
    return False
