"""Reads a locale .cfg: sections, keys and values with their lines, by the grammar alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode, numbered_lines

_SECTION: Final = re.compile(r"\[([^\]]*)\]")


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

    `problems` carry the codes `locale-encoding`, `locale-bom` and `locale-syntax`, and no file:
    the parser is not told its name.
    """

    text: str
    entries: tuple[LocaleEntry, ...]
    sections: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


def read_locale(data: bytes) -> LocaleFile:
    """Read a locale file; never raises."""
    text, undecodable = decode(data, "", "locale")
    problems = ProblemList(undecodable)
    entries: list[LocaleEntry] = []
    sections: list[tuple[str, int]] = []
    for number, raw in numbered_lines(text):
        line = raw.lstrip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and (section := _SECTION.match(line)):
            sections.append((section.group(1), number))
        elif "=" in line:
            key, _, value = line.partition("=")
            entries.append(LocaleEntry(sections[-1][0] if sections else "", key.strip(), value, number))
        else:
            problems.add(_neither(number, raw, line))
    return LocaleFile(text, tuple(entries), tuple(sections), problems.result())


def _neither(number: int, raw: str, line: str) -> Problem:
    message = "neither a comment, a [section] nor key=value"
    if line[0] == "[":
        message = "a section without its closing bracket"
    hint = "Write key=value on one line; a line break inside a value is written \\n."
    return Problem(message, "", number, len(raw) - len(raw.lstrip()) + 1, hint, "locale-syntax")
