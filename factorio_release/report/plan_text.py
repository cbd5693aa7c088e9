"""A plan for a terminal: each change, and each field before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.plan import OrderImages
from factorio_release.report.escape import terminal
from factorio_release.report.labels import counted
from factorio_release.report.plan_changes import (
    field_changes,
    gallery_change,
    headline,
    image_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.plan import Plan
    from factorio_release.report.plan_changes import FieldChange, GalleryChange
    from factorio_release.report.style import Style

_MAX_DIFF_LINES: Final = 80


def plan_lines(plan: Plan, style: Style) -> Iterator[str]:
    """Yield the changes in the order in which they are applied, then the notices."""
    if plan.changes:
        yield f"plan for {terminal(plan.mod)}: {counted(len(plan.changes), 'change')}"
    else:
        yield f"plan for {terminal(plan.mod)}: nothing to change"
    names = image_names(plan)
    for change in plan.changes:
        yield f"  {style.paint(terminal(headline(change)), 'bold')}"
        for field in field_changes(change):
            yield from _field_lines(field, style)
        if isinstance(change, OrderImages):
            yield from _gallery_lines(gallery_change(change, names), style)
    for notice in plan.notices:
        yield f"  note: {terminal(notice)}"


def _field_lines(field: FieldChange, style: Style) -> Iterator[str]:
    name = terminal(field.name)
    if field.diff:
        yield f"    {name}:"
        yield from _diff_lines(field.diff, style)
        return
    line = style.paint(_value_text(field.after), "green")
    if field.before is not None:
        line = f"{style.paint(_value_text(field.before), 'red')} → {line}"
    yield f"    {name}: {line}"


def _diff_lines(diff: tuple[str, ...], style: Style) -> Iterator[str]:
    for line in diff[:_MAX_DIFF_LINES]:
        yield f"      {_diff_line(line, style)}"
    if len(diff) > _MAX_DIFF_LINES:
        yield f"      … {counted(len(diff) - _MAX_DIFF_LINES, 'more line')}"


def _diff_line(line: str, style: Style) -> str:
    mark, rest = line[:1], line[1:]
    if mark == "@":
        return style.paint(terminal(line), "cyan")
    text = f"{mark} {terminal(rest)}".rstrip()
    if mark == "+":
        return style.paint(text, "green")
    if mark == "-":
        return style.paint(text, "red")
    return text


def _gallery_lines(gallery: GalleryChange, style: Style) -> Iterator[str]:
    for mark, names, colour in (
        ("+", gallery.added, "green"),
        ("-", gallery.removed, "red"),
        ("moved", gallery.moved, "cyan"),
    ):
        for name in names:
            yield f"    {style.paint(f'{mark} {terminal(name)}', colour)}"


def _value_text(text: str) -> str:
    return terminal(text) or "(empty)"
