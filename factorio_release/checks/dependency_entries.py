"""The dependencies in info.json as several rules read them, and problems at their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.dependency import Dependency, DependencyEntry
    from factorio_release.parsers.info import Info


def parsed_entries(info: Info) -> Iterator[tuple[DependencyEntry, Dependency]]:
    """Yield each entry that can be read, with what it says."""
    for entry in info.dependencies:
        if entry.dependency:
            yield entry, entry.dependency


def at_entry(entry: DependencyEntry, message: str, hint: str) -> Problem:
    """Return a problem at the place of an entry."""
    return Problem(message, INFO_FILE, entry.line, entry.column, hint)
