"""Which files of a package its Lua uses, or may use: by a require, by a path, by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree

# What is in front of the name of a folder at the beginning of a string.
_BEFORE_FOLDER: Final = lazy_pattern(rb"""["'](?:\./|/|__[^"'/\n]{1,100}__[/.])?\Z""")
_MAX_BEFORE: Final = 106  # bytes
_MAX_SEARCHES: Final = 100  # of all Lua


class UsedByLua:
    """What the Lua of a mod uses, or may use."""

    def __init__(self, lua: LuaTree, assets: Iterable[AssetReference]) -> None:
        self._lua = lua
        self._named = frozenset(asset.path for asset in assets if asset.path)
        self._searches = 0

    def has(self, path: str) -> bool:
        """Return whether the mod may load a Lua file, or names a file or the beginning of its path."""
        if path in self._lua.reachable:
            return True
        beginnings = (path[:length] for length in range(1, len(path) + 1))
        return not self._named.isdisjoint(beginnings)

    def names_folder(self, root: str) -> bool:
        """Return whether Lua that the mod may load names a folder, `lib/tests/`: its path, or its name.

        `"lib.tests." .. name` is its path, and `"tests/a"` its name at the beginning of a string.
        """
        name = root.removesuffix("/").rpartition("/")[2]
        if any(_begins_string(name, self._lua.files[path].data) for path in self._lua.reachable):
            return True
        forms = (root.encode(), root.replace("/", ".").encode())
        return root.count("/") > 1 and self._occur(forms, self._lua.reachable)

    def may_load(self, path: str) -> bool:
        """Return whether the mod may load a Lua file, or has its name in its Lua."""
        stem = path.rpartition("/")[2].removesuffix(".lua").encode()
        return self.has(path) or self._occur((stem,), self._lua.reachable)

    def unnamed_pictures(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield those whose name occurs in no Lua of the mod: a path may be put together at run time."""
        for path in paths:
            stem = path.rpartition("/")[2].rpartition(".")[0].encode()
            if not self.has(path) and not self._occur((stem,), self._lua.files):
                yield path

    def _occur(self, words: tuple[bytes, ...], paths: Iterable[str]) -> bool:
        """Return whether one of the words is in these Lua files; after many searches, that it may be."""
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return True
        datas = (self._lua.files[path].data for path in paths)
        return any(word in data for data in datas for word in words)


def _begins_string(folder: str, data: bytes) -> bool:
    """Return whether a string begins with a path in which this folder is the first one of a mod."""
    name = folder.encode()
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        is_folder = data[end : end + 1] in {b"/", b"."}
        if is_folder and _BEFORE_FOLDER.search(data, max(at - _MAX_BEFORE, 0), at):
            return True
        at = data.find(name, end)
    return False
