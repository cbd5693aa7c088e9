"""Removes from a changelog the entries that a category of a version has already."""

from __future__ import annotations

from factorio_release.parsers.changelog.reader import read_changelog


def without_repeated_entries(text: str) -> str:
    """Return the text without entries that repeat another one of the same version and category.

    Only an entry whose every line is the same is removed, and a category of which nothing is left. Empty
    lines stay.
    """
    repeated: set[int] = set()  # numbers of lines
    lines = text.split("\n")
    for section in read_changelog(text.encode()).sections:
        seen: set[tuple[str, str]] = set()
        for category in section.categories:
            removed = 0
            for entry in category.entries:
                if (category.name, entry.text) in seen:
                    repeated.update(_lines_of_entry(lines, entry.line, entry.text.count("\n") + 1))
                    removed += 1
                seen.add((category.name, entry.text))
            if removed and removed == len(category.entries):
                repeated.add(category.line)
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in repeated)


def _lines_of_entry(lines: list[str], first: int, count: int) -> list[int]:
    """Return the numbers of `count` lines with text from line `first` on."""
    numbers = []
    for number in range(first, len(lines) + 1):
        if lines[number - 1].strip():
            numbers.append(number)
        if len(numbers) == count:
            break
    return numbers
