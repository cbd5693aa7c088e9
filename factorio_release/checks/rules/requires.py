"""Requires that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.require_paths import CORE_LUALIB
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import LOW_SIMILARITY, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.require_paths import Resolution
    from factorio_release.parsers.lua import Require

_TRIALS: Final = words("test tests testing spec specs mocks docs examples tools")


def missing(lua: LuaTree) -> Iterator[Problem]:
    """Report a `require` that the game is sure to meet and that finds no file."""
    for path, require, resolution in _unresolved(lua, sure=True):
        if not resolution.case:
            yield _missing(lua, path, require)


def differing_in_case(lua: LuaTree) -> Iterator[Problem]:
    """Report a `require` that the game is sure to meet and that fits a file but for upper and lower case."""
    for path, require, resolution in _unresolved(lua, sure=True):
        if resolution.case:
            yield _differs(lua, path, require, resolution.case)


def doubtful(lua: LuaTree) -> Iterator[Problem]:
    """Report a `require` that finds no file, where it is open whether the game ever gets there."""
    for path, require, resolution in _unresolved(lua, sure=False):
        yield (
            _differs(lua, path, require, resolution.case) if resolution.case else _missing(lua, path, require)
        )


def _unresolved(lua: LuaTree, *, sure: bool) -> Iterator[tuple[str, Require, Resolution]]:
    for path, require, resolution in lua.requires:
        loaded = path in lua.loaded
        wanted = resolution.missing and (require.certain and loaded) is sure
        if wanted and (loaded or _TRIALS.isdisjoint(path.lower().split("/"))):
            yield path, require, resolution


def _missing(lua: LuaTree, path: str, require: Require) -> Problem:
    line, column = lua.files[path].place(require.offset)
    return Problem(
        f"require {require.target!r} finds no file in the package",
        path,
        line,
        column,
        "`..` is not allowed in a path." if ".." in require.target else _hint(require.target),
    )


def _hint(target: str) -> str:
    suggestion = suggest(target, CORE_LUALIB, LOW_SIMILARITY)
    return f"Did you mean {suggestion!r}?" if suggestion else "Add the file, or mend the path."


def _differs(lua: LuaTree, path: str, require: Require, there: str) -> Problem:
    line, column = lua.files[path].place(require.offset)
    return Problem(
        f"require {require.target!r} differs in upper and lower case from {there}",
        path,
        line,
        column,
        "Write it as the file is named: in a zip and on Linux the two are different files.",
    )
