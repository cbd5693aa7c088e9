"""Reads JSON the way its author meant it: goes on after a slip, and remembers where everything stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from factorio_release.limits import MAX_JSON_DEPTH
from factorio_release.parsers.json.scalars import WORD, read_number, read_word
from factorio_release.parsers.json.strings import read_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.parsers.json.scalars import Scalar

SLIPS_AT_MOST: Final = 100

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COMMENT: Final = re.compile(r"//[^\n]*|\#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_QUOTES: Final = "\"'\u2018\u2019\u201c\u201d"

JsonPath = tuple[str | int, ...]


class GaveUp(Exception):
    """What follows cannot be understood; the reason is among the slips."""


class JsonReader:
    """One pass over a text; `slips` are (code, offset, message, hint), offsets count characters.

    `read` returns the value; when it gave up, `complete` is False and the value is what the
    outermost object or list held by then.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root: Any = None
        self.complete = False
        self.slips: list[tuple[str, int, str, str]] = []
        self.values: dict[JsonPath, int] = {}
        self.keys: dict[JsonPath, int] = {}

    def read(self) -> Any:
        """Read the whole text; never raises."""
        try:
            self._skip()
            self.root = self._value(())
            self._skip()
            if self.at < len(self.text):
                self._give_up(
                    "text after the end of the JSON value", "Remove it, or the bracket that closes too early."
                )
            self.complete = True
        except GaveUp:
            pass
        return self.root

    def slip(self, message: str, hint: str, at: int | None = None, code: str = "json-syntax") -> None:
        """Note something to mend at an offset, here unless told; gives up when there is no end of them."""
        if len(self.slips) >= SLIPS_AT_MOST:
            raise GaveUp
        self.slips.append((code, self.at if at is None else at, message, hint))

    def _give_up(self, message: str, hint: str) -> NoReturn:
        self.slip(message, hint)
        raise GaveUp

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self) -> None:
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            here = self._peek()
            if here in {"/", "#"} and (comment := _COMMENT.match(self.text, self.at)):
                self.slip("a comment, which JSON does not have", "Remove the comment.", code="json-comment")
                self.at = comment.end()
            elif here and (here.isspace() or here in "\u200b\ufeff"):
                self.slip(f"invisible character U+{ord(here):04X} between values", "Use an ordinary space.")
                self.at += 1
            else:
                return

    def _value(self, path: JsonPath) -> Any:
        self.values[path] = self.at
        here = self._peek()
        if here in {"{", "["} and len(path) >= MAX_JSON_DEPTH:
            self._give_up(f"values nested deeper than {MAX_JSON_DEPTH} levels", "No info.json needs that.")
        if here == "{":
            return self._object(path)
        if here == "[":
            return self._list(path)
        if here and here in _QUOTES:
            return self._string()
        if here and (here in "-+." or here.isdigit()):
            return self._scalar(read_number)
        if here and WORD.match(self.text, self.at):
            return self._scalar(read_word)
        message = "a value is missing here" if here else "the file ends where a value should be"
        return self._give_up(message, "Write the value, or remove the key.")

    def _string(self) -> str:
        value, self.at, slips, closed = read_string(self.text, self.at)
        for offset, message, hint in slips:
            self.slip(message, hint, offset)
        if not closed:
            raise GaveUp
        return value

    def _scalar(self, read: Callable[[str, int], Scalar]) -> Any:
        start = self.at
        value, self.at, slip = read(self.text, start)
        if slip:
            self.slip(*slip, start)
        return value

    def _list(self, path: JsonPath) -> list[Any]:
        found: list[Any] = []
        self.root = found if not path else self.root
        start = self._open()
        while self._more("]", start, some=bool(found)):
            found.append(self._value((*path, len(found))))
        return found

    def _object(self, path: JsonPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.root = found if not path else self.root
        start = self._open()
        while self._more("}", start, some=bool(found)):
            key_at = self.at
            key = self._key()
            place = (*path, key)
            if key in found:
                self._repeated(key, self.keys[place], key_at)
            self.keys[place] = key_at
            found[key] = self._value(place)
        return found

    def _open(self) -> int:
        self.at += 1
        return self.at - 1

    def _repeated(self, key: str, first: int, again: int) -> None:
        line = self.text.count("\n", 0, first) + 1
        message = f'the key "{key}" stands here a second time, first in line {line}'
        self.slip(
            message,
            "Keep one of the two; programs differ in which one they read.",
            again,
            "json-duplicate-key",
        )

    def _key(self) -> str:
        if self._peek() in _QUOTES:
            key = self._string()
        elif word := WORD.match(self.text, self.at):
            key = word.group()
            self.slip(f"the key {key} has no quotes", f'Write "{key}".')
            self.at = word.end()
        else:
            self._give_up("a key should stand here", 'Write "key": value, or remove what stands here.')
        self._skip()
        if self._peek() == ":":
            self.at += 1
        elif self._peek() == "=":
            self.slip("= between a key and its value", "Write a colon.")
            self.at += 1
        else:
            self.slip(
                f'the colon after the key "{key}" is missing', "Write a colon between a key and its value."
            )
        self._skip()
        return key

    def _more(self, closing: str, start: int, *, some: bool) -> bool:
        """Go on to the next element; past the closing bracket when there is none."""
        end = self.at
        self._skip()
        comma = -1
        while self._peek() in {",", ";"}:
            if self._peek() == ";":
                self.slip("; between values", "Write a comma.")
            elif comma >= 0 or not some:
                self.slip("a comma without a value before it", "Remove the comma.")
            comma = self.at
            self.at += 1
            self._skip()
        here = self._peek()
        if here == closing:
            if comma >= 0 and some:
                message = f"a comma before the closing {closing}"
                self.slip(message, "Remove the comma after the last element.", comma, "json-trailing-comma")
            self.at += 1
            return False
        if not here or here in "]}":
            self._unclosed(closing, start, here)
        if some and comma < 0:
            if here == ":":
                self._give_up(
                    "a colon where a comma or the end should be", "Put quotes around the key, or a comma."
                )
            self.slip("the comma after this value is missing", "Write a comma between two values.", end)
        return True

    def _unclosed(self, closing: str, start: int, here: str) -> NoReturn:
        line = self.text.count("\n", 0, start) + 1
        opened = f"the {self.text[start]} of line {line}"
        if here:
            self._give_up(f"{here} where {opened} should be closed by {closing}", f"Write {closing}.")
        self._give_up(f"the file ends before {opened} is closed", f"Write the missing {closing}.")
