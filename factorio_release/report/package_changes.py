"""What the package gained and lost since the previous release, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.report.escape import markdown, markdown_code, terminal
from factorio_release.report.measures import counted, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.mod.package_changes import FileChange, PackageChanges

_SHOWN: Final = 5
_ROWS: Final = 50
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


def changes_headline(changes: PackageChanges) -> str:
    """Return `since v1.0.0: 2 added, 1 changed, 0 removed, +1.2 kB`."""
    kinds = ("added", "changed", "removed")
    numbers = ", ".join(f"{len(changes.of_kind(kind))} {kind}" for kind in kinds)  # type: ignore[arg-type]  # a Literal each
    apart = f"; {counted(changes.uncompared, 'file')} not in git" if changes.uncompared else ""
    return f"since {changes.tag}: {numbers}, {_signed(changes.growth)}{apart}"


def changes_lines(changes: PackageChanges) -> Iterator[str]:
    """Yield the headline and the files that made the most difference."""
    yield terminal(changes_headline(changes))
    ranked = sorted(changes.changes, key=lambda change: (-abs(change.growth), change.path))
    yield from (
        f"  {_MARKS[one.kind]} {terminal(one.path)} ({_signed(one.growth)})" for one in ranked[:_SHOWN]
    )
    if len(ranked) > _SHOWN:
        yield f"  and {counted(len(ranked) - _SHOWN, 'more file')}"


def changes_rows(changes: PackageChanges) -> list[tuple[str, str, str, str]]:
    """Return the rows of a Markdown table: kind, file, size before and after; the greatest growth first."""
    rows = [_row(change) for change in changes.changes[:_ROWS]]
    if more := changes.changes[_ROWS:]:
        rows.append((markdown(counted(len(more), "more file")), "", "", ""))
    return rows


def _row(change: FileChange) -> tuple[str, str, str, str]:
    before = size_text(change.before) if change.kind != "added" else ""
    after = size_text(change.after) if change.kind != "removed" else ""
    return (change.kind, markdown_code(change.path), before, after)


def _signed(size: int) -> str:
    return f"{'-' if size < 0 else '+'}{size_text(abs(size))}"
