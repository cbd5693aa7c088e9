"""What is told before the first write: findings, what is not committed, the plan, and the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.amounts import counted
from factorio_release.plan import AddRelease, Publish
from factorio_release.report.escape import terminal
from factorio_release.report.labels import mod_title
from factorio_release.report.model import Status
from factorio_release.report.plan_changes import plan_changes
from factorio_release.report.style import Style
from factorio_release.report.text import closing_lines, columns, finding_counts, found_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.report.model import ModReport, Report

_FOR_GOOD: Final = "A version is public at once and for good: it cannot be taken back or replaced."
_PAGE: Final = "page"
# By the kind of what is written: for one mod, and for several.
_WHAT: Final = {
    Publish.kind: ("publish {names} as a new mod", "publish {names} as new mods"),
    AddRelease.kind: ("upload {names} as a new release", "upload {names} as new releases"),
    _PAGE: ("update the page of {names}", "update the pages of {names}"),
}
_REPLACED: Final = "What the page has now is replaced."


def render_preview(
    report: Report, *, color: bool = False, whole: bool = False, excerpts: bool = False
) -> str:
    """Return findings, warnings and plan of each mod, and a table of several mods.

    With `whole`, each text that changes follows its line of the plan as a diff. With `excerpts` the source
    line of each finding is shown.
    """
    style = Style(color)
    several = len(report.mods) > 1
    blocks = []
    for mod in report.mods:
        lines = [style.paint(terminal(mod_title(mod)), "bold")] if several else []
        lines += found_lines(mod, style, whole=whole, excerpts=excerpts)
        if mod.error:
            lines.append(f"{style.paint('error', 'red', 'bold')}: {terminal(mod.error)}")
        blocks.append("\n".join(lines).rstrip("\n"))
    blocks.append("\n".join(closing_lines(report, style)))
    if several:
        blocks.append("\n".join(_table(report, style)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def question(report: Report, portal_url: str) -> str:
    """Return the question before the first write, of two lines: that it stays; what is written, and where."""
    by_kind: dict[str, list[str]] = {}
    for mod in report.mods:
        if mod.status is not Status.FAILED and mod.plan and mod.plan.changes:
            by_kind.setdefault(_kind(mod), []).append(terminal(mod.mod))
            if _kind(mod) != _PAGE:
                by_kind[_kind(mod)][-1] += f" {terminal(mod.version)}"
    what = [_what(kind, names) for kind, names in by_kind.items()]
    warning = _REPLACED if by_kind.keys() <= {_PAGE} else _FOR_GOOD
    return f"{warning}\n{'; '.join(what)} on {portal_name(portal_url)}? [y/N] "


def portal_name(url: str) -> str:
    """Return the host of the real portal, and the whole address of one on this machine."""
    parts = urlsplit(url)
    return terminal(parts.netloc if parts.scheme == "https" else url)


def _kind(mod: ModReport) -> str:
    """Return what a plan does: the kind of its release, or `page` for one that changes the page alone."""
    for change in mod.plan.changes if mod.plan else ():
        if isinstance(change, Publish | AddRelease):
            return change.kind
    return _PAGE


def _what(kind: str, names: list[str]) -> str:
    *first, last = names
    all_names = f"{', '.join(first)} and {last}" if first else last
    one, several = _WHAT[kind]
    return (several if first else one).format(names=all_names)


def _table(report: Report, style: Style) -> Iterator[str]:
    rows = [("mod", "version", "findings", "plan"), *map(_row, report.mods)]
    yield from columns(rows, style)


def _row(mod: ModReport) -> tuple[str, ...]:
    findings = ", ".join(finding_counts(mod)) or "none"
    return (terminal(mod.mod), terminal(mod.version), findings, terminal(_planned(mod)))


def _planned(mod: ModReport) -> str:
    if mod.status is Status.FAILED:
        return f"{mod.status}: {mod.error.partition(chr(10))[0] or 'findings'}"
    if mod.plan is None or not mod.plan.changes:
        return str(mod.status)
    changes = plan_changes(mod.plan)
    if _kind(mod) == _PAGE:
        return f"update the page: {counted(len(changes), 'change')}"
    first = mod.plan.changes[0]
    what = "publish as a new mod"
    if isinstance(first, AddRelease):
        what = f"upload as a new release; the portal has {first.before or 'none'}"
    if more := len(changes) - 1:
        what += f"; {counted(more, 'change')} of the page"
    return what
