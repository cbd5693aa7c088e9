"""Reads a locale .cfg: sections, keys and values with their lines, by the grammar alone.

Documented (the wiki's "Tutorial: Localisation"): white space beside `=` belongs to the key or to the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.foreign_text import (
    CONFLICT_HINT,
    WEB_PAGE_HINT,
    is_unseen,
    is_web_page,
    read_conflict,
    spelled_out,
    with_line_feeds,
    without_unseen,
)
from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode, numbered_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECTION: Final = re.compile(r"\[([^\]]*)\]")
_COMMENT_STARTS: Final = frozenset("#;")
BLANKS: Final = " \t"  # other white space, such as U+00A0, is part of a key or a value
# Parameters that the game replaces by the name of something: __ENTITY__iron-chest__.
NAMING_PARAMETERS: Final = ("ENTITY", "ITEM", "TILE", "FLUID", "CONTROL", "TECHNOLOGY", "RECIPE")
PARAMETER_NAME: Final = r"[^\s_](?:[^\s_]|_(?!_))*"
_SYNTAX_HINT: Final = "Write key=value on one line; a line break inside a value is written \\n."


class LocaleEntry(NamedTuple):
    """A translation; `section` is empty above the first `[section]`, `value` is as written.

    `key` is what the game looks up: white space before `=` is part of it. `name` is the key without blanks
    and characters that cannot be seen: what its author meant.
    """

    section: str
    key: str
    value: str
    line: int
    name: str


class LocaleFile(NamedTuple):
    """A locale file: all entries in order, repeated ones too, and the sections (name, line).

    `text` has LF where CR alone ended the lines. `problems` have no file name, which the parser does not
    get, and the codes `locale-encoding`, `locale-bom`, `locale-line-ends` and `locale-syntax`.
    """

    text: str
    entries: tuple[LocaleEntry, ...]
    sections: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


def read_locale(data: bytes) -> LocaleFile:
    """Read a locale file; never raises."""
    data, had_carriage_returns = with_line_feeds(data)
    text, encoding_problems = decode(data, "", "locale")
    if is_web_page(text):
        return _web_page(text)
    problems = ProblemList(encoding_problems)
    if had_carriage_returns:
        problems.add(_line_ends_problem())
    conflict = read_conflict(text)
    if conflict:
        message = "conflict marks of git are in the file"
        problems.add(Problem(message, "", conflict.line, 1, CONFLICT_HINT, "locale-syntax"))
        return _read(text, conflict.ours, problems)
    return _read(text, numbered_lines(text), problems)


def _read(text: str, lines: Iterable[tuple[int, str]], problems: ProblemList) -> LocaleFile:
    entries: list[LocaleEntry] = []
    sections: list[tuple[str, int]] = []
    section_name = ""
    for number, raw in lines:
        line = raw.lstrip(BLANKS)
        first = line[:1]
        if first in _COMMENT_STARTS or not line.rstrip("\r\v\f"):
            continue
        section = _SECTION.match(line) if first == "[" else None
        if section:
            section_name = section.group(1)
            sections.append((section_name, number))
        elif "=" in line:
            key, _, value = line.partition("=")
            entries.append(LocaleEntry(section_name, key, value, number, without_unseen(key)))
        else:
            problems.add(_syntax_problem(number, raw))
    return LocaleFile(text, tuple(entries), tuple(sections), problems.result())


def _web_page(text: str) -> LocaleFile:
    message = "the file is a web page, not a translation"
    problem = Problem(message, "", 1, 1, WEB_PAGE_HINT, "locale-syntax")
    return LocaleFile(text, (), (), (problem,))


def _line_ends_problem() -> Problem:
    message = "the lines end with CR alone, so that the game reads one line"
    hint = "Save the file with LF or CRLF line ends."
    return Problem(message, "", 1, 1, hint, "locale-line-ends")


def _syntax_problem(number: int, raw: str) -> Problem:
    line = raw.lstrip(BLANKS)
    column = len(raw) - len(line) + 1
    message = "neither a comment, a [section] nor key=value"
    hint = _SYNTAX_HINT
    if is_unseen(line[0]):
        message = f"the line begins with {spelled_out(line[0])}: {message}"
        hint = f"Remove the character U+{ord(line[0]):04X}."
    elif line.startswith("["):
        message, hint = "a section without its closing bracket", f"Write {line.strip()}]."
    return Problem(message, "", number, column, hint, "locale-syntax")
