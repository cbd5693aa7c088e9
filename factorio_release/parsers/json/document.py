"""JSON from bytes, with the line and column of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.parsers.json.reader import JsonReader
from factorio_release.parsers.json.strings import offset_inside
from factorio_release.parsers.positions import Positions
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.json.reader import JsonPath


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON value and the places of its parts; a place is line and column, from 1.

    `text` has no byte order mark. `complete` is False when reading stopped early: keys may be
    missing from `value` then. `problems` carry the codes `json-encoding`, `json-bom`,
    `json-comment`, `json-trailing-comma`, `json-duplicate-key` and `json-syntax`. A key that is
    repeated has its last value.
    """

    text: str
    value: Any
    complete: bool
    problems: tuple[Problem, ...]
    value_offsets: Mapping[JsonPath, int] = field(repr=False)
    _key_offsets: Mapping[JsonPath, int] = field(repr=False)
    _repeated: Mapping[JsonPath, int] = field(repr=False)
    _positions: Positions = field(repr=False)

    @property
    def places(self) -> Mapping[JsonPath, tuple[int, int]]:
        """The place of every value."""
        return self._placed(self.value_offsets)

    @property
    def key_places(self) -> Mapping[JsonPath, tuple[int, int]]:
        """The place of every key."""
        return self._placed(self._key_offsets)

    @property
    def repeated_key_places(self) -> Mapping[JsonPath, tuple[int, int]]:
        """The last place of every key that its object has more than once."""
        return self._placed(self._repeated)

    def place_inside(self, path: JsonPath, index: int) -> tuple[int, int]:
        """Return the place of character `index` of the string at `path`, where an escape is one character."""
        return self._positions.place(offset_inside(self.text, self.value_offsets[path], index))

    def _placed(self, offsets: Mapping[JsonPath, int]) -> Mapping[JsonPath, tuple[int, int]]:
        return {path: self._positions.place(offset) for path, offset in offsets.items()}


def read_json(data: bytes, file: str) -> JsonDocument:
    """Read a JSON text and report what is not JSON under the name `file`; never raises."""
    text, problems = decode(data, file, "json")
    reader = JsonReader(text)
    value = reader.read()
    positions = Positions(text)
    found = tuple(
        Problem(problem.message, file, *positions.place(problem.offset), problem.hint, problem.code)
        for problem in reader.problems
    )
    return JsonDocument(
        text,
        value,
        reader.complete,
        problems + found,
        reader.values,
        reader.keys,
        reader.repeated,
        positions,
    )
