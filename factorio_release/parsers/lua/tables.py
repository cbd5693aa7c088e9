"""Tables that are written out in Lua, as values: what a `data:extend` of literal tables adds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.lua.tokens import is_string, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_DEPTH: Final = 100  # of tables in tables
_TOKEN: Final = lazy_pattern(
    rb"""
    (?P<space>\s++)
  | (?P<comment>--(?:\[(?P<comment_level>=*+)\[.*?(?:\](?P=comment_level)\]|\Z)|[^\n]*+))
  | (?P<string>
        "(?:[^"\\\n]++|\\z\s*+|\\.)*+"?
      | '(?:[^'\\\n]++|\\z\s*+|\\.)*+'?
      | \[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z)
    )
  | (?P<number>0[xX][0-9a-fA-F.]++(?:[pP][+-]?[0-9]++)?|[0-9.]*[0-9][0-9.]*(?:[eE][+-]?[0-9]++)?)
  | (?P<word>\w++)
  | (?P<mark>\.\.\.?|[=~<>]=|::|.)
    """,
    re.DOTALL | re.VERBOSE,
)
_OPENERS: Final = frozenset({b"(", b"[", b"{", b"function", b"if", b"do", b"repeat"})
_CLOSERS: Final = frozenset({b")", b"]", b"}", b"end", b"until"})
_VALUE_ENDS: Final = frozenset({b",", b";", b"}", b")", b""})


class Value(NamedTuple):
    """The value of a field: a text, a number or a table; any other expression has none of them.

    `source` is the expression as written, for a string or number its token. `offset` is in bytes.
    """

    offset: int
    source: bytes
    text: str | None = None
    number: float | None = None
    table: Table | None = None


class Field(NamedTuple):
    """A field of a table: `key` is None where it is computed, an integer for a position."""

    key: str | int | None
    value: Value


class Table:
    """A table as written; `offset` is that of its brace, in bytes."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.fields: list[Field] = []

    def get(self, key: str | int) -> Value | None:
        """Return the value of a key, the last one where it is written twice; None without any, or for nil."""
        for field in reversed(self.fields):
            if field.key == key:
                return None if field.value.source == b"nil" else field.value
        return None

    def text(self, key: str) -> str | None:
        """Return the text of a field; None when it has none or is no literal string."""
        value = self.get(key)
        return value.text if value else None

    def number(self, key: str | int) -> float | None:
        """Return the number of a field; None when it has none or is no literal number."""
        value = self.get(key)
        return value.number if value else None

    @property
    def has_computed_keys(self) -> bool:
        """Whether a key is not known, so that any field may have another value."""
        return any(field.key is None for field in self.fields)

    def tables(self) -> list[Table]:
        """Return the values at positions that are tables."""
        return [
            field.value.table
            for field in self.fields
            if isinstance(field.key, int) and field.value.table is not None
        ]


def read_arguments(data: bytes, offsets: Iterable[int]) -> Iterator[Table]:
    """Yield the table that is the first argument of each call whose name ends at one of these offsets.

    The offsets ascend. A call inside the argument of another one is left out.
    """
    end = 0
    for offset in offsets:
        if offset < end:
            continue
        reader = _TableReader(data, offset)
        if reader.item == b"(":
            reader.advance()
            argument = reader.value(0).table
        else:  # without parentheses: behind the table another statement may begin
            argument = reader.table(1) if reader.item == b"{" else None
        end = reader.end
        if argument is not None:
            yield argument


class _TableReader:
    """Reads one expression; `item`, `kind` and `offset` describe the present token."""

    def __init__(self, data: bytes, offset: int) -> None:
        self.data = data
        self.item, self.kind, self.offset, self.end = b"", "", offset, offset
        self.advance()

    def advance(self) -> None:
        while True:
            found = _TOKEN.match(self.data, self.end)
            if found is None:
                self.item, self.kind, self.offset = b"", "end", len(self.data)
                return
            self.end = found.end()
            self.kind = found.lastgroup or ""
            if self.kind not in {"space", "comment"}:
                self.item, self.offset = found.group(), found.start()
                return

    def value(self, depth: int) -> Value:
        start, item, kind = self.offset, self.item, self.kind
        if item == b"{" and depth < _MAX_DEPTH:
            table = self.table(depth + 1)
            if self.item in _VALUE_ENDS:
                return Value(start, b"", table=table)
            return self._other(start)
        is_negative = item == b"-"
        if is_negative:
            self.advance()
            item, kind = self.item, self.kind
        if kind in {"string", "number"} and not (is_negative and kind == "string"):
            self.advance()
            if self.item in _VALUE_ENDS:
                return _literal(start, item, is_negative=is_negative)
        return self._other(start)

    def _other(self, start: int) -> Value:
        """Pass over the rest of an expression."""
        depth, end = 0, self.offset
        while self.kind != "end" and (depth or self.item not in _VALUE_ENDS):
            if self.item in _OPENERS:
                depth += 1
            elif self.item in _CLOSERS:
                depth -= 1
            end = self.end
            self.advance()
        return Value(start, self.data[start:end])

    def table(self, depth: int) -> Table:
        table, position = Table(self.offset), 0
        self.advance()
        while self.item not in {b"}", b""}:
            key: str | int | None
            if self.item == b"[":
                key = self._computed_key()
            elif self.kind == "word" and self._is_key():
                key = self.item.decode(errors="replace")
                self.advance()
                self.advance()
            else:
                position += 1
                key = position
            before = self.offset
            table.fields.append(Field(key, self.value(depth)))
            if self.item in {b",", b";"} or self.offset == before:
                self.advance()
        self.advance()
        return table

    def _is_key(self) -> bool:
        end, item, kind, offset = self.end, self.item, self.kind, self.offset
        self.advance()
        is_key = self.item == b"="
        self.end, self.item, self.kind, self.offset = end, item, kind, offset
        return is_key

    def _computed_key(self) -> str | int | None:
        """Read `[key] =`; None for a key that is not a literal."""
        self.advance()
        item, kind = self.item, self.kind
        self.advance()
        key: str | int | None = None
        if self.item == b"]":
            if kind == "string":
                key = literal(item)
            elif kind == "number" and item.isdigit():
                key = int(item[:20])
        depth = 1 + (item in _OPENERS)
        while self.kind != "end" and depth:
            depth += (self.item in _OPENERS) - (self.item in _CLOSERS)
            self.advance()
        if self.item == b"=":
            self.advance()
        return key


def _literal(start: int, item: bytes, *, is_negative: bool) -> Value:
    if is_string(item):
        return Value(start, item, text=literal(item))
    try:
        number = float(int(item, 16)) if item[:2].lower() == b"0x" else float(item)
    except (ValueError, OverflowError):
        return Value(start, item)
    return Value(start, item, number=-number if is_negative else number)
