"""A changelog as values: sections of one version each, their categories and entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.problem import Problem
    from factorio_release.parsers.version import Version

CHANGELOG_FILE: Final = "changelog.txt"
DASHES: Final = "-" * 99

_CODE_SPAN: Final = re.compile(r"(`+[^`]*`+)")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """One bullet; the continuation lines of its `text` follow after line breaks, unindented."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ChangelogCategory:
    """A heading such as Features and its entries; a name may occur twice in a section."""

    name: str
    line: int
    entries: tuple[ChangelogEntry, ...]


@dataclass(frozen=True, slots=True)
class ChangelogSection:
    """What one version brought.

    `version_text` is all that follows `Version: `, `version` the number it begins with or None.
    `line` is that of `Version:`, `first` that of the dashes above it, `last` that of the last line
    with text. `date` is free text; `date_line` is 0 where there is none.
    """

    version_text: str
    version: Version | None
    line: int
    date: str
    date_line: int
    categories: tuple[ChangelogCategory, ...]
    first: int
    last: int

    def as_text(self) -> str:
        """Return categories and entries as in the file, without dashes, version and date."""
        return "\n".join(self._lines("{}:", "  - ", "    "))

    def as_markdown(self) -> str:
        """Return categories as headings of the third level and entries as bullets."""
        return "\n".join(_untagged(line) for line in self._lines("### {}\n", "- ", "  "))

    def _lines(self, heading: str, bullet: str, indentation: str) -> Iterator[str]:
        for number, category in enumerate(self.categories):
            if number:
                yield ""
            yield heading.format(category.name or "Changes")
            for entry in category.entries:
                first, *more = entry.text.split("\n")
                yield bullet + first.rstrip()
                yield from (indentation + line.rstrip() for line in more)


@dataclass(frozen=True, slots=True)
class Changelog:
    """A changelog.txt: its sections in the order of the file, and what breaks the game's grammar."""

    text: str
    sections: tuple[ChangelogSection, ...]
    problems: tuple[Problem, ...]

    def section(self, version: Version) -> ChangelogSection | None:
        """Return the section of a version, wherever it stands."""
        return next((section for section in self.sections if section.version == version), None)


def _untagged(line: str) -> str:
    """Keep `<word>` readable: Markdown takes it for HTML and hides it."""
    return "".join(
        part if part.startswith("`") else _TAG.sub(r"\\<", part) for part in _CODE_SPAN.split(line)
    )
