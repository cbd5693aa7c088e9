"""What a package holds, and what it gained and lost since the previous release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted, size_text
from factorio_release.report.escape import markdown, markdown_code, terminal
from factorio_release.report.labels import mod_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.mod.package_changes import FileChange, PackageChanges
    from factorio_release.report.model import ModReport, Report

_MAX_TEXT_FILES: Final = 5
_MAX_TABLE_FILES: Final = 50
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


def render_listing(report: Report) -> str:
    """Return the files of each package with their sizes, then every other file with its reason.

    This is what `build --list` prints.
    """
    return "".join(f"{line}\n" for mod in report.mods for line in _listing_lines(mod))


def _listing_lines(mod: ModReport) -> Iterator[str]:
    sizes = [size_text(size) for _, size in mod.packed]
    width = max(map(len, sizes), default=0)
    packed = f"{counted(len(mod.packed), 'file')} packed"
    if mod.package is None:
        packed = f"no zip was made; {counted(len(mod.packed), 'file')} to pack"
    yield f"{terminal(mod_title(mod))}: {packed}, {len(mod.left_out):,} left out"
    for (path, _), size in zip(mod.packed, sizes, strict=True):
        yield f"  {size:>{width}}  {terminal(path)}"
    for path, reason in mod.left_out:
        yield f"  not packed  {terminal(path)}: {terminal(reason)}"


def changes_headline(changes: PackageChanges) -> str:
    """Return `since v1.0.0: 2 added, 1 changed, 0 removed, +1.2 kB`."""
    numbers = ", ".join(
        (
            f"{len(changes.of_kind('added'))} added",
            f"{len(changes.of_kind('changed'))} changed",
            f"{len(changes.of_kind('removed'))} removed",
        )
    )
    headline = f"since {changes.tag}: {numbers}, {_signed(changes.growth)}"
    if changes.uncompared:
        headline += f"; {counted(changes.uncompared, 'file')} not in git"
    return headline


def changes_lines(changes: PackageChanges) -> Iterator[str]:
    """Yield the headline, then the files whose size changed most, for a terminal."""
    yield terminal(changes_headline(changes))
    ranked = sorted(changes.changes, key=lambda change: (-abs(change.growth), change.path))
    for change in ranked[:_MAX_TEXT_FILES]:
        yield f"  {_MARKS[change.kind]} {terminal(change.path)} ({_signed(change.growth)})"
    if len(ranked) > _MAX_TEXT_FILES:
        yield f"  and {counted(len(ranked) - _MAX_TEXT_FILES, 'more file')}"


def changes_rows(changes: PackageChanges) -> list[tuple[str, str, str, str]]:
    """Return the rows of a Markdown table: kind, file, size before and after; the greatest growth first."""
    rows = [_row(change) for change in changes.changes[:_MAX_TABLE_FILES]]
    if more := changes.changes[_MAX_TABLE_FILES:]:
        rows.append((markdown(counted(len(more), "more file")), "", "", ""))
    return rows


def _row(change: FileChange) -> tuple[str, str, str, str]:
    before, after = size_text(change.before), size_text(change.after)
    if change.kind == "added":
        before = ""
    elif change.kind == "removed":
        after = ""
    return (change.kind, markdown_code(change.path), before, after)


def _signed(size: int) -> str:
    sign = "-" if size < 0 else "+"
    return f"{sign}{size_text(abs(size))}"
