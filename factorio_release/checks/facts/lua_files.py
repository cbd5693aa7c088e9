"""All Lua of a mod together: which file requires which, and what the game is sure to load."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.require_paths import resolve
from factorio_release.parsers.lua import read_lua

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.require_paths import Resolution
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua import LuaFile, Require

_PARTS: Final = ("", "-updates", "-final-fixes")
STAGES: Final = (*(f"{stage}{part}.lua" for stage in ("settings", "data") for part in _PARTS), "control.lua")
_LOADED_FOLDERS: Final = re.compile(
    r"migrations/[^/]+\.lua|(?:scenarios|campaigns|tutorials)/.+/control\.lua"
)


@dataclass(frozen=True, slots=True)
class LuaTree:
    """The Lua files by path, how each literal `require` resolves, and what is sure to be loaded.

    `loaded` has the files that the game reads by itself and what those require without any
    condition. A file outside it may still be loaded: on a condition, by a computed `require`, by
    another mod.
    """

    files: Mapping[str, LuaFile]
    requires: tuple[tuple[str, Require, Resolution], ...]
    loaded: frozenset[str]


def read_lua_tree(contents: Contents, info: Info) -> LuaTree:
    """Read every Lua file of the package and follow its requires."""
    files = {
        path: read_lua(content.data)
        for path, content in contents.items()
        if content.whole and extension(path) == "lua"
    }
    known = frozenset(contents)
    folded = {path.lower(): path for path in known}
    requires = tuple(
        (path, require, resolve(require.target, path, info.name, known, folded))
        for path, file in files.items()
        for require in file.requires
    )
    return LuaTree(files, requires, frozenset(_reached(files, requires)))


def is_read_by_the_game(path: str) -> bool:
    """Tell whether the game loads a Lua file by itself, without any `require`."""
    return path in STAGES or _LOADED_FOLDERS.fullmatch(path) is not None


def _reached(
    files: Mapping[str, LuaFile], requires: tuple[tuple[str, Require, Resolution], ...]
) -> Iterator[str]:
    wanted: dict[str, list[str]] = {}
    for path, require, resolution in requires:
        if require.certain and resolution.path:
            wanted.setdefault(path, []).append(resolution.path)
    queue = [path for path in files if is_read_by_the_game(path)]
    seen = set(queue)
    while queue:
        path = queue.pop()
        yield path
        fresh = [target for target in wanted.get(path, ()) if target in files and target not in seen]
        seen.update(fresh)
        queue.extend(fresh)
