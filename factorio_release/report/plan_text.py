"""A plan for a terminal: one line for each change, and the whole texts where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted
from factorio_release.report.escape import terminal
from factorio_release.report.plan_changes import plan_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.plan import Plan
    from factorio_release.report.style import Style

_COLOURS: Final = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}


def plan_lines(plan: Plan, style: Style, *, whole: bool = False) -> Iterator[str]:
    """Yield the changes in the order in which they are made, then the notices.

    With `whole`, each text that changes follows its line as a diff.
    """
    changes = plan_changes(plan)
    count = counted(len(changes), "change") if changes else "nothing to change"
    yield f"plan for {terminal(plan.mod)}: {count}"
    for change in changes:
        yield f"  {style.paint(change.sign, _COLOURS[change.sign])} {terminal(change.text)}"
        if whole:
            yield from diff_lines(change.diff, style)
    for fact in plan.facts:
        yield f"  {terminal(fact)}"
    for notice in plan.notices:
        yield f"  note: {terminal(notice)}"


def texts_of(plan: Plan, style: Style) -> Iterator[str]:
    """Yield the diff of each text that changes, below its line; nothing where no text does."""
    for change in plan_changes(plan):
        if change.diff:
            yield f"  {terminal(change.text)}"
            yield from diff_lines(change.diff, style)


def diff_lines(diff: tuple[str, ...], style: Style) -> Iterator[str]:
    """Yield the lines of a diff, indented and harmless."""
    for line in diff:
        yield f"      {_diff_line(line, style)}"


def _diff_line(line: str, style: Style) -> str:
    mark, rest = line[:1], line[1:]
    if mark == "@":
        return style.paint(terminal(line), _COLOURS[mark])
    text = f"{mark} {terminal(rest)}".rstrip()
    return style.paint(text, _COLOURS[mark]) if mark in "+-" else text
