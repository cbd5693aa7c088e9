"""The report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.report.escape import terminal, terminal_lines
from factorio_release.report.measures import counted, size_text
from factorio_release.report.model import Status
from factorio_release.report.places import title_of
from factorio_release.report.style import SEVERITY_COLOURS, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

_OUTCOMES = {
    Status.PUBLISHED: "{mod}: published as a new mod",
    Status.UPLOADED: "{mod}: released",
    Status.UPDATED: "{mod}: page updated, no new release",
    Status.UNCHANGED: "{mod}: unchanged, the portal is what the repository says",
    Status.PLANNED: "{mod}: planned, nothing was written",
    Status.BUILT: "{mod}: built",
    Status.CHECKED: "{mod}: checked",
    Status.FAILED: "{mod}: failed",
}


def render_text(report: Report, *, color: bool = False) -> str:
    """Return the report as lines for people, each mod in turn and a table at the end for several."""
    style = Style(color)
    several = len(report.mods) > 1
    blocks = ["\n".join(_mod_lines(mod, style, heading=several)) for mod in report.mods]
    if several:
        blocks.append("\n".join(_table(report, style)))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def finding_lines(finding: Finding, line_text: str, style: Style) -> Iterator[str]:
    """Yield a finding: place, severity, message and code; the line with a caret; remedy and docs."""
    place = ":".join([terminal(finding.file), *(str(n) for n in (finding.line, finding.column) if n)])
    lead = f"{style.paint(place, 'bold')}: " if finding.file else ""
    severity = style.paint(str(finding.severity), SEVERITY_COLOURS[finding.severity], "bold")
    yield f"{lead}{severity}: {terminal(finding.message)} [{terminal(finding.code)}]"
    if line_text:
        from factorio_release.report.source_excerpt import quotation  # noqa: PLC0415 start-up: only when used

        yield from quotation(line_text, finding.line, finding.column)
    if finding.hint:
        yield f"    hint: {terminal(finding.hint)}"
    yield style.paint(f"    docs: {terminal(finding.docs)}", "dim")


def _mod_lines(mod: ModReport, style: Style, *, heading: bool) -> Iterator[str]:
    if heading:
        yield style.paint(terminal(title_of(mod)), "bold")
    yield from _findings(mod, style)
    if package := mod.package:
        facts = f"{counted(len(package.files), 'file')}, {size_text(package.size)}, SHA-1 {package.sha1}"
        yield terminal(f"package {package.path}: {facts}")
    if mod.changes:
        from factorio_release.report.package_changes import changes_lines  # noqa: PLC0415 start-up: only when used

        yield from changes_lines(mod.changes)
    if mod.plan:
        from factorio_release.report.plan_text import plan_lines  # noqa: PLC0415 start-up: only with a plan

        yield from plan_lines(mod.plan, style)
    yield from (f"{style.paint('warning', 'yellow', 'bold')}: {terminal(text)}" for text in mod.warnings)
    yield from _outcome(mod, style)


def _findings(mod: ModReport, style: Style) -> Iterator[str]:
    if not (mod.findings or mod.ignored):
        return
    from factorio_release.report.fingerprints import SourceLines  # noqa: PLC0415 start-up: only with findings

    lines = SourceLines(mod.sources)
    for finding in sorted(mod.findings, key=lambda f: f.sort_key):
        yield from finding_lines(finding, lines.of(finding), style)
        yield ""
    for ignored in mod.ignored:
        code, reason = terminal(ignored.finding.code), terminal(ignored.reason)
        yield style.paint(f"set aside: {terminal(ignored.finding.message)} [{code}] because {reason}", "dim")


def _outcome(mod: ModReport, style: Style) -> Iterator[str]:
    outcome = _OUTCOMES[mod.status].format(mod=terminal(title_of(mod)))
    colour = "red" if mod.status is Status.FAILED else "green"
    yield f"{style.paint(outcome, colour, 'bold')}{_counts(mod)}"
    if mod.error:
        yield f"{style.paint('error', 'red', 'bold')}: {terminal_lines(mod.error)}"
    if mod.error and mod.hint:
        yield f"    hint: {terminal(mod.hint)}"
    if mod.url:
        yield terminal(mod.url)


def _counts(mod: ModReport) -> str:
    numbers = {"error": 0, "warning": 0, "hint": 0}
    for finding in mod.findings:
        numbers[finding.severity] += 1
    return "".join(f", {counted(number, noun)}" for noun, number in numbers.items() if number)


def _table(report: Report, style: Style) -> Iterator[str]:
    rows = [("mod", "version", "status", "findings", "error")]
    rows += [
        (
            terminal(mod.mod),
            terminal(mod.version),
            str(mod.status),
            _counts(mod).removeprefix(", ") or "none",
            terminal(mod.error.partition("\n")[0]),
        )
        for mod in report.mods
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for index, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        line = "  ".join([*cells, row[4]]).rstrip()
        yield style.paint(line, "bold") if index == 0 else line
