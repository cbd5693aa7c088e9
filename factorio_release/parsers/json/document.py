"""JSON from bytes, with the line and column of every key and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.parsers.foreign_text import (
    CONFLICT_HINT,
    WEB_PAGE_HINT,
    is_web_page,
    read_conflict,
)
from factorio_release.parsers.json.reader import JsonReader
from factorio_release.parsers.json.strings import offset_inside
from factorio_release.parsers.positions import Positions
from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode

_MAX_SYNTAX_ERRORS: Final = 10  # after so many the others follow from the first ones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.json.reader import JsonPath, JsonProblem


class JsonDocument:
    """A JSON value and the places of its parts; a place is line and column, from 1.

    `text` has no byte order mark. `complete` is False when reading stopped early: keys may be
    missing from `value` then. `problems` carry the codes `json-encoding`, `json-bom`,
    `json-comment`, `json-trailing-comma`, `json-duplicate-key` and `json-syntax`. A key that is
    repeated has its last value.
    """

    def __init__(
        self,
        text: str,
        value: Any,
        problems: tuple[Problem, ...],
        *,
        complete: bool,
        value_offsets: Mapping[JsonPath, int],
        key_offsets: Mapping[JsonPath, int],
        repeated: Mapping[JsonPath, int],
        positions: Positions,
    ) -> None:
        self.text = text
        self.value = value
        self.complete = complete
        self.problems = problems
        self.value_offsets = value_offsets
        self._key_offsets = key_offsets
        self._repeated = repeated
        self._positions = positions

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
    """Read a JSON text and report what is not JSON under the name `file`; never raises.

    Where git left a conflict, the side above `=======` is read.
    """
    text, problems = decode(data, file, "json")
    found = ProblemList(problems)
    read = text
    conflict = read_conflict(text)
    if conflict:
        message = "conflict marks of git are in the file"
        found.add(Problem(message, file, conflict.line, 1, CONFLICT_HINT, "json-syntax"))
        read = conflict.with_spaces(text)
    if is_web_page(text):
        message = "the file is a web page, not JSON"
        found.add(Problem(message, file, 1, 1, WEB_PAGE_HINT, "json-syntax"))
        read = ""
    reader = JsonReader(read)
    value = reader.read()
    positions = Positions(text)
    for problem in _shown(reader.problems) if read == text else ():  # else one cause is reported
        place = positions.place(problem.offset)
        found.add(Problem(problem.message, file, *place, problem.hint, problem.code))
    return JsonDocument(
        text,
        value,
        found.result(),
        complete=reader.complete,
        value_offsets=reader.values,
        key_offsets=reader.keys,
        repeated=reader.repeated,
        positions=positions,
    )


def _shown(problems: list[JsonProblem]) -> list[JsonProblem]:
    """Return the problems, of a file with many syntax errors only the first: the others follow from them."""
    errors = [problem for problem in problems if problem.code == "json-syntax"]
    if len(errors) <= _MAX_SYNTAX_ERRORS:
        return problems
    number = len(errors) - _MAX_SYNTAX_ERRORS
    last = errors[_MAX_SYNTAX_ERRORS]._replace(
        message=f"{number} more errors from here on",
        hint="Correct the first ones, and check again.",
    )
    left_out = {id(problem) for problem in errors[_MAX_SYNTAX_ERRORS:]}
    return [*(problem for problem in problems if id(problem) not in left_out), last]
