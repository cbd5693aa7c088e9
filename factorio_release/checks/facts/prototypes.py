"""The prototypes that are written out in the mod's Lua, and the paths in them that the game surely reads."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.lua_files import Stage
from factorio_release.checks.facts.lualib import game_numbers, is_since_2_0
from factorio_release.checks.facts.prototype_fields import (
    file_fields,
    read_prototype,
    unread_texts,
)
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.lua.tables import read_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototype_fields import FileField, Prototype
    from factorio_release.parsers.lua.tables import Table

_NAME_FIELD: Final = lazy_pattern(
    rb"""\bname(?:["']\s*+\])?\s*+=(?!=)\s*+"""
    rb"""(?P<value>"[^"\n]*+"(?!\s*+\.\.)|'[^'\n]*+'(?!\s*+\.\.)|[^\n,;{}]*[^\n,;{}\s])"""
)
_DATA_RAW: Final = lazy_pattern(rb"data\s*+\.\s*+raw\b[^\n]*+")
# A name in an index; `other` is a field behind it that is none of those with a picture or sound.
_INDEX_NAME: Final = lazy_pattern(
    rb"""(?:["']([^"'\n]*+)["']|\.\s*+([\w-]++))\s*+\]?+"""
    rb"(?=(?P<other>\s*+\.\s*+(?!icon|picture|animation|sprite|graphics|\w*sound)\w)?)"
)
_PICTURE_SET: Final = lazy_pattern(
    rb"(?<=[\w\])])\.(?:icons?|icon_size|pictures?|animations?|sprites?|graphics_set|filename|\w*sound)\s*+=(?!=)"
)
# A literal index, or `data.raw.item.name`: the prototype is named, and is among those that change.
_NAMED_PROTOTYPE: Final = lazy_pattern(
    rb"""["']\s*\]\Z|\bdata\s*\.\s*raw(?:\s*\.\s*\w+|\[["'][^"'\n]*["']\]){2}\Z"""
)
_LISTED: Final = lazy_pattern(rb"""[{,(\[]\s*+["']([^"'\n]*+)["'](?=\s*+[,})\]])""")
# A loop over all prototypes of one type, or over all types.
_LOOP: Final = lazy_pattern(
    rb"""\b(?:i?pairs\s*+\(|in\s++next\s*+,)\s*+data\s*+\.\s*+raw\s*+"""
    rb"""(?:\.\s*+(\w++)|\[\s*+["']([^"'\n]*+)["']\s*+\])?+\s*+(?:\)|do\b|,)"""
)
_BESIDE_BYTES: Final = 400  # in which the type of a table is searched around its name


class Prototypes:
    """The prototypes of a mod, read file by file when a rule asks for them."""

    def __init__(self, lua: LuaTree) -> None:
        self._lua = lua
        self._read: dict[str, tuple[Prototype, ...]] = {}
        self._fields: dict[str, dict[int, FileField]] = {}
        self._unread: dict[str, frozenset[int]] = {}
        self._final: dict[tuple[str, str], bool] = {}
        self._starts: dict[str, list[int]] = {}

    def in_file(self, path: str) -> tuple[Prototype, ...]:
        """Return the prototypes of one Lua file, in their order."""
        if path not in self._read:
            found: list[Prototype] = []
            for argument in self._arguments(path):
                found += (read_prototype(path, table) for table in argument.tables())
            self._read[path] = tuple(found)
        return self._read[path]

    def all_in_file(self, path: str) -> tuple[Prototype, ...] | None:
        """Return all prototypes that a file adds; None where some are not written out or not surely added."""
        data = self._lua.files[path].data
        arguments = self._arguments(path)
        if data.count(b"extend") != len(arguments) or b"raw" in data:
            return None
        if any(len(argument.tables()) != len(argument.fields) for argument in arguments):
            return None
        return self.in_file(path)

    def _arguments(self, path: str) -> list[Table]:
        """Return the tables that a file gives to `data:extend` whenever it runs."""
        file = self._lua.files[path]
        if b"extend" not in file.data:
            return []
        return list(read_arguments(file.data, file.structure.extends))

    def file_fields(self, path: str) -> dict[int, FileField]:
        """Return the fields of a file that the game reads as paths, by the offset of the text.

        Where a constant is part of the text, that is the offset of its last string. They are surely
        read only if `is_final` is True of their prototype.
        """
        if path not in self._fields:
            fields: dict[int, FileField] = {}
            if path in self._lua.stages[Stage.DATA]:
                constants = self._lua.files[path].constants
                since_2_0 = is_since_2_0(self._lua.searched.game)
                for prototype in self.in_file(path):
                    fields |= dict(file_fields(prototype, constants, since_2_0=since_2_0))
            self._fields[path] = fields
        return self._fields[path]

    def sure_field(self, path: str, offset: int) -> FileField | None:
        """Return the field whose text begins at an offset, if the game surely reads it as a path."""
        field = self.file_fields(path).get(offset)
        return field if field is not None and self.is_final(field.prototype) else None

    def unread(self, path: str) -> frozenset[int]:
        """Return the offsets of the texts in the prototypes of a file that the game does not read.

        They are in a field that no prototype has, or in an `icon` beside `icons`.
        """
        if path not in self._unread:
            game = game_numbers(self._lua.searched.game)
            offsets: set[int] = set()
            for prototype in self.in_file(path) if path in self._lua.stages[Stage.DATA] else ():
                offsets.update(unread_texts(prototype, game))
            self._unread[path] = frozenset(offsets)
        return self._unread[path]

    def is_final(self, prototype: Prototype) -> bool:
        """Return whether nothing else in the mod may define the same prototype or change its pictures."""
        key = prototype.kind, prototype.name
        if key not in self._final:
            self._final[key] = self._is_final(prototype)
        return self._final[key]

    def _is_final(self, prototype: Prototype) -> bool:
        name = prototype.name.encode()
        if name in self._changed or name in self._listed:
            return False
        if not self._looped.isdisjoint((b"", prototype.kind.encode())):
            return False
        own = prototype.table.get("name")
        own_place = prototype.file, own.offset if own else -1
        for place in self._names.get(name, ()):
            if place != own_place and self._may_define(*place, prototype.kind):
                return False
        return own_place in self._names.get(name, ())

    def _may_define(self, path: str, offset: int, kind: str) -> bool:
        """Return whether a name at this place may be that of a prototype of this type."""
        known = self.in_file(path)
        if path not in self._starts:
            self._starts[path] = [one.table.offset for one in known]
        index = bisect_right(self._starts[path], offset) - 1
        if index >= 0 and offset <= self._end(known[index].table):
            value = known[index].table.get("name")
            return value is not None and value.offset == offset and known[index].kind in {kind, ""}
        data = self._lua.files[path].data
        beside = data[max(0, offset - _BESIDE_BYTES) : offset + _BESIDE_BYTES]
        return f'"{kind}"'.encode() in beside or f"'{kind}'".encode() in beside

    def _end(self, table: Table) -> int:
        """Return the offset of the end of a table's last value."""
        end = table.offset
        for field in table.fields[-1:]:
            inner = field.value.table
            end = self._end(inner) if inner else field.value.offset + len(field.value.source)
        return end

    @cached_property
    def _names(self) -> Mapping[bytes, list[tuple[str, int]]]:
        """The places at which Lua that may be loaded gives a field `name` a value, by the value."""
        names: dict[bytes, list[tuple[str, int]]] = {}
        for path in self._lua.reachable:
            for found in _NAME_FIELD.finditer(self._lua.files[path].data):
                names.setdefault(_unquoted(found["value"]), []).append((path, found.start("value")))
        return names

    @cached_property
    def _changed(self) -> frozenset[bytes]:
        """The names that occur behind `data.raw` where a picture of the prototype may be changed."""
        names: set[bytes] = set()
        for path in self._lua.reachable:
            for found in _DATA_RAW.finditer(self._lua.files[path].data):
                for index in _INDEX_NAME.finditer(found.group()):
                    if index["other"] is None:
                        names.add(index[1] or index[2])
        return frozenset(names)

    @cached_property
    def _looped(self) -> frozenset[bytes]:
        """The types over which a file loops that sets pictures of prototypes; empty text for all types."""
        datas = (self._lua.files[path].data for path in self._lua.reachable)
        return frozenset(
            found[1] or found[2] or b""
            for data in datas
            if b"raw" in data and _sets_pictures(data)
            for found in _LOOP.finditer(data)
        )

    @cached_property
    def _listed(self) -> frozenset[bytes]:
        """The strings in lists, indices and arguments of files that set pictures of prototypes."""
        datas = (self._lua.files[path].data for path in self._lua.reachable)
        return frozenset(
            found[1] for data in datas if _sets_pictures(data) for found in _LISTED.finditer(data)
        )


def _sets_pictures(data: bytes) -> bool:
    """Return whether a file sets a picture of a prototype that is not named where it does."""
    for found in _PICTURE_SET.finditer(data):
        before = data[max(0, found.start() - _BESIDE_BYTES) : found.start()]
        if not _NAMED_PROTOTYPE.search(before):
            return True
    return False


def _unquoted(value: bytes) -> bytes:
    return value[1:-1] if value[:1] in {b'"', b"'"} and value[-1:] == value[:1] else value
