"""The fields of a prototype with the paths of files: which the game reads, and which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.checks.facts.picture_fields import is_icon, reads_path
from factorio_release.parsers.lua.constants import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.parsers.lua.constants import Constant
    from factorio_release.parsers.lua.tables import Table, Value


class Prototype(NamedTuple):
    """A table in a `data:extend` that runs whenever its file does.

    `kind` is its type, `""` when that is no literal. `name` is the expression of its name as written,
    without the quotes of a literal.
    """

    file: str
    kind: str
    name: str
    table: Table


class FileField(NamedTuple):
    """A field that the game surely reads as the path of a file: `table` is the table that it is in."""

    prototype: Prototype
    value: Value
    table: Table
    is_icon: bool


def read_prototype(path: str, table: Table) -> Prototype:
    """Return the prototype that a table in this file defines."""
    name = table.get("name")
    if name is None:
        written = ""
    elif name.text is not None:
        written = name.text
    else:
        written = name.source.decode(errors="replace")
    return Prototype(path, table.text("type") or "", written, table)


def unread_texts(prototype: Prototype, game: tuple[int, int] | None) -> Iterator[int]:
    """Yield the offsets of texts that this version of the game does not read."""
    from factorio_release.checks.facts.file_field_names import may_hold_files  # noqa: PLC0415 seldom

    has_icons = prototype.table.get("icons") is not None
    for key, value in prototype.table.fields:
        if key == "icon" and has_icons:
            yield value.offset
        elif game and prototype.kind and isinstance(key, str) and not may_hold_files(key, game):
            yield from _texts(value)
        elif value.table is not None:
            yield from _unread_names(value.table)
    if prototype.kind:
        yield from _unread_name(prototype.table)


def _unread_names(table: Table) -> Iterator[int]:
    yield from _unread_name(table)
    for field in table.fields:
        if field.value.table is not None:
            yield from _unread_names(field.value.table)


def _unread_name(table: Table) -> Iterator[int]:
    """Yield the place of a file name beside layers or variations: the game reads these instead."""
    name = table.get("filename")
    has_others = table.get("layers") is not None or table.get("variations") is not None
    if name is not None and has_others:
        yield name.offset


def _texts(value: Value) -> Iterator[int]:
    if value.text is not None:
        yield value.offset
    elif value.table is not None:
        for field in value.table.fields:
            yield from _texts(field.value)


def file_fields(
    prototype: Prototype, constants: Mapping[bytes, Constant], *, since_2_0: bool
) -> Iterator[tuple[int, FileField]]:
    """Yield the fields that the game reads as paths, each with the offset of its text."""
    if not prototype.kind or not prototype.name:
        return
    for field in _fields_below(prototype, (), (prototype.table,), since_2_0=since_2_0):
        value = field.value
        if value.text is not None:
            yield value.offset, field
            continue
        folded = fold(value.source, constants)
        if folded is not None:
            text, offset = folded
            constant = constants.get(value.source)
            place = constant.offset if constant else value.offset + offset
            yield place, field._replace(value=value._replace(text=text))


def _fields_below(
    prototype: Prototype,
    way: tuple[str | int, ...],
    tables: tuple[Table, ...],
    *,
    since_2_0: bool,
) -> Iterator[FileField]:
    table = tables[-1]
    if table.has_computed_keys:
        return
    for key, value in {field.key: field.value for field in table.fields}.items():
        if key is None:
            continue
        way_here = (*way, key)
        if value.table is not None:
            yield from _fields_below(
                prototype, way_here, (*tables, value.table), since_2_0=since_2_0
            )
        elif reads_path(prototype.kind, way_here, tables, since_2_0=since_2_0):
            yield FileField(prototype, value, table, is_icon(prototype.kind, way_here, tables))
