"""The strings of a JSON text: quotes, escapes, and what people write instead of them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class StringProblem(NamedTuple):
    """Something at an offset of the text that JSON does not allow in a string."""

    offset: int
    message: str
    hint: str


class JsonString(NamedTuple):
    """A string's value and the offset after it; `closed` is True when it ends on its line."""

    value: str
    end: int
    problems: list[StringProblem]
    closed: bool


# Typographic quotes come from word processors.
_CLOSING: Final = {
    "'": "'",
    '"': '"',
    "\u2018": "\u2019",
    "\u2019": "\u2019",
    "\u201c": "\u201d",
    "\u201d": "\u201d",
}
QUOTES: Final = frozenset(_CLOSING)

_PLAIN: Final = {quote: re.compile(rf"[^{quote}\\\x00-\x1f]*") for quote in set(_CLOSING.values())}
_ESCAPES: Final = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_HEX: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_SURROGATES: Final = range(0xD800, 0xE000)
_SURROGATE_PAIR: Final = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_REPLACEMENT: Final = "\ufffd"
_CONTROL: Final = {"\t": "\\t", "\b": "\\b", "\f": "\\f"}


def read_string(text: str, start: int) -> JsonString:
    """Read the string that opens at `start`.

    It ends at the latest with its line: what follows an open quote cannot be understood.
    """
    closing = _CLOSING[text[start]]
    problems: list[StringProblem] = []
    if text[start] != '"':
        message = f"{text[start]} around a string"
        problems.append(StringProblem(start, message, 'JSON has double quotes only: "…".'))
    pieces: list[str] = []
    at = start + 1
    while True:
        plain = _PLAIN[closing].match(text, at)
        if plain:
            pieces.append(plain.group())
            at = plain.end()
        here = text[at : at + 1]
        if here == closing:
            return JsonString("".join(pieces), at + 1, problems, closed=True)
        if here in {"", "\n", "\r"}:
            message = "the string that begins here has no closing quote on its line"
            hint = "Close it with a double quote; a line break inside is written \\n."
            problems.append(StringProblem(start, message, hint))
            return JsonString("".join(pieces), at, problems, closed=False)
        if here == "\\":
            piece, width = _escape(text, at, problems)
        else:
            piece, width = _control(here, at, problems)
        pieces.append(piece)
        at += width


def offset_inside(text: str, start: int, index: int) -> int:
    """Return the offset in `text` of character `index` of the value of the string that opens at `start`."""
    at = start + 1
    for _ in range(index):
        width = 1
        if text[at : at + 1] == "\\":
            _, width = _escape(text, at, [])
        at += width
    return at


def _escape(text: str, at: int, problems: list[StringProblem]) -> tuple[str, int]:
    """Return the character of an escape, and the escape's length."""
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES:
        return _ESCAPES[letter], 2
    pair = _SURROGATE_PAIR.match(text, at)
    if pair:
        high, low = int(pair[1], 16), int(pair[2], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), len(pair[0])
    hexadecimal = _HEX.match(text, at)
    if not hexadecimal:
        problems.append(
            StringProblem(at, f"JSON has no escape \\{letter}", "Write \\\\ for a backslash.")
        )
        return "\\", 1
    number = int(hexadecimal[1], 16)
    if number in _SURROGATES:
        message = f"{hexadecimal[0]} is half a character"
        problems.append(StringProblem(at, message, "Write both halves, or the character."))
        return _REPLACEMENT, len(hexadecimal[0])
    return chr(number), len(hexadecimal[0])


def _control(here: str, at: int, problems: list[StringProblem]) -> tuple[str, int]:
    escape = _CONTROL.get(here, f"\\u{ord(here):04x}")
    message = f"a control character (U+{ord(here):04X}) inside a string"
    problems.append(StringProblem(at, message, f"Write {escape}."))
    return here, 1
