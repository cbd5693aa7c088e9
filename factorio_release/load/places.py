"""Where a mod's Lua writes a prototype, or a name that the finished data has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.load.game_data import GameData

    Place = tuple[str, int]  # file and line; empty and 0 where it is nowhere

_NEAR: Final = 400  # characters between the name and the type of a prototype
_NOWHERE: Final = ("", 0)


class LuaPlaces:
    """Finds texts in quotes in the Lua files of a mod, and its prototypes.

    A name that Lua puts together stands nowhere. Then it is the line where the mod gave the prototype to
    `data:extend`, as far as `data` knows it.
    """

    def __init__(self, lua: Mapping[str, bytes], data: GameData | None = None) -> None:
        self._texts = {
            path: source.decode(errors="replace") for path, source in sorted(lua.items())
        }
        self._data = data

    def after(self, data: GameData, mod: str) -> LuaPlaces:
        """Return the places for a load of the mod that ended with this data: in the files that ran."""
        ran = data.ran.get(mod, {})
        places = LuaPlaces({}, data)
        places._texts = {path: text for path, text in self._texts.items() if path in ran}
        return places

    def of(self, text: str, kind: str, name: str) -> Place:
        """Return where a prototype has this text, else where it stands first, else where the prototype is."""
        file, line = self.of_prototype(kind, name)
        if file in self._texts:
            source = self._texts[file]
            at = _quoted_at(source, text, _offset(source, line))
            at = at if at >= 0 else _quoted_at(source, text, 0)
            if at >= 0:
                return file, _line(source, at)
        for path, source in self._texts.items():
            at = _quoted_at(source, text, 0)
            if at >= 0:
                return path, _line(source, at)
        return file, line

    def of_file(self, value: str, kind: str, name: str) -> Place:
        """Return where the path of a file is written, whole or its end: `graphics .. "lamp.png"`."""
        parts = value.split("/")
        file, line = self.of_prototype(kind, name)
        files = [file, *(path for path in self._texts if path != file)]
        for number in range(len(parts)):
            end = "/".join(parts[number:])
            for path in files:
                source = self._texts.get(path, "")
                start = _offset(source, line) if path == file else 0
                at = _ended_at(source, end, start)
                at = at if at >= 0 else _ended_at(source, end, 0)
                if at >= 0:
                    return path, _line(source, at)
        return file, line

    def of_key(self, key: str, kind: str, name: str) -> Place:
        """Return where a property of a prototype is written, else where the prototype is."""
        file, line = self.of_prototype(kind, name)
        source = self._texts.get(file, "")
        found = re.compile(rf"\b{re.escape(key)}\s*=").search(source, _offset(source, line))
        return (file, _line(source, found.start())) if found else (file, line)

    def of_prototype(self, kind: str, name: str) -> Place:
        """Return where a prototype is: its name beside its type, else where it was added, else its name."""
        form = re.compile(rf"""\bname\s*=\s*(["']){re.escape(name)}\1""")
        typed = re.compile(rf"""\btype\s*=\s*(["']){re.escape(kind)}\1""")
        first = _NOWHERE
        for path, source in self._texts.items():
            for found in form.finditer(source) if name in source else ():
                around = typed.search(source, max(0, found.start() - _NEAR), found.end() + _NEAR)
                place = (path, _line(source, found.start()))
                if around:
                    return place
                first = first if first[0] else place
        return self._added_at(kind, name) or (first if first[0] else self._quoted(name))

    def _added_at(self, kind: str, name: str) -> Place | None:
        at = self._data.added_at.get(kind, {}).get(name, "") if self._data else ""
        file, _, line = at.rpartition(":")
        return (file, int(line)) if file in self._texts and line.isdecimal() else None

    def _quoted(self, text: str) -> Place:
        for path, source in self._texts.items():
            at = _quoted_at(source, text, 0)
            if at >= 0:
                return path, _line(source, at)
        return _NOWHERE


def _quoted_at(source: str, text: str, start: int) -> int:
    places = [source.find(f"{quote}{text}{quote}", start) for quote in "\"'"]
    return min((place for place in places if place >= 0), default=-1)


def _ended_at(source: str, text: str, start: int) -> int:
    """Return where a text stands at the end of a string, after its quote or a slash."""
    while (at := source.find(text, start)) >= 0:
        start = at + 1
        if source[at - 1 : at] in {"/", '"', "'"} and source[at + len(text) :][:1] in {'"', "'"}:
            break
    return at


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _offset(source: str, line: int) -> int:
    """Return the offset of the beginning of a line; the end of a source that has fewer.

    Lua that a mod puts together can claim any line of any file.
    """
    at = 0
    for _ in range(line - 1):
        end = source.find("\n", at)
        if end < 0:
            return len(source)
        at = end + 1
    return at
