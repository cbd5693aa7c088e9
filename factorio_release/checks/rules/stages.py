"""Lua that uses what the game does not have at that stage, or no longer has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.lua_files import Stage
from factorio_release.checks.facts.lualib import game_numbers, is_since_2_0
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.model import NameUse

_FIRST_GAME: Final = (1, 0)  # early versions had other tables, such as `game` in all of control.lua
# In code without indentation: cheap to search, and `game` in a handler is right.
_GAME_AT_MARGIN: Final = lazy_pattern(rb"^[^\s\-][^\n]*?\bgame\b|^game\b", re.MULTILINE)
_USUAL_INDEX: Final = re.compile(rb"\s*+(?:\[|\.\s*+[A-Za-z_]|:[A-Za-z_])")
_INDEX: Final = lazy_pattern(rb"\s*+(?:\[|\.(?!\.)|:(?!:))")
# Documented: the tables of the game that a stage lacks, and what the mod's author probably wants there.
_AT_RUN_TIME: Final = dict.fromkeys(
    (b"script", b"game", b"remote", b"commands", b"rendering", b"storage"),
    "Move this to control.lua.",
)
_ABSENT: Final[Mapping[Stage, Mapping[bytes, str]]] = {
    Stage.SETTINGS: _AT_RUN_TIME,
    Stage.DATA: _AT_RUN_TIME,
    Stage.CONTROL: {
        b"data": "Move this to data.lua, or read `prototypes` instead.",
        b"mods": "Write script.active_mods.",
        b"game": "Use it in an event handler: it does not exist yet while control.lua is read.",
    },
    Stage.MIGRATION: {
        b"data": "Move this to data.lua, or read `prototypes` instead.",
        b"mods": "Write script.active_mods.",
    },
}
_WORDS: Final = {
    Stage.SETTINGS: "the settings stage",
    Stage.DATA: "the data stage",
    Stage.CONTROL: "control.lua",
    Stage.MIGRATION: "a migration",
}


def wrong_stage(lua: LuaTree, info: Info) -> Iterator[Problem]:
    """Report an index of a table that does not exist at the stage.

    In code that is sure to run, or in an event handler under no condition.
    """
    game = game_numbers(info.factorio_version)
    if game is None or game < _FIRST_GAME:
        return
    for stage, absent in _ABSENT.items():
        for path in sorted(lua.stages[stage]):
            for use in _uses(path, _worth_searching(absent, stage, lua.files[path].data), lua):
                place = use.place
                in_handler = place.in_handler and not place.guarded and use.name != b"game"
                is_sure = (place.certain or in_handler) and not place.protected
                if is_sure and not defines(path, use.name, lua):
                    name = use.name.decode()
                    message = f"{name} does not exist in {_WORDS[stage]}"
                    yield Problem(message, path, *lua.place(path, use.offset), absent[use.name])
                    break  # the game stops here


def _worth_searching(names: Iterable[bytes], stage: Stage, data: bytes) -> Iterable[bytes]:
    """Leave `game` out where control.lua has it in indented lines only: most files do, in their functions."""
    if stage is Stage.CONTROL and not _GAME_AT_MARGIN.search(data):
        return [name for name in names if name != b"game"]
    return names


def renamed_global(lua: LuaTree, info: Info) -> Iterator[Problem]:
    """Report `global` in a mod for 2.0 or later, in code that surely runs or handles an event."""
    if is_since_2_0(info.factorio_version):
        for path in sorted(lua.stages[Stage.CONTROL]):
            use = _first_global(path, lua, in_ordinary_functions=False)
            if use is not None:
                yield _global(path, use, lua)


def doubtful_global(lua: LuaTree, info: Info) -> Iterator[Problem]:
    """Report `global` in a mod for 2.0 or later, in code of which it is not known whether it runs."""
    if not is_since_2_0(info.factorio_version):
        return
    surely = lua.stages[Stage.CONTROL]
    for path in sorted(surely | lua.stages[Stage.MIGRATION]):
        if path in surely and _first_global(path, lua, in_ordinary_functions=False):
            continue  # an error
        use = _first_global(path, lua, in_ordinary_functions=True)
        if use is not None:
            yield _global(path, use, lua)


def _first_global(path: str, lua: LuaTree, *, in_ordinary_functions: bool) -> NameUse | None:
    for use in _uses(path, (b"global",), lua):
        place = use.place
        if place.guarded or place.protected or defines(path, use.name, lua):
            continue
        if place.certain or place.in_handler or in_ordinary_functions:
            return use
    return None


def _global(path: str, use: NameUse, lua: LuaTree) -> Problem:
    message = "global does not exist since Factorio 2.0"
    return Problem(message, path, *lua.place(path, use.offset), "Write storage instead of global.")


def late_requires(lua: LuaTree) -> Iterator[Problem]:
    """Report a `require` in an event handler, where the game does not allow it."""
    for one in lua.requires:
        if one.require.late and one.file in lua.stages[Stage.CONTROL]:
            message = f"require {quoted(one.require.target)} is in an event handler"
            hint = "Require it at the top of the file: the game allows it only while control.lua is read."
            yield Problem(message, one.file, *lua.place(one.file, one.require.offset), hint)


def _uses(path: str, names: Iterable[bytes], lua: LuaTree) -> Iterator[NameUse]:
    """Yield the places at which a file indexes one of these names."""
    data = lua.files[path].data
    wanted = [name for name in names if is_indexed(name, data)]
    if not wanted:
        return
    for use in lua.files[path].structure.uses:
        if use.name in wanted and _INDEX.match(data, use.offset + len(use.name)):
            yield use


def is_indexed(name: bytes, data: bytes) -> bool:
    """Return whether the text of a file may have an index of a name, as it is usually written.

    It is quick: it searches the name itself. Parts of other words and of paths do not count.
    """
    at = data.find(name)
    while at >= 0:
        before = data[at - 1 : at]
        is_part = before.isalnum() or before in {b"_", b".", b"-"}
        if not is_part and _USUAL_INDEX.match(data, at + len(name)):
            return True
        at = data.find(name, at + 1)
    return False


def defines(path: str, name: bytes, lua: LuaTree) -> bool:
    """Return whether a file has a variable of this name, or any file of the mod sets it for all."""
    if _is_local(name).search(lua.files[path].data):
        return True
    return lua.contains(name, _is_set(name))


def _is_local(name: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"\blocal\s++(?:function\s++)?[\w,\t ]{0,200}\b%(name)b\b|\bfor\s++[\w,\t ]{0,200}\b%(name)b\b"
        rb"|\bfunction\b[^()\n]{0,200}\([^)\n]{0,200}\b%(name)b\b|\bif\s++(?:not\s++)?%(name)b\s++(?:then|and|or)\b"
        rb"|\b%(name)b\s++(?:and|or)\b|\b(?:or|and|not)\s++%(name)b\b(?!\s*+[.:\[])"
        % {b"name": name}
    )


def _is_set(name: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"(?m:^[\t ]*)%(name)b\s*+=(?!=)|\b_(?:G|ENV)\s*+(?:\.\s*+%(name)b\b|\[)"
        rb"|\bsetmetatable\s*+\(\s*+_(?:G|ENV)\b" % {b"name": name}
    )
