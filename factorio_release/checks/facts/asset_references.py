"""The `__mod__/graphics/icon.png` strings in a mod's Lua, each looked up in the package."""

from __future__ import annotations

import re
from bisect import bisect_left
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.media import PROMISED_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.model import PathString

_MOD_PATH: Final = re.compile(r"__(?P<mod>[A-Za-z][A-Za-z0-9 ._-]*?)__/(?P<path>.*)", re.DOTALL)
# Format codes, Lua patterns, a query of a URL: what follows is not a literal path.
_PLACEHOLDER: Final = re.compile(r"[%{}$<>*?|#\\\[\]]")
_ASSET_EXTENSIONS: Final = frozenset({*PROMISED_TYPES, "voxpack"})


class Found(Enum):
    """Whether the package has the file that a path names."""

    YES = auto()
    OTHER_CASE = auto()  # only a file whose name differs in upper and lower case
    NO = auto()
    OTHER_MOD = auto()  # the path is in another mod, whose files are not known


class AssetReference(NamedTuple):
    """One path string: `file` and byte `offset` of the string, and the `path` inside the `mod` that it names.

    `complete` is False for the beginning of a path that is joined at run time. `certain` is False where
    the game may never reach the string. `existing` is the packaged path for OTHER_CASE.
    """

    file: str
    offset: int
    mod: str
    path: str
    complete: bool
    certain: bool
    found: Found
    existing: str = ""


def read_assets(lua: LuaTree, info: Info, contents: Contents) -> tuple[AssetReference, ...]:
    """Look up each distinct path of each Lua file; its first place in the file counts."""
    package = _PackagePaths(contents)
    references: list[AssetReference] = []
    for file, string, match in _first_places(lua):
        if match["mod"] == info.name:
            references.append(package.look_up(file, string, info.name, match["path"]))
        else:
            references.append(_in_other_mod(file, string, match["mod"], match["path"]))
    return tuple(references)


def _first_places(lua: LuaTree) -> Iterator[tuple[str, PathString, re.Match[str]]]:
    for file, chunk in lua.files.items():
        seen = set()
        for string in chunk.paths:
            match = _MOD_PATH.fullmatch(string.text)
            if match and string.text not in seen:
                seen.add(string.text)
                yield file, string, match


def _in_other_mod(file: str, string: PathString, mod: str, path: str) -> AssetReference:
    return AssetReference(
        file,
        string.offset,
        mod,
        path,
        complete=False,
        certain=string.certain,
        found=Found.OTHER_MOD,
    )


class _PackagePaths:
    """The paths of the package, for a look-up by the whole path or by its beginning."""

    def __init__(self, contents: Contents) -> None:
        self.paths = sorted(contents)
        self.known = frozenset(self.paths)
        self.by_lower = {path.lower(): path for path in self.paths}
        self.lower_paths = sorted(self.by_lower)

    def look_up(self, file: str, string: PathString, mod: str, path: str) -> AssetReference:
        """Find what a path string means that names this mod; `path` is the part after `__name__/`."""
        placeholder = _PLACEHOLDER.search(path)
        literal = path[: placeholder.start()] if placeholder else path
        complete = string.whole and not placeholder and extension(path) in _ASSET_EXTENSIONS
        found, existing = self._whole(literal) if complete else self._beginning(literal)
        return AssetReference(
            file, string.offset, mod, path, complete, string.certain, found, existing
        )

    def _whole(self, path: str) -> tuple[Found, str]:
        if path in self.known:
            return Found.YES, ""
        if path.lower() in self.by_lower:
            return Found.OTHER_CASE, self.by_lower[path.lower()]
        return Found.NO, ""

    def _beginning(self, path: str) -> tuple[Found, str]:
        if _first_with_beginning(self.paths, path):
            return Found.YES, ""
        first = _first_with_beginning(self.lower_paths, path.lower())
        if first:
            return Found.OTHER_CASE, self.by_lower[first][: len(path)]
        return Found.NO, ""


def _first_with_beginning(sorted_paths: list[str], beginning: str) -> str:
    index = bisect_left(sorted_paths, beginning)
    if index < len(sorted_paths) and sorted_paths[index].startswith(beginning):
        return sorted_paths[index]
    return ""
