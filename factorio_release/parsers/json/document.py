"""JSON from bytes, with the line and column of every key and value."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.parsers.json.reader import JsonReader
from factorio_release.parsers.json.strings import offset_inside
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON value and where its parts stand.

    `complete` is False when reading stopped early: keys may be missing from `value` then.
    `problems` carry the codes `json-encoding`, `json-bom`, `json-comment`, `json-trailing-comma`,
    `json-duplicate-key` and `json-syntax`. A key given twice has its last value.
    """

    text: str
    value: Any
    complete: bool
    problems: tuple[Problem, ...]
    _values: Mapping[JsonPath, int] = field(repr=False)
    _keys: Mapping[JsonPath, int] = field(repr=False)
    _lines: tuple[int, ...] = field(repr=False)

    @property
    def places(self) -> Mapping[JsonPath, tuple[int, int]]:
        """Line and column, from 1, of every value."""
        return {path: self._place(offset) for path, offset in self._values.items()}

    @property
    def key_places(self) -> Mapping[JsonPath, tuple[int, int]]:
        """Line and column, from 1, of every key."""
        return {path: self._place(offset) for path, offset in self._keys.items()}

    def place_inside(self, path: JsonPath, index: int) -> tuple[int, int]:
        """Line and column of character `index` of the string at `path`, escapes counted as written."""
        return self._place(offset_inside(self.text, self._values[path], index))

    def _place(self, offset: int) -> tuple[int, int]:
        return place(self._lines, offset)


def place(lines: tuple[int, ...], offset: int) -> tuple[int, int]:
    """Return line and column of an offset, given the offsets at which the lines begin."""
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


def read_json(data: bytes, file: str) -> JsonDocument:
    """Read a JSON text, recovering from slips; never raises."""
    text, problems = decode(data, file, "json")
    reader = JsonReader(text)
    value = reader.read()
    lines = (0, *(found.end() for found in re.finditer("\n", text)))
    slips = tuple(
        Problem(message, file, *place(lines, offset), hint, code)
        for code, offset, message, hint in reader.slips
    )
    return JsonDocument(text, value, reader.complete, problems + slips, reader.values, reader.keys, lines)
