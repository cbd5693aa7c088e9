"""The `__mod__/graphics/icon.png` strings of a mod's Lua, each looked up in the package."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua import PathString

_PATH: Final = re.compile(r"__([A-Za-z][A-Za-z0-9 ._-]*?)__/(.*)", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"[%{}$<>*?|#\\\[\]]")
_ASSETS: Final = frozenset({"png", "jpg", "jpeg", "ogg", "wav", "voxpack"})


class Found(Enum):
    """How a path stands to the files of the package."""

    YES = "yes"
    CASE = "case"
    NO = "no"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class AssetReference:
    """One path string: the Lua file and place it is in, the mod it names, the path inside that mod.

    `complete` is False for the beginning of a path that is put together at run time, `certain`
    for a place that the game may never reach. `there` is the packaged path that differs in case.
    """

    file: str
    offset: int
    mod: str
    path: str
    complete: bool
    certain: bool
    found: Found
    there: str = ""


def read_assets(lua: LuaTree, info: Info, contents: Contents) -> tuple[AssetReference, ...]:
    """Look up each path once a file: the first place counts for all."""
    shelf = _Shelf(contents)
    return tuple(
        shelf.look_up(file, string, match[2]) if match[1] == info.name else _foreign(file, string, match)
        for file, string, match in _first_places(lua)
    )


def _first_places(lua: LuaTree) -> Iterator[tuple[str, PathString, re.Match[str]]]:
    for file, chunk in lua.files.items():
        seen = set()
        for string in chunk.paths:
            match = _PATH.fullmatch(string.text)
            if match and string.text not in seen:
                seen.add(string.text)
                yield file, string, match


def _foreign(file: str, string: PathString, match: re.Match[str]) -> AssetReference:
    return AssetReference(
        file, string.offset, match[1], match[2], complete=False, certain=string.certain, found=Found.FOREIGN
    )


class _Shelf:
    """The paths of the package, to look one up whole or by its beginning."""

    def __init__(self, contents: Contents) -> None:
        self.paths = sorted(contents)
        self.known = frozenset(self.paths)
        self.folded = {path.lower(): path for path in self.paths}
        self.folded_paths = sorted(self.folded)

    def look_up(self, file: str, string: PathString, path: str) -> AssetReference:
        """Find what a path string of our own mod means; `path` is its part behind `__name__/`."""
        placeholder = _PLACEHOLDER.search(path)
        complete = string.whole and not placeholder and extension(path) in _ASSETS
        wanted = path[: placeholder.start()] if placeholder else path
        found, there = self.file(wanted) if complete else self.beginning(wanted)
        own = string.text[2 : string.text.index("__/", 2)]
        return AssetReference(file, string.offset, own, path, complete, string.certain, found, there)

    def file(self, path: str) -> tuple[Found, str]:
        """Look up a whole path."""
        if path in self.known:
            return Found.YES, ""
        there = self.folded.get(path.lower(), "")
        return (Found.CASE if there else Found.NO), there

    def beginning(self, path: str) -> tuple[Found, str]:
        """Look up what a path begins with."""
        if _begins_any(self.paths, path):
            return Found.YES, ""
        first = _begins_any(self.folded_paths, path.lower())
        return (Found.CASE, self.folded[first][: len(path)]) if first else (Found.NO, "")


def _begins_any(paths: list[str], beginning: str) -> str:
    at = bisect_left(paths, beginning)
    return paths[at] if at < len(paths) and paths[at].startswith(beginning) else ""
