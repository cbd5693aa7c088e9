"""The strings of a JSON text: quotes, escapes, and what people write instead of them."""

from __future__ import annotations

import re
from typing import Final

Slip = tuple[int, str, str]

_PLAIN: Final = {quote: re.compile(rf"[^{quote}\\\x00-\x1f]*") for quote in "\"'\u2019\u201d"}
_CLOSING: Final = {
    "'": "'",
    '"': '"',
    "\u2018": "\u2019",
    "\u2019": "\u2019",
    "\u201c": "\u201d",
    "\u201d": "\u201d",
}
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_CONTROL: Final = {"\t": "\\t", "\b": "\\b", "\f": "\\f"}


def read_string(text: str, start: int) -> tuple[str, int, list[Slip], bool]:
    """Read the string that opens at `start`.

    Returns its value, the offset after it, the slips (offset, message, hint), and whether it was
    closed on its line: past an open end nothing can be told.
    """
    closing = _CLOSING[text[start]]
    slips: list[Slip] = []
    if text[start] != '"':
        slips.append((start, f"{text[start]} around a string", 'JSON knows double quotes only: "…".'))
    pieces: list[str] = []
    at = start + 1
    while True:
        plain = _PLAIN[closing].match(text, at)
        if plain:
            pieces.append(plain.group())
            at = plain.end()
        here = text[at : at + 1]
        if here == closing:
            return "".join(pieces), at + 1, slips, True
        if here in {"", "\n", "\r"}:
            message = "the string that begins here has no closing quote on its line"
            slips.append(
                (start, message, "Close it with a double quote; a line break inside is written \\n.")
            )
            return "".join(pieces), at, slips, False
        piece, width = _escape(text, at, slips) if here == "\\" else _control(here, at, slips)
        pieces.append(piece)
        at += width


def offset_inside(text: str, start: int, index: int) -> int:
    """Return the offset of character `index` of the string that opens at `start`."""
    at = start + 1
    for _ in range(index):
        at += _escape(text, at, [])[1] if text[at : at + 1] == "\\" else 1
    return at


def _escape(text: str, at: int, slips: list[Slip]) -> tuple[str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES:
        return _ESCAPES[letter], 2
    if _PAIR.match(text, at):
        high, low = int(text[at + 2 : at + 6], 16), int(text[at + 8 : at + 12], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12
    if letter == "u" and (hexadecimal := _HEX.match(text, at)):
        number = int(hexadecimal.group(1), 16)
        if not 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 the surrogates of UTF-16
            return chr(number), 6
        slips.append(
            (at, f"{hexadecimal.group()} is half a character", "Write both halves, or the character.")
        )
        return "\ufffd", 6
    slips.append((at, f"\\{letter} is no escape that JSON knows", "Write \\\\ for a backslash."))
    return "\\", 1


def _control(here: str, at: int, slips: list[Slip]) -> tuple[str, int]:
    name = _CONTROL.get(here, f"\\u{ord(here):04x}")
    slips.append((at, f"a control character (U+{ord(here):04X}) inside a string", f"Write {name}."))
    return here, 1
