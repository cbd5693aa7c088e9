"""The `__mod__/graphics/icon.png` strings in a mod's Lua, each looked up in the package."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension, words
from factorio_release.checks.facts.lualib import is_since_2_0
from factorio_release.checks.facts.media import PROMISED_TYPES
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.unseen import folded_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.info import Info

# As wide as the game's own rule: a name may begin with a digit or an underscore. Without format codes.
_MOD_PATH: Final = lazy_pattern(r"__(?P<mod>[^/\\%{}$<>*?|#\[\]\"]+?)__/(?P<path>.*)", re.DOTALL)
# Macros of locale texts, such as __CONTROL__build__ and __1__, which are no mods.
_LOCALE_MACRO: Final = lazy_pattern(
    r"__(?:(?:ALT_)?CONTROL(?:_[A-Z_]+)?__|(?:ENTITY|ITEM|TILE|FLUID|RECIPE|TECHNOLOGY)__"
    r"|plural_for_parameter_|[0-9]{1,2}__)"
)
# Format codes, Lua patterns, a query of a URL: what follows is not a literal path.
_PLACEHOLDER: Final = lazy_pattern(r"[%{}$<>*?|#\\\[\]]")
UNREADABLE_TYPES: Final = words("gif webp svg mp3 flac m4a")  # of pictures and sounds
_ASSET_EXTENSIONS: Final = UNREADABLE_TYPES | {*PROMISED_TYPES, "voxpack", "dds", "bmp", "tga"}


class Found(Enum):
    """Whether the package has the file that a path names."""

    YES = auto()
    OTHER_CASE = auto()  # only a file whose name differs in upper and lower case
    NO = auto()
    OTHER_MOD = auto()  # the path is in another mod, whose files are not known


class Certainty(Enum):
    """Whether the game reads a path."""

    SURE = auto()
    POSSIBLE = auto()
    UNLIKELY = auto()  # nothing of the mod loads the file, or the game ignores the place


class AssetReference(NamedTuple):
    """One path in one Lua file, which may be written there several times: `offsets` are in bytes.

    `path` is the part inside the `mod` that it names, without needless slashes. `complete` is False for
    the beginning of a path that is joined at run time. `existing` is the packaged path for OTHER_CASE,
    and for OTHER_MOD the same path in this mod, if the package has it.
    """

    file: str
    offsets: tuple[int, ...]
    mod: str
    path: str
    complete: bool
    found: Found
    existing: str = ""

    def judge(self, lua: LuaTree, prototypes: Prototypes) -> tuple[Certainty, int]:
        """Return how sure it is that the game reads the path, and the offset of the surest place."""
        if self.complete and ".." not in self.path:
            for offset in self.offsets:
                if prototypes.sure_field(self.file, offset):
                    return Certainty.SURE, offset
        if self.file not in lua.reachable:
            return Certainty.UNLIKELY, self.offsets[0]
        places = lua.files[self.file].structure.strings
        ignores_hr_version = is_since_2_0(lua.searched.game)
        unread = prototypes.unread(self.file)
        for offset in self.offsets:
            place = places.get(offset)
            if place is None or place.debug or offset in unread:
                continue
            if not (place.unread and ignores_hr_version):
                return Certainty.POSSIBLE, offset
        return Certainty.UNLIKELY, self.offsets[0]


def read_assets(lua: LuaTree, info: Info, contents: Contents) -> tuple[AssetReference, ...]:
    """Look up each distinct path of each Lua file."""
    package = _PackagePaths(contents)
    references = []
    for file, text, offsets, whole in _distinct(lua):
        match = _MOD_PATH.fullmatch(text)
        if match and not _LOCALE_MACRO.match(text):
            path = _without_needless_slashes(match["path"])
            references.append(
                package.look_up(file, offsets, match["mod"], path, info.name, whole=whole)
            )
    return tuple(references)


def _distinct(lua: LuaTree) -> Iterator[tuple[str, str, tuple[int, ...], bool]]:
    for file, chunk in lua.files.items():
        places: dict[tuple[str, bool], list[int]] = {}
        for string in (*chunk.paths, *chunk.joined_paths):
            places.setdefault((string.text, string.whole), []).append(string.offset)
        for (text, whole), offsets in places.items():
            yield file, text, tuple(offsets), whole


class _PackagePaths:
    """The paths of the package, for a look-up by the whole path or by its beginning."""

    def __init__(self, contents: Contents) -> None:
        self.paths = sorted(contents)
        self.known = frozenset(self.paths)
        self.by_lower = {path.lower(): path for path in self.paths}
        self.lower_paths = sorted(self.by_lower)
        self.folded = {folded_name(path): path for path in self.paths}

    def look_up(
        self, file: str, offsets: tuple[int, ...], mod: str, path: str, own_mod: str, *, whole: bool
    ) -> AssetReference:
        """Find the file of a path; `mod` is the one that the string names, `own_mod` this one."""
        placeholder = _PLACEHOLDER.search(path)
        literal = path[: placeholder.start()] if placeholder else path
        complete = whole and not placeholder and extension(path) in _ASSET_EXTENSIONS
        if mod != own_mod:
            existing = path if complete and path in self.known else ""
            return AssetReference(file, offsets, mod, path, complete, Found.OTHER_MOD, existing)
        found, existing = self._whole(literal) if complete else self._beginning(literal)
        if found is Found.NO and whole and path.endswith("/"):
            found = Found.YES  # a folder that is named in advance, for files that may come
        return AssetReference(file, offsets, mod, path, complete, found, existing)

    def _whole(self, path: str) -> tuple[Found, str]:
        if path in self.known:
            return Found.YES, ""
        if (folded := folded_name(path)) in self.folded:
            return Found.OTHER_CASE, self.folded[folded]
        return Found.NO, ""

    def _beginning(self, path: str) -> tuple[Found, str]:
        if _first_with_beginning(self.paths, path):
            return Found.YES, ""
        first = _first_with_beginning(self.lower_paths, path.lower())
        if first:
            return Found.OTHER_CASE, self.by_lower[first][: len(path)]
        return Found.NO, ""


def _without_needless_slashes(path: str) -> str:
    """Return a path without doubled slashes and steps to the same or the parent folder."""
    if "//" not in path and "./" not in path:
        return path
    ending = "/" if path.endswith("/") else ""
    return posixpath.normpath(path).lstrip("/") + ending


def _first_with_beginning(sorted_paths: list[str], beginning: str) -> str:
    index = bisect_left(sorted_paths, beginning)
    if index < len(sorted_paths) and sorted_paths[index].startswith(beginning):
        return sorted_paths[index]
    return ""
