"""A section of a changelog while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.parsers.changelog.model import ChangelogCategory, ChangelogEntry, ChangelogSection

if TYPE_CHECKING:
    from factorio_release.parsers.version import Version


@dataclass(slots=True)
class CategoryDraft:
    """A category, and for each entry its line and the texts of its lines."""

    name: str
    line: int
    entries: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass(slots=True)
class SectionDraft:
    """A section; `written` maps category and text to the line where it stands first."""

    first: int
    line: int
    version_text: str = ""
    version: Version | None = None
    date: str = ""
    date_line: int = 0
    last: int = 0
    categories: list[CategoryDraft] = field(default_factory=list)
    written: dict[tuple[str, str], int] = field(default_factory=dict)

    def closed(self) -> ChangelogSection:
        """Return the section as a value."""
        categories = tuple(
            ChangelogCategory(
                category.name,
                category.line,
                tuple(ChangelogEntry(line, "\n".join(texts)) for line, texts in category.entries),
            )
            for category in self.categories
        )
        return ChangelogSection(
            self.version_text,
            self.version,
            self.line,
            self.date,
            self.date_line,
            categories,
            self.first,
            self.last,
        )
