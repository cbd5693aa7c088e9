"""All Lua files of a mod together: what each requires, and which ones the game is sure to load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.require_paths import resolve
from factorio_release.package.game_files import SCENARIO_FOLDERS, STAGE_FILES
from factorio_release.parsers.lua.reader import read_lua

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.require_paths import Resolution
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.model import LuaFile, Require

_LOADED_BY_FOLDER: Final = re.compile(
    rf"migrations/[^/]+\.lua|(?:{'|'.join(SCENARIO_FOLDERS)})/.+/control\.lua"
)


class ResolvedRequire(NamedTuple):
    """One `require` of a literal name: the file it is in, and where the game would find the name."""

    file: str
    require: Require
    resolution: Resolution


class LuaTree(NamedTuple):
    """The Lua files by path, all literal requires, and the files that are sure to be loaded.

    `loaded` has the files that the game reads by itself, and those that they require without a
    condition. A file that is not in it may still be loaded: on a condition, by a computed `require`,
    or by another mod.
    """

    files: Mapping[str, LuaFile]
    requires: tuple[ResolvedRequire, ...]
    loaded: frozenset[str]

    def place(self, file: str, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset in a file."""
        return self.files[file].place(offset)


def read_lua_tree(contents: Contents, info: Info) -> LuaTree:
    """Read every Lua file of the package and resolve its requires."""
    files = {
        path: read_lua(content.data)
        for path, content in contents.items()
        if content.whole and extension(path) == "lua"
    }
    known = frozenset(contents)
    folded = {path.lower(): path for path in known}
    requires = tuple(
        ResolvedRequire(path, require, resolve(require.target, path, info.name, known, folded))
        for path, file in files.items()
        for require in file.requires
    )
    return LuaTree(files, requires, _surely_loaded(files, requires))


def is_read_by_the_game(path: str) -> bool:
    """Return whether the game loads a Lua file by itself, without any `require`."""
    return path in STAGE_FILES or _LOADED_BY_FOLDER.fullmatch(path) is not None


def _surely_loaded(
    files: Mapping[str, LuaFile], requires: Iterable[ResolvedRequire]
) -> frozenset[str]:
    targets: dict[str, list[str]] = {}
    for one in requires:
        if one.require.certain and one.resolution.path in files:
            targets.setdefault(one.file, []).append(one.resolution.path)
    loaded = {path for path in files if is_read_by_the_game(path)}
    queue = list(loaded)
    while queue:
        for target in targets.get(queue.pop(), ()):
            if target not in loaded:
                loaded.add(target)
                queue.append(target)
    return frozenset(loaded)
