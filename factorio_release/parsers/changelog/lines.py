"""One line of a changelog: what it is or is meant to be, and how the game wants it.

Documented: the auxiliary page "Changelog format". The quoted messages are those of the game's log.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final, NamedTuple

from factorio_release.parsers.changelog.categories import is_category
from factorio_release.parsers.foreign_text import is_unseen, spelled_out

SEPARATOR: Final = "-" * 99
CATEGORY_INDENTATION: Final = "  "
ENTRY_START: Final = "    - "
CONTINUATION_START: Final = "      "
FULL_WIDTH_COLON: Final = "\uff1a"  # the colon of Chinese and Japanese keyboards
COLONS: Final = (":", FULL_WIDTH_COLON)

_MIN_DASHES: Final = 3  # fewer are not taken for a separator
_RULES: Final = frozenset("=_~*#+\u2013\u2014\u2015\u2500\u2501\u2550")
_MIN_OF_RULE: Final = 10  # of another character than the dash
_HEADER: Final = re.compile(r"\s?(version|date)\s*(?:([:\uff1a])\s*|\s+(?=[0-9]))", re.IGNORECASE)
_BULLETS: Final = ("-", "*", "\u2022", "\u2013", "\u2014")
_AFTER_NAME: Final = f"{FULL_WIDTH_COLON} \t"
_NO_COLON: Final = 'the game says "category line does not end with colon"'
_NO_ENTRY: Final = "the game says \"line does not start with exactly '    - ' or exactly '      '\""
_EXAMPLES: Final = {"Version": "1.2.0", "Date": "2026-01-31"}
_SEPARATOR_HINT: Final = "Write exactly 99 dashes and nothing else."
_INDENT_CATEGORY_HINT: Final = "Indent categories by exactly two spaces."
_CATEGORY_HINT: Final = (
    "End the line with a colon, such as Changes:, and write entries on lines of their own."
)
_ENTRY_HINT: Final = (
    "Begin an entry with four spaces, a dash and a space, its continuation with six spaces."
)


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


# A named tuple: every check defines it, and a dataclass takes five times as long.
class ChangelogLine(NamedTuple):
    """A line without its line break; `text` is its content without marks and indentation.

    `code` is empty when the line is as the game wants it, else the code of the problem without
    `changelog-`. `column` counts from 1.
    """

    kind: LineKind
    text: str = ""
    code: str = ""
    message: str = ""
    column: int = 1
    hint: str = ""


@lru_cache(maxsize=10_000)  # the fixes of a changelog read it several times
def read_line(line: str) -> ChangelogLine:
    """Return what a line is meant to be, judged by the line alone."""
    read = _read_line(line)
    if read.code and not line.isascii():
        return _with_unseen_character(line, read)
    return read


def _with_unseen_character(line: str, read: ChangelogLine) -> ChangelogLine:
    """Name the first character that nobody sees: it is why the line looks right and is not."""
    for index, character in enumerate(line):
        if is_unseen(character):
            message = f"{spelled_out(character)} is in the line: {read.message}"
            hint = f"Remove the character U+{ord(character):04X}, or write an ordinary space."
            return read._replace(message=message, column=index + 1, hint=hint)
    return read


def _read_line(line: str) -> ChangelogLine:
    bare = line.strip()
    if not bare:
        return _blank(line)
    if len(bare) >= _MIN_DASHES and not bare.strip("-"):
        return _separator(line, bare)
    if bare[0] in _RULES and len(bare) >= _MIN_OF_RULE and not bare.strip(bare[0]):
        message = f"{len(bare)} times {bare[0]!r} where exactly 99 dashes separate two versions"
        return ChangelogLine(LineKind.SEPARATOR, "", "separator", message, hint=_SEPARATOR_HINT)
    header = _HEADER.match(line)
    if header:
        return _header(line, header)
    return _content(line, bare)


def correct_line(line: ChangelogLine) -> str:
    """Return the line as the game wants it; KeyError for the kind OTHER."""
    form = {
        LineKind.BLANK: "",
        LineKind.SEPARATOR: SEPARATOR,
        LineKind.VERSION: f"Version: {line.text}",
        LineKind.DATE: f"Date: {line.text}",
        LineKind.CATEGORY: f"{CATEGORY_INDENTATION}{line.text}:",
        LineKind.ENTRY: f"{ENTRY_START}{line.text}",
        LineKind.CONTINUATION: f"{CONTINUATION_START}{line.text}",
    }
    return form[line.kind]


def _blank(line: str) -> ChangelogLine:
    if not line:
        return ChangelogLine(LineKind.BLANK)
    message = "a line of white space only"
    return ChangelogLine(LineKind.BLANK, "", "blank-line", message, hint="Empty the line.")


def _separator(line: str, bare: str) -> ChangelogLine:
    if line == SEPARATOR:
        return ChangelogLine(LineKind.SEPARATOR)
    message = f"{len(bare)} dashes where exactly 99 separate two versions"
    if bare == SEPARATOR:
        message = "white space around the 99 dashes that separate two versions"
    return ChangelogLine(LineKind.SEPARATOR, "", "separator", message, hint=_SEPARATOR_HINT)


def _header(line: str, header: re.Match[str]) -> ChangelogLine:
    word = header.group(1).capitalize()
    kind = LineKind.VERSION if word == "Version" else LineKind.DATE
    text = line[header.end() :].rstrip()
    if line.startswith(f"{word}: "):
        if text == line[len(f"{word}: ") :].rstrip() or kind is LineKind.DATE:
            return ChangelogLine(kind, text)
        message = "more than one space in front of the version"
        hint = "Write one space behind the colon."
        return ChangelogLine(kind, text, "version-form", message, len("Version: ") + 1, hint)
    message = f'the line does not begin with exactly "{word}: "'
    hint = (
        f"Write {word}, a colon, a space and the {word.lower()}, such as {word}: {_EXAMPLES[word]}."
    )
    return ChangelogLine(kind, text, word.lower(), message, hint=hint)


def _content(line: str, bare: str) -> ChangelogLine:
    if line.startswith(ENTRY_START):
        return _entry(line)
    if line.startswith(CONTINUATION_START):
        return ChangelogLine(LineKind.CONTINUATION, line[len(CONTINUATION_START) :])
    in_category_column = line.startswith(CATEGORY_INDENTATION) and not line[2:3].isspace()
    if in_category_column and line.endswith(":"):
        return ChangelogLine(LineKind.CATEGORY, line[2:-1])
    if bare.startswith(_BULLETS):
        return _misplaced_entry(line, bare, in_category_column=in_category_column)
    if in_category_column:
        return _bad_category(line, bare)
    return _misplaced_text(line, bare)


def _entry(line: str) -> ChangelogLine:
    text = line[len(ENTRY_START) :]
    if not text.strip():  # it begins as the game's message demands
        message, hint = "an entry without text", "Write what has changed, or remove the line."
        return ChangelogLine(LineKind.OTHER, "", "entry-space", message, 1, hint)
    if not text[:1].isspace():
        return ChangelogLine(LineKind.ENTRY, text)
    message = "more than one space after the dash"
    hint = "Write one space."
    column = len(ENTRY_START) + 1
    return ChangelogLine(LineKind.ENTRY, text.lstrip(), "entry-space", message, column, hint)


def _bad_category(line: str, bare: str) -> ChangelogLine:
    name, colon, rest = bare.partition(":")
    end_column = len(line.rstrip()) + 1
    if rest.strip():
        what, column = "text after the colon of the category", line.index(":") + 2
    elif colon:
        what, column = "white space after the colon of the category", end_column
    elif FULL_WIDTH_COLON in bare:
        what, column = "a full-width colon in the category line", line.index(FULL_WIDTH_COLON) + 1
    else:
        what, column = "no colon after the category", end_column
    # With text behind a colon, the line may be a category and an entry, or a piece of a sentence.
    is_name_alone = not rest.strip() and FULL_WIDTH_COLON not in bare.rstrip(_AFTER_NAME)
    kind = LineKind.CATEGORY if is_name_alone else LineKind.OTHER
    text = name.rstrip(_AFTER_NAME)
    return ChangelogLine(kind, text, "category", f"{what}; {_NO_COLON}", column, _CATEGORY_HINT)


def _misplaced_entry(line: str, bare: str, *, in_category_column: bool) -> ChangelogLine:
    text = bare[1:].strip()
    name = text.rstrip(_AFTER_NAME + ":")
    if (in_category_column or bare.endswith(COLONS)) and is_category(name):
        message = "a dash in front of the category"
        hint = "Write two spaces, the name and a colon, without the dash."
        return ChangelogLine(LineKind.CATEGORY, name, "category", message, 1, hint)
    if bare.startswith("--"):
        what, text = "more than one dash at the beginning of an entry", bare.lstrip("-").strip()
    elif not bare.startswith("-"):
        what = f"{bare[0]} where a dash begins an entry"
    elif not line.startswith("    -"):
        what = f"an entry indented by {_indentation(line)}"
    elif text:
        what = "no space after the dash"
    else:
        what = "an entry without text"
    kind = LineKind.ENTRY if text else LineKind.OTHER
    return ChangelogLine(kind, text, "entry", f"{what}; {_NO_ENTRY}", 1, _ENTRY_HINT)


def _misplaced_text(line: str, bare: str) -> ChangelogLine:
    indentation = _indentation(line)
    is_near = len(line) - len(line.lstrip()) < len("    ")  # deeper, it may be a piece of a text
    if bare.endswith(COLONS) and (is_near or is_category(bare[:-1])):
        message = f"a category indented by {indentation}"
        return ChangelogLine(
            LineKind.CATEGORY, bare[:-1], "category", message, 1, _INDENT_CATEGORY_HINT
        )
    kind = LineKind.CONTINUATION if line[:1].isspace() else LineKind.OTHER
    return ChangelogLine(
        kind, bare, "entry", f"text indented by {indentation}; {_NO_ENTRY}", 1, _ENTRY_HINT
    )


def _indentation(line: str) -> str:
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        return "tabs"
    if len(indentation) == 1:
        return "1 space"
    return f"{len(indentation) or 'no'} spaces"
