"""Numbers and words of a JSON text, and what people write instead of them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Final

DIGITS_AT_MOST: Final = 400
WORD: Final = re.compile(r"[^\W\d][\w$-]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TOKEN: Final = re.compile(r"[^\s,;:\[\]{}]*")
_LITERALS: Final = MappingProxyType({"true": True, "false": False, "null": None})

Scalar = tuple[Any, int, tuple[str, str] | None]  # the value, the offset after it, message and hint of a slip


def read_number(text: str, start: int) -> Scalar:
    """Read the number at `start`; what is none is taken for text whose quotes are missing."""
    written = _token(text, start)
    end = start + len(written)
    if len(written) > DIGITS_AT_MOST:
        return None, end, (f"a number of {len(written)} characters", "Write a number a program can hold.")
    if not _NUMBER.fullmatch(written):
        quote = "its opening quote is missing" if written[-1:] == '"' else "JSON has no such number"
        slip = (f"{written} is not a number: {quote}", 'Put text between double quotes: "…".')
        return written.strip("\"'"), end, slip
    number = float(written) if set(written) & set(".eE") else int(written)
    if number in {float("inf"), float("-inf")}:
        return None, end, (f"{written} is too large for a number", "Write a smaller one.")
    return number, end, None


def read_word(text: str, start: int) -> Scalar:
    """Read `true`, `false` or `null` at `start`, or a word that should have quotes."""
    found = WORD.match(text, start)
    word = found.group() if found else ""
    end = start + len(word)
    if word in _LITERALS:
        return _LITERALS[word], end, None
    lower = "null" if word == "None" else word.lower()
    if lower in _LITERALS:
        return _LITERALS[lower], end, (f"{word} must be written {lower}", f"Write {lower}.")
    if word in {"NaN", "Infinity"}:
        return None, end, (f"{word} is not a value in JSON", "Write a number.")
    written = _token(text, start)
    slip = ("text without quotes", 'Put it between double quotes: "…".')
    return written.strip("\"'"), start + len(written), slip


def _token(text: str, start: int) -> str:
    found = _TOKEN.match(text, start)
    return found.group() if found else ""
