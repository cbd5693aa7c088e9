"""Error-tolerant JSON parser that records the position of every key and value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.limits import MAX_JSON_DEPTH
from factorio_release.parsers.json.scalars import WORD, read_number, read_word
from factorio_release.parsers.json.strings import QUOTES, read_string
from factorio_release.parsers.positions import line_of

if TYPE_CHECKING:
    from factorio_release.parsers.json.scalars import Scalar

MAX_JSON_PROBLEMS: Final = 100  # a file with more is no JSON; it bounds time and memory too

_SPACE: Final = lazy_pattern(r"[ \t\r\n]*")
_COMMENT: Final = lazy_pattern(r"//[^\n]*|\#[^\n]*|--(?![0-9.])[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_INVISIBLE: Final = "\u200b\ufeff"

JsonPath = tuple[str | int, ...]


class JsonProblem(NamedTuple):
    """Something that is not JSON; `code` is that of the check, `offset` counts characters."""

    code: str
    offset: int
    message: str
    hint: str


class JsonReader:
    """One pass over a text.

    After `read`, `values` and `keys` map the path of a value to its offset and to that of its key.
    `repeated` maps the path of a key that its object has more than once to the offset of the last.
    `complete` is False when reading stopped early.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root: Any = None
        self.complete = False
        self.problems: list[JsonProblem] = []
        self.values: dict[JsonPath, int] = {}
        self.keys: dict[JsonPath, int] = {}
        self.repeated: dict[JsonPath, int] = {}

    def read(self) -> Any:
        """Return the value; after a stop, what the outermost object or list held by then. Never raises."""
        try:
            self._skip()
            self.root = self._value(())
            self._skip()
            if self.at < len(self.text):
                hint = "Remove it, or the bracket that closes too early."
                self._stop("text after the end of the JSON value", hint)
            self.complete = True
        except _StopReading:
            pass
        return self.root

    def _report(
        self, message: str, hint: str, at: int | None = None, code: str = "json-syntax"
    ) -> None:
        """Record a problem at an offset, the present one unless given; stop after too many."""
        if len(self.problems) >= MAX_JSON_PROBLEMS:
            raise _StopReading
        offset = self.at if at is None else at
        self.problems.append(JsonProblem(code, offset, message, hint))

    def _stop(self, message: str, hint: str) -> NoReturn:
        self._report(message, hint)
        raise _StopReading

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self) -> None:
        """Go past white space and comments."""
        while True:
            space = _SPACE.match(self.text, self.at)
            if space:
                self.at = space.end()
            here = self._peek()
            comment = _COMMENT.match(self.text, self.at)
            if comment:
                self._report(
                    "a comment, which JSON does not have",
                    "Remove the comment.",
                    code="json-comment",
                )
                self.at = comment.end()
            elif here and (here.isspace() or here in _INVISIBLE):
                message = f"invisible character U+{ord(here):04X} between values"
                self._report(message, "Use an ordinary space.")
                self.at += 1
            else:
                return

    def _value(self, path: JsonPath) -> Any:
        self.values[path] = self.at
        here = self._peek()
        if here in {"{", "["} and len(path) >= MAX_JSON_DEPTH:
            self._stop(
                f"values nested deeper than {MAX_JSON_DEPTH} levels", "No info.json needs that."
            )
        if here == "{":
            return self._object(path)
        if here == "[":
            return self._list(path)
        if here in QUOTES:
            return self._string()
        if here.isdigit() or here in {"-", "+", "."}:
            return self._scalar(read_number(self.text, self.at))
        if WORD.match(self.text, self.at):
            return self._scalar(read_word(self.text, self.at))
        message = "a value is missing here" if here else "the file ends where a value should be"
        return self._stop(message, "Write the value, or remove the key.")

    def _string(self) -> str:
        string = read_string(self.text, self.at)
        self.at = string.end
        for problem in string.problems:
            self._report(problem.message, problem.hint, problem.offset)
        if not string.closed:
            raise _StopReading
        return string.value

    def _scalar(self, scalar: Scalar) -> Any:
        if scalar.message:
            self._report(scalar.message, scalar.hint)
        self.at = scalar.end
        return scalar.value

    def _list(self, path: JsonPath) -> list[Any]:
        found: list[Any] = []
        if not path:
            self.root = found
        start = self._open()
        while self._has_more("]", start, after_element=bool(found)):
            found.append(self._value((*path, len(found))))
        return found

    def _object(self, path: JsonPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if not path:
            self.root = found
        start = self._open()
        while self._has_more("}", start, after_element=bool(found)):
            key_offset = self.at
            key = self._key()
            key_path = (*path, key)
            if key in found:
                self._report_repeated(key_path, key_offset)
            self.keys[key_path] = key_offset
            found[key] = self._value(key_path)
        return found

    def _open(self) -> int:
        self.at += 1
        return self.at - 1

    def _report_repeated(self, path: JsonPath, offset: int) -> None:
        self.repeated[path] = offset
        line = line_of(self.text, self.keys[path])
        message = f'the key "{path[-1]}" is here a second time, first in line {line}'
        hint = "Keep one of the two; programs differ in which one they read."
        self._report(message, hint, offset, "json-duplicate-key")

    def _key(self) -> str:
        """Read a key and the colon behind it."""
        key = self._key_name()
        self._skip()
        here = self._peek()
        if here == ":":
            self.at += 1
        elif here == "=":
            self._report("= between a key and its value", "Write a colon.")
            self.at += 1
        else:
            message = f'the colon after the key "{key}" is missing'
            self._report(message, "Write a colon between a key and its value.")
        self._skip()
        return key

    def _key_name(self) -> str:
        if self._peek() in QUOTES:
            return self._string()
        word = WORD.match(self.text, self.at)
        if not word:
            self._stop(
                "a key is missing here", 'Write "key": value, or remove what is here instead.'
            )
        key = word.group()
        self._report(f"the key {key} has no quotes", f'Write "{key}".')
        self.at = word.end()
        return key

    def _has_more(self, closing: str, start: int, *, after_element: bool) -> bool:
        """Go to the next element of the object or list that opens at `start`, or past its closing bracket.

        Reports the commas in between: none, too many, or one before the closing bracket.
        """
        end_of_element = self.at
        self._skip()
        comma = self._commas(after_element=after_element)
        here = self._peek()
        if here == closing:
            if comma is not None and after_element:
                message = f"a comma before the closing {closing}"
                hint = "Remove the comma after the last element."
                self._report(message, hint, comma, "json-trailing-comma")
            self.at += 1
            return False
        if here in {"", "]", "}"}:
            self._stop_unclosed(closing, start, here)
        if after_element and comma is None:
            if here == ":":
                hint = "Put quotes around the key, or a comma."
                self._stop("a colon where a comma or the end should be", hint)
            hint = "Write a comma between two values."
            self._report("the comma after this value is missing", hint, end_of_element)
        return True

    def _commas(self, *, after_element: bool) -> int | None:
        """Read the commas, and semicolons for commas; return the offset of the last."""
        comma: int | None = None
        while self._peek() in {",", ";"}:
            if self._peek() == ";":
                self._report("; between values", "Write a comma.")
            elif comma is not None or not after_element:
                self._report("a comma without a value before it", "Remove the comma.")
            comma = self.at
            self.at += 1
            self._skip()
        return comma

    def _stop_unclosed(self, closing: str, start: int, here: str) -> NoReturn:
        line = line_of(self.text, start)
        opened = f"the {self.text[start]} of line {line}"
        if here:
            self._stop(f"{here} where {opened} should be closed by {closing}", f"Write {closing}.")
        self._stop(f"the file ends before {opened} is closed", f"Write the missing {closing}.")


class _StopReading(Exception):
    """Raised where the rest cannot be understood; the reason is the last problem."""
