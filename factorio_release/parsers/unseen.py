"""Characters that nobody sees: spelled out in messages, and ignored to find a name that looks the same."""

from __future__ import annotations

import unicodedata
from typing import Final

from factorio_release.parsers.foreign_text import is_unseen

# Zero width joiners, which Persian and Indic letters and emoji need: odd only beside Latin letters.
_JOINERS: Final = "\u200c\u200d"
_LATIN_END: Final = "\u0250"


def visible(text: str) -> str:
    """Return `text` with every character that nobody sees as `<U+00A0>`, and an accent apart as `e<U+0301>`.

    Tabs and line ends are spelled out too: a message is one line.
    """
    if text.isascii() and text.isprintable():  # most texts
        return text
    previous = ""
    shown = []
    for character in text:
        hidden = _is_hidden(character, previous)
        shown.append(f"<U+{ord(character):04X}>" if hidden else character)
        previous = character
    return "".join(shown)


def quoted(text: str) -> str:
    """Return `text` in quotes, as messages name a value, with what nobody sees spelled out."""
    return f"'{visible(text)}'"


def folded_name(name: str) -> str:
    """Return what names have in common that look the same but for capitals.

    Case, the form of accents, kinds of blanks and characters that nobody sees do not count.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
        name = "".join(_plain(character) for character in name)
    return name.casefold()


def difference(one: str, other: str) -> str:
    """Return in what two names differ that have the same `folded_name`."""
    if one.casefold() == other.casefold():
        return "upper and lower case"
    forms = {unicodedata.normalize("NFC", name).casefold() for name in (one, other)}
    return "the form of an accent" if len(forms) == 1 else "characters that nobody sees"


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    return "" if is_unseen(character) else character


def _is_hidden(character: str, previous: str) -> bool:
    if character in _JOINERS:
        return previous < _LATIN_END
    if is_unseen(character) or character == "\t":
        return True
    if not unicodedata.combining(character) or not previous:
        return False
    return len(unicodedata.normalize("NFC", previous + character)) == 1
