"""A changelog as values: one section for each version, with categories and entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.changelog.dates import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.problem import Problem
    from factorio_release.parsers.version import Version

CHANGELOG_FILE: Final = "changelog.txt"

_CODE_SPAN: Final = re.compile(r"(`+[^`]*`+)")
# A tag of HTML; a person, a group or an issue where a forge would notify or link; an address, which stays.
_NAMES: Final = re.compile(
    r"(?P<address>https?://\S+)|(?P<tag>(?<!\\)\\*<(?=[A-Za-z/!?]))|(?P<stray>`+)"
    r"|(?<!\w)@\w[\w-]*(?:/[\w-]+)?|(?<!&)#\d+(?!\w)|(?<!\w)(?:GH-|!)\d+(?!\w)"
)


# Named tuples: every check defines these types, and a dataclass takes five times as long.
class ChangelogEntry(NamedTuple):
    """One bullet; the continuation lines of its `text` follow after line breaks, unindented."""

    line: int
    text: str


class ChangelogCategory(NamedTuple):
    """A heading such as Features and its entries; a name may occur twice in a section."""

    name: str
    line: int
    entries: tuple[ChangelogEntry, ...]


class ChangelogSection(NamedTuple):
    """The part of a changelog that is about one version.

    `version_text` is all that follows `Version: `, `version` the number it begins with, or None.
    `line` is that of `Version:`, `first` that of the dashes above it, `last` that of the last line
    with text; lines count from 1. `date` is free text; `date_line` is 0 when there is no date.
    """

    version_text: str
    version: Version | None
    line: int
    date: str
    date_line: int
    categories: tuple[ChangelogCategory, ...]
    first: int
    last: int

    @property
    def is_empty(self) -> bool:
        """Whether it has no entry."""
        return not any(category.entries for category in self.categories)

    @property
    def is_unnumbered(self) -> bool:
        """Whether it has a placeholder in place of a version: `Version: Unreleased`."""
        return (
            self.version is None and bool(self.version_text) and is_placeholder(self.version_text)
        )

    def as_text(self) -> str:
        """Return categories and entries as in the file, without dashes, version and date."""
        return "\n".join(self._lines("{}:", "  - ", "    "))

    def as_markdown(self) -> str:
        """Return categories as headings of the third level and entries as bullets.

        What looks like a tag, a person or an issue is shown as it is written: on a release's page `@name`
        would notify whoever has that name there, and `#12` would lead to an issue of another matter.
        """
        return "\n".join(_literal(line) for line in self._lines("### {}\n", "- ", "  "))

    def _lines(self, heading: str, bullet: str, indentation: str) -> Iterator[str]:
        for number, category in enumerate(self.categories):
            if number:
                yield ""
            yield heading.format(category.name or "Changes")
            for entry in category.entries:
                first, *more = entry.text.split("\n")
                yield bullet + first.rstrip()
                for line in more:
                    yield indentation + line.rstrip()


class Changelog(NamedTuple):
    """A changelog.txt: its sections in the order of the file, and what breaks the game's grammar."""

    text: str
    sections: tuple[ChangelogSection, ...]
    problems: tuple[Problem, ...]

    def section(self, version: Version) -> ChangelogSection | None:
        """Return the first section of a version; None when there is none."""
        for section in self.sections:
            if section.version == version:
                return section
        return None


def _literal(line: str) -> str:
    """Escape the `<` of `<word>` and make code of `@name` and `#12`, where it is not code already."""
    parts = _CODE_SPAN.split(line)
    # Every second part is a code span: the pattern has one group.
    parts[::2] = [_NAMES.sub(_as_written, part) for part in parts[::2]]
    return "".join(parts)


def _as_written(match: re.Match[str]) -> str:
    if match["address"]:
        return match[0]
    if match["tag"]:
        return r"\<"
    if match["stray"]:  # it would begin code at the next one of ours
        return match[0].replace("`", r"\`")
    return f"`{match[0]}`"
