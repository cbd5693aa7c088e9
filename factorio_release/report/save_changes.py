"""What a release changes for saves and modpacks, in words: lines for a terminal, a table to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted
from factorio_release.report.escape import markdown, markdown_code, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.load.save_changes import Changes, Renamed, SaveChanges

_MAX_TEXT_NAMES: Final = 20  # of one kind
_MAX_TABLE_NAMES: Final = 100
_PLURALS: Final = {
    "entity": "entities",
    "technology": "technologies",
    "recipe-category": "recipe categories",
    "quality": "qualities",
    "equipment": "equipment",
    "dependency": "dependencies",
}
_OF_VALUES: Final = ("setting", "dependency")  # of which no migration renames anything


def saves_headline(saves: SaveChanges) -> str:
    """Return `for saves and modpacks, since v1.0.0: 2 added, 1 removed, 1 renamed`."""
    numbers = [
        sum(len(names) for names in column)
        for column in (
            [one.added for one in saves.changes],
            [one.removed for one in saves.changes],
            [one.renamed for one in saves.changes],
        )
    ]
    words = [
        f"{number:,} {verb}"
        for number, verb in zip(numbers, ("added", "removed", "renamed or changed"), strict=True)
    ]
    told = ", ".join(words) if any(numbers) else "nothing changed"
    if not saves.whole:
        told += (
            "; of prototypes and settings nothing is known, as not both versions could be loaded"
        )
    return f"for saves and modpacks, since {saves.tag}: {told}"


def saves_lines(saves: SaveChanges) -> Iterator[str]:
    """Yield the headline, then a line for each name, for a terminal."""
    yield terminal(saves_headline(saves))
    for one in saves.changes:
        noun = one.kind.replace("-", " ")
        lines = [
            *(f"  + {noun} {name}" for name in one.added),
            *(f"  - {noun} {name}{_lost(one)}" for name in one.removed),
            *(f"  ~ {noun} {old} -> {new}{_kept(one)}" for old, new in one.renamed),
        ]
        for line in lines[:_MAX_TEXT_NAMES]:
            yield terminal(line)
        if len(lines) > _MAX_TEXT_NAMES:
            yield f"  and {counted(len(lines) - _MAX_TEXT_NAMES, 'more change')} of {_plural(one.kind)}"


def _lost(one: Changes) -> str:
    return "" if one.kind in _OF_VALUES else " (without a migration)"


def _kept(one: Changes) -> str:
    return "" if one.kind in _OF_VALUES else " (with a migration)"


def saves_table(saves: SaveChanges) -> str:
    """Return a Markdown table with a row for each kind, to paste into release notes; empty without any."""
    if not saves.changes:
        return ""
    lines = ["| | Added | Removed | Renamed or changed |", "| --- | --- | --- | --- |"]
    for one in saves.changes:
        cells = (
            markdown(_plural(one.kind)),
            _names(one.added),
            _names(one.removed),
            _pairs(one.renamed),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _names(names: Sequence[str]) -> str:
    return _listed([markdown_code(name) for name in names])


def _pairs(pairs: Sequence[Renamed]) -> str:
    return _listed([f"{markdown_code(old)} → {markdown_code(new)}" for old, new in pairs])


def _listed(cells: list[str]) -> str:
    shown = ", ".join(cells[:_MAX_TABLE_NAMES])
    more = len(cells) - _MAX_TABLE_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")
