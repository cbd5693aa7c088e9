"""Numbers and words of a JSON text, and what people write instead of them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Final, NamedTuple

MAX_NUMBER_CHARACTERS: Final = (
    400  # longer than any float; int() takes time quadratic in the digits
)
WORD: Final = re.compile(r"[^\W\d][\w$-]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TOKEN: Final = re.compile(r"[^\s,;:\[\]{}]*")
_LITERALS: Final = MappingProxyType({"true": True, "false": False, "null": None})
_QUOTES_HINT: Final = 'Put text between double quotes: "…".'


class Scalar(NamedTuple):
    """A value, the offset after it, and what is wrong with it (empty for valid JSON)."""

    value: Any
    end: int
    message: str = ""
    hint: str = ""


def read_number(text: str, start: int) -> Scalar:
    """Read the number at `start`; anything else there is read as text without quotes."""
    written = _token(text, start)
    end = start + len(written)
    if len(written) > MAX_NUMBER_CHARACTERS:
        message = f"a number of {len(written)} characters"
        return Scalar(None, end, message, "Write a number that a program can hold.")
    if not _NUMBER.fullmatch(written):
        reason = "JSON has no such number"
        if written.endswith('"'):
            reason = "its opening quote is missing"
        return Scalar(
            written.strip("\"'"), end, f"{written} is not a number: {reason}", _QUOTES_HINT
        )
    if written.lstrip("-").isdigit():
        return Scalar(int(written), end)
    number = float(written)
    if number in {float("inf"), float("-inf")}:
        return Scalar(None, end, f"{written} is too large for a number", "Write a smaller number.")
    return Scalar(number, end)


def read_word(text: str, start: int) -> Scalar:
    """Read `true`, `false` or `null` at `start`, or a word that should have quotes."""
    found = WORD.match(text, start)
    word = found.group() if found else ""
    end = start + len(word)
    if word in _LITERALS:
        return Scalar(_LITERALS[word], end)
    lower = "null" if word == "None" else word.lower()  # Python writes None, True and False
    if lower in _LITERALS:
        return Scalar(_LITERALS[lower], end, f"{word} must be written {lower}", f"Write {lower}.")
    if word in {"NaN", "Infinity"}:
        return Scalar(None, end, f"{word} is not a value in JSON", "Write a number.")
    written = _token(text, start)
    return Scalar(written.strip("\"'"), start + len(written), "text without quotes", _QUOTES_HINT)


def _token(text: str, start: int) -> str:
    found = _TOKEN.match(text, start)
    return found.group() if found else ""
