"""All Lua files of a mod together: what each requires, and which of them the game loads at which stage."""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.nested_mods import nested_info_files
from factorio_release.checks.facts.require_paths import Searched, files_below, resolve
from factorio_release.package.game_files import SCENARIO_FOLDERS, STAGE_FILES
from factorio_release.parsers.lua.reader import read_lua
from factorio_release.parsers.unseen import folded_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.require_paths import Resolution
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.model import LuaFile, Require

_LOADED_BY_FOLDER: Final = re.compile(
    rf"migrations/[^/]+\.lua|(?:{'|'.join(SCENARIO_FOLDERS)})/.+/control\.lua"
)


class Stage(Enum):
    """A stage of the game, in which it runs some of a mod's files; the value names its global tables."""

    SETTINGS = "settings"
    DATA = "data"
    CONTROL = "control"  # also the control.lua of scenarios
    MIGRATION = "migration"


class ResolvedRequire(NamedTuple):
    """One `require` of a literal name: the file it is in, and where the game would find the name."""

    file: str
    require: Require
    resolution: Resolution


class LuaTree:
    """The Lua files by path and all literal requires.

    Files of a second mod inside this one are left out, unless this one requires them.
    """

    def __init__(
        self,
        files: Mapping[str, LuaFile],
        requires: tuple[ResolvedRequire, ...],
        searched: Searched,
    ) -> None:
        self.files = files
        self.requires = requires
        self.searched = searched
        self._contained: dict[re.Pattern[bytes], bool] = {}

    @cached_property
    def loaded(self) -> frozenset[str]:
        """The files that the game reads by itself, and those that they require without a condition.

        A file that is not in it may still be loaded: on a condition, by a computed `require`, or by
        another mod.
        """
        return self.loaded_from(path for path in self.files if is_read_by_the_game(path))

    @cached_property
    def stages(self) -> Mapping[Stage, frozenset[str]]:
        """The files that are sure to be loaded, by stage; a file can be in several."""
        roots: dict[Stage, list[str]] = {stage: [] for stage in Stage}
        for path in self.files:
            if is_read_by_the_game(path):
                roots[_stage(path)].append(path)
        return {stage: self.loaded_from(paths) for stage, paths in roots.items()}

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The files that the mod itself may load on some condition, those in `loaded` included."""
        return self.reachable_from(path for path in self.files if is_read_by_the_game(path))

    def reachable_from(self, roots: Iterable[str]) -> frozenset[str]:
        """Return these files and those that they may load on some condition."""
        targets = self._possible_targets
        found = set(roots)
        queue = list(found)
        while queue:
            path = queue.pop()
            file = self.files[path]
            next_paths = set(targets.get(path, ()))
            if file.own_require:
                return frozenset(self.files)
            for beginning in file.computed:
                next_paths.update(files_below(beginning, path, self.searched))
            for name in file.tried:
                next_paths.add(resolve(name, path, self.searched).path)
            for string in file.paths:  # a script of a simulation, which the game loads by its path
                if string.text.endswith(".lua"):
                    next_paths.add(string.text.partition("__/")[2])
            new = {each for each in next_paths if each in self.files and each not in found}
            found |= new
            queue += new
        return frozenset(found)

    def loaded_from(self, roots: Iterable[str]) -> frozenset[str]:
        """Return these files and those that they require without a condition."""
        found = set(roots)
        queue = list(found)
        while queue:
            for target in self._certain_targets.get(queue.pop(), ()):
                if target not in found:
                    found.add(target)
                    queue.append(target)
        return frozenset(found)

    def contains(self, word: bytes, pattern: re.Pattern[bytes]) -> bool:
        """Return whether Lua that the mod may load has a match, which has this word in it."""
        if pattern not in self._contained:
            datas = (self.files[path].data for path in self.reachable)
            self._contained[pattern] = any(word in data and pattern.search(data) for data in datas)
        return self._contained[pattern]

    def place(self, file: str, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset in a file."""
        return self.files[file].place(offset)

    @cached_property
    def _certain_targets(self) -> Mapping[str, list[str]]:
        return self._targets(certain=True)

    @cached_property
    def _possible_targets(self) -> Mapping[str, list[str]]:
        return self._targets(certain=False)

    def _targets(self, *, certain: bool) -> dict[str, list[str]]:
        targets: dict[str, list[str]] = {}
        for one in self.requires:
            if one.resolution.path in self.files and (one.require.certain or not certain):
                targets.setdefault(one.file, []).append(one.resolution.path)
        return targets


def read_lua_tree(contents: Contents, info: Info) -> LuaTree:
    """Find every Lua file of the package and resolve its requires."""
    files = {
        path: read_lua(content.data)
        for path, content in contents.items()
        if content.whole and extension(path) == "lua"
    }
    known = frozenset(contents)
    folded = {folded_name(path): path for path in known}
    searched = Searched(info.name, info.factorio_version, known, folded)
    tree = _tree(files, searched)
    nested = tuple(path.removesuffix("info.json") for path in nested_info_files(contents))
    if not nested:
        return tree
    own = {
        path: file
        for path, file in files.items()
        if not path.startswith(nested) or path in tree.reachable
    }
    return _tree(own, searched)


def _tree(files: Mapping[str, LuaFile], searched: Searched) -> LuaTree:
    requires = tuple(
        ResolvedRequire(path, require, resolve(require.target, path, searched))
        for path, file in files.items()
        for require in file.requires
    )
    return LuaTree(files, requires, searched)


def is_read_by_the_game(path: str) -> bool:
    """Return whether the game loads a Lua file by itself, without any `require`."""
    return path in STAGE_FILES or _LOADED_BY_FOLDER.fullmatch(path) is not None


def _stage(path: str) -> Stage:
    """Return the stage at which the game loads this file by itself."""
    if path.startswith("migrations/"):
        return Stage.MIGRATION
    if path.endswith("control.lua"):
        return Stage.CONTROL
    return Stage.SETTINGS if path.startswith("settings") else Stage.DATA
