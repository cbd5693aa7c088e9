"""A plan for a terminal: each change, each field before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.plan import OrderImages
from factorio_release.report.changes import field_changes, gallery_change, headline, image_names
from factorio_release.report.escape import terminal
from factorio_release.report.measures import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.plan import Plan
    from factorio_release.report.changes import FieldChange, GalleryChange
    from factorio_release.report.style import Style

_DIFF_LINES = 80
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def plan_lines(plan: Plan, style: Style) -> Iterator[str]:
    """Yield the changes in the order in which they are carried out, then the notices."""
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
    yield from (f"  note: {terminal(notice)}" for notice in plan.notices)


def _field_lines(field: FieldChange, style: Style) -> Iterator[str]:
    name = terminal(field.name)
    if not field.diff:
        after = style.paint(_value(field.after), "green")
        before = "" if field.before is None else f"{style.paint(_value(field.before), 'red')} → "
        yield f"    {name}: {before}{after}"
        return
    yield f"    {name}:"
    yield from _diff_lines(field.diff, style)


def _diff_lines(diff: tuple[str, ...], style: Style) -> Iterator[str]:
    for line in diff[:_DIFF_LINES]:
        colour = _DIFF_COLOURS.get(line[:1])
        text = f"{line[:1]} {terminal(line[1:])}".rstrip() if line[:1] in "+- " else terminal(line)
        yield "      " + (style.paint(text, colour) if colour else text)
    if len(diff) > _DIFF_LINES:
        yield f"      … {counted(len(diff) - _DIFF_LINES, 'more line')}"


def _gallery_lines(gallery: GalleryChange, style: Style) -> Iterator[str]:
    yield from _images("+", gallery.added, "green", style)
    yield from _images("-", gallery.removed, "red", style)
    yield from _images("moved", gallery.moved, "cyan", style)


def _images(mark: str, names: Iterable[str], colour: str, style: Style) -> Iterator[str]:
    yield from (f"    {style.paint(f'{mark} {terminal(name)}', colour)}" for name in names)


def _value(text: str) -> str:
    return terminal(text) or "(empty)"
