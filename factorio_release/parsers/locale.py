"""Reads a locale .cfg: sections, keys and values with their lines, by the grammar alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode, numbered_lines

_SECTION: Final = re.compile(r"\[([^\]]*)\]")
_COMMENT_STARTS: Final = ("#", ";")


@dataclass(frozen=True, slots=True)
class LocaleEntry:
    """A translation; `section` is empty above the first `[section]`, `value` is as written."""

    section: str
    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class LocaleFile:
    """A locale file: all entries in order, repeated ones too, and the sections (name, line).

    `problems` have the codes `locale-encoding`, `locale-bom` and `locale-syntax`, and no file name:
    the parser does not get it.
    """

    text: str
    entries: tuple[LocaleEntry, ...]
    sections: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


def read_locale(data: bytes) -> LocaleFile:
    """Read a locale file; never raises."""
    text, encoding_problems = decode(data, "", "locale")
    problems = ProblemList(encoding_problems)
    entries: list[LocaleEntry] = []
    sections: list[tuple[str, int]] = []
    section_name = ""
    for number, raw in numbered_lines(text):
        line = raw.lstrip()
        if not line or line.startswith(_COMMENT_STARTS):
            continue
        section = _SECTION.match(line)
        if section:
            section_name = section.group(1)
            sections.append((section_name, number))
        elif "=" in line:
            key, _, value = line.partition("=")
            entries.append(LocaleEntry(section_name, key.strip(), value, number))
        else:
            problems.add(_syntax_problem(number, raw, line))
    return LocaleFile(text, tuple(entries), tuple(sections), problems.result())


def _syntax_problem(number: int, raw: str, line: str) -> Problem:
    message = "neither a comment, a [section] nor key=value"
    if line.startswith("["):
        message = "a section without its closing bracket"
    column = len(raw) - len(line) + 1
    hint = "Write key=value on one line; a line break inside a value is written \\n."
    return Problem(message, "", number, column, hint, "locale-syntax")
