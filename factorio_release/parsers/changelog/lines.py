"""One line of a changelog: what it is, or is meant to be, and how it should have been written.

Documented: the auxiliary page "Changelog format". The quoted messages are those of the game's log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

DASHES: Final = "-" * 99
SHORTEST_SEPARATOR: Final = 3
CATEGORY_INDENTATION: Final = "  "
ENTRY: Final = "    - "
CONTINUATION: Final = "      "

_HEADER: Final = re.compile(r"\s?(version|date)\s*(?:([:\uff1a])\s*|\s+(?=[0-9]))", re.IGNORECASE)
_BULLETS: Final = ("-", "*", "\u2022", "\u2013", "\u2014")
_COLONS: Final = (":", "\uff1a")
_WIDE: Final = "\uff1a \t"
_NO_COLON: Final = 'the game says "category line does not end with colon"'
_NO_ENTRY: Final = "the game says \"line does not start with exactly '    - ' or exactly '      '\""
_ENTRY_HINT: Final = "Begin an entry with four spaces, a dash and a space, its continuation with six spaces."


class LineKind(Enum):
    """What a line is meant to be."""

    BLANK = auto()
    SEPARATOR = auto()
    VERSION = auto()
    DATE = auto()
    CATEGORY = auto()
    ENTRY = auto()
    CONTINUATION = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class ChangelogLine:
    """A line without its line break; `text` is what it says, without marks and indentation.

    `code` is empty when it is written as the game wants it, else the ending of the problem's code.
    """

    kind: LineKind
    text: str = ""
    code: str = ""
    message: str = ""
    column: int = 1
    hint: str = ""


def read_line(line: str) -> ChangelogLine:
    """Tell what a line is; looks at nothing but the line."""
    bare = line.strip()
    if not bare:
        return ChangelogLine(
            LineKind.BLANK, "", *_if(line, "blank-line", "a line of white space only", hint="Empty the line.")
        )
    if len(bare) >= SHORTEST_SEPARATOR and not bare.strip("-"):
        return _separator(line, bare)
    if header := _HEADER.match(line):
        return _header(line, header)
    return _content(line, bare)


def _content(line: str, bare: str) -> ChangelogLine:
    if line.startswith(ENTRY) and bare != "-":
        return _entry(line)
    if line.startswith(CONTINUATION):
        return ChangelogLine(LineKind.CONTINUATION, line[len(CONTINUATION) :])
    if bare.startswith(_BULLETS) and not (_is_category_indented(line) and line.endswith(":")):
        return _misplaced_entry(line, bare)
    if _is_category_indented(line):
        return _category(line, bare)
    return _misplaced(line, bare)


def written(line: ChangelogLine) -> str:
    """Return the line as the game wants it; a line of kind OTHER cannot be told."""
    form = {
        LineKind.BLANK: "",
        LineKind.SEPARATOR: DASHES,
        LineKind.VERSION: f"Version: {line.text}",
        LineKind.DATE: f"Date: {line.text}",
        LineKind.CATEGORY: f"{CATEGORY_INDENTATION}{line.text}:",
        LineKind.ENTRY: f"{ENTRY}{line.text}",
        LineKind.CONTINUATION: f"{CONTINUATION}{line.text}",
    }
    return form[line.kind]


def _if(fault: object, code: str, message: str, column: int = 1, hint: str = "") -> tuple[str, str, int, str]:
    return (code, message, column, hint) if fault else ("", "", 1, "")


def _separator(line: str, bare: str) -> ChangelogLine:
    message = f"{len(bare)} dashes where exactly 99 separate two versions"
    if bare == DASHES:
        message = "white space around the 99 dashes that separate two versions"
    hint = "Write exactly 99 dashes and nothing else."
    return ChangelogLine(LineKind.SEPARATOR, "", *_if(line != DASHES, "separator", message, hint=hint))


def _header(line: str, header: re.Match[str]) -> ChangelogLine:
    word = header.group(1).capitalize()
    right = line.startswith(f"{word}: ")
    message = f'the line does not begin with exactly "{word}: "'
    hint = f"Write {word}, a colon, a space and the {word.lower()}."
    text = line[header.end() :].rstrip()
    kind = LineKind.VERSION if word == "Version" else LineKind.DATE
    return ChangelogLine(kind, text, *_if(not right, word.lower(), message, hint=hint))


def _entry(line: str) -> ChangelogLine:
    text = line[len(ENTRY) :]
    message = f"more than one space after the dash; {_NO_ENTRY}"
    return ChangelogLine(
        LineKind.ENTRY, text.lstrip(), *_if(text[:1].isspace(), "entry", message, len(ENTRY) + 1, _ENTRY_HINT)
    )


def _is_category_indented(line: str) -> bool:
    return line.startswith(CATEGORY_INDENTATION) and not line[2:3].isspace()


def _category(line: str, bare: str) -> ChangelogLine:
    name, colon, rest = bare.partition(":")
    if line.endswith(":"):
        return ChangelogLine(LineKind.CATEGORY, line[2:-1])
    if rest.strip():
        what, column = "text after the colon of the category", line.index(":") + 2
    elif colon:
        what, column = "white space after the colon of the category", len(line.rstrip()) + 1
    elif "\uff1a" in bare:
        what, column = "a full-width colon in the category line", line.index("\uff1a") + 1
    else:
        what, column = "no colon after the category", len(line.rstrip()) + 1
    ends = not rest.strip() and "\uff1a" not in bare.rstrip(_WIDE)
    kind = LineKind.CATEGORY if ends else LineKind.OTHER
    hint = "End the line with a colon, and write entries on lines of their own."
    return ChangelogLine(kind, name.rstrip(_WIDE), "category", f"{what}; {_NO_COLON}", column, hint)


def _misplaced_entry(line: str, bare: str) -> ChangelogLine:
    text = bare[1:].strip()
    if not bare.startswith("-"):
        what = f"{bare[0]} where a dash begins an entry"
    elif not line.startswith("    -"):
        what = f"an entry indented by {_indentation(line)}"
    else:
        what = "no space after the dash" if text else "an entry without text"
    return ChangelogLine(
        LineKind.ENTRY if text else LineKind.OTHER, text, "entry", f"{what}; {_NO_ENTRY}", 1, _ENTRY_HINT
    )


def _misplaced(line: str, bare: str) -> ChangelogLine:
    shown = _indentation(line)
    if bare.endswith(_COLONS) and len(line) - len(line.lstrip()) < len("    "):
        hint = "Indent categories by exactly two spaces."
        return ChangelogLine(
            LineKind.CATEGORY, bare[:-1], "category", f"a category indented by {shown}", 1, hint
        )
    kind = LineKind.CONTINUATION if line[:1].isspace() else LineKind.OTHER
    return ChangelogLine(kind, bare, "entry", f"text indented by {shown}; {_NO_ENTRY}", 1, _ENTRY_HINT)


def _indentation(line: str) -> str:
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        return "a tab" if indentation == "\t" else "tabs"
    return "1 space" if len(indentation) == 1 else f"{len(indentation) or 'no'} spaces"
