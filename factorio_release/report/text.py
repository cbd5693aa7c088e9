"""The report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.amounts import counted, size_text
from factorio_release.project import docs_url
from factorio_release.report.ending import answers, outcome, public_word, remedy, things_to_do
from factorio_release.report.escape import terminal, terminal_lines
from factorio_release.report.labels import finding_place, mod_title
from factorio_release.report.model import Status
from factorio_release.report.style import SEVERITY_COLOURS, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report


def render_text(
    report: Report,
    *,
    color: bool = False,
    excerpts: bool = False,
    whole: bool = False,
    before: Report | None = None,
) -> str:
    """Return each mod's lines in turn and, for several mods, a table at the end.

    With `excerpts` the source line of each finding is shown, with `whole` each text that changes, as a diff.
    `before` is what `render_preview` showed before the first write; it is not shown again.
    """
    style = Style(color)
    several = len(report.mods) > 1
    shown = {mod.path: mod for mod in before.mods} if before else {}
    closing = [] if before else [*closing_lines(report, style)]
    # Where the portal is concerned, what is public and what to do are the last lines.
    ends_with_answers = any(mod.public for mod in report.mods)
    blocks = []
    for mod in report.mods:
        lines: list[str] = []
        if mod.path in shown:
            lines += _warnings(mod, style, shown[mod.path].warnings)
        else:
            lines += [style.paint(terminal(mod_title(mod)), "bold")] if several else []
            lines += found_lines(mod, style, whole=whole, excerpts=excerpts)
        if ends_with_answers and not several:
            lines += closing
        blocks.append("\n".join([*lines, *_outcome(mod, style, alone=not several)]))
    last = ["\n".join([*_table(report, style), *_todo_lines(report, style)])] if several else []
    if closing and (several or not ends_with_answers):
        last.insert(0 if ends_with_answers else len(last), "\n".join(closing))
    blocks += last
    return "\n\n".join(blocks) + "\n" if blocks else ""


def finding_lines(finding: Finding, line_text: str, style: Style) -> Iterator[str]:
    """Yield a finding: place, severity, message and code, which is a link; then the remedy.

    `line_text` is the source line to show with a caret, or empty.
    """
    severity = style.paint(str(finding.severity), SEVERITY_COLOURS[finding.severity], "bold")
    code = style.hyperlink(terminal(finding.code), terminal(finding.docs))
    line = f"{severity}: {terminal(finding.message)} [{code}]"
    if place := finding_place(finding):
        line = f"{style.paint(terminal(place), 'bold')}: {line}"
    yield line
    if line_text:
        from factorio_release.report.source_excerpt import excerpt_lines  # noqa: PLC0415 start-up: only when used

        yield from excerpt_lines(line_text, finding.line, finding.column)
    if finding.hint:
        yield f"    hint: {terminal(finding.hint)}"


def found_lines(
    mod: ModReport, style: Style, *, excerpts: bool = False, whole: bool = False
) -> Iterator[str]:
    """Yield what is known of a mod before anything is written: findings, package, plan, warnings."""
    yield from _findings(mod, style, excerpts=excerpts)
    if package := mod.package:
        facts = f"{counted(len(package.files), 'file')}, {size_text(package.size)}, SHA-1 {package.sha1}"
        yield terminal(f"package {package.path}: {facts}")
    if mod.changes:
        from factorio_release.report.package_content import changes_lines  # noqa: PLC0415 start-up: only when used

        yield from changes_lines(mod.changes)
    if mod.saves:
        from factorio_release.report.save_changes import saves_lines  # noqa: PLC0415 start-up: only after a load

        yield from saves_lines(mod.saves)
    if mod.plan:
        from factorio_release.report.plan_text import plan_lines  # noqa: PLC0415 start-up: only with a plan

        yield from plan_lines(mod.plan, style, whole=whole)
    yield from _warnings(mod, style)


def _warnings(mod: ModReport, style: Style, shown: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the warnings that are not `shown` yet; the plan's notices are shown with the plan."""
    known = {*shown, *(mod.plan.notices if mod.plan else ())}
    for warning in mod.warnings:
        if warning not in known:
            yield f"{style.paint('warning', 'yellow', 'bold')}: {terminal(warning)}"


def _findings(mod: ModReport, style: Style, *, excerpts: bool) -> Iterator[str]:
    line_of: Callable[[Finding], str] = lambda _finding: ""  # noqa: E731
    if excerpts:
        from factorio_release.report.source_excerpt import SourceLines  # noqa: PLC0415 start-up: only when asked

        line_of = SourceLines(mod.sources).of
    for finding in sorted(mod.findings, key=lambda finding: finding.sort_key):
        yield from finding_lines(finding, line_of(finding), style)
    for ignored in mod.ignored:
        finding = ignored.finding
        line = f"ignored: {terminal(finding.message)} [{terminal(finding.code)}]"
        yield style.paint(f"{line} (reason: {terminal(ignored.reason)})", "dim")
    if mod.findings or mod.ignored:
        yield ""


def closing_lines(report: Report, style: Style) -> Iterator[str]:
    """Yield how many findings can be fixed, and where the codes are explained if they are no links."""
    fixable = sum(mod.fixable for mod in report.mods)
    if fixable:
        yield f"{fixable:,} can be fixed with --fix"
    if not style.color and any(mod.findings for mod in report.mods):
        yield f"the codes in brackets are explained in {terminal(docs_url('checks.md'))}"


def _outcome(mod: ModReport, style: Style, *, alone: bool) -> Iterator[str]:
    """Yield how the run ended; what to do stands below the table of several mods."""
    ended = terminal(f"{mod_title(mod)}: {outcome(mod)}")
    colour = "red" if mod.status is Status.FAILED else "green"
    counts = "".join(f", {count}" for count in finding_counts(mod))
    yield f"{style.paint(ended, colour, 'bold')}{counts}"
    if mod.error:
        yield f"{style.paint('error', 'red', 'bold')}: {terminal_lines(mod.error)}"
    if hint := remedy(mod):
        yield f"    hint: {terminal(hint)}"
    for label, sentence in answers(mod):
        if alone or label != "to do":
            yield f"{style.paint(label, 'bold')}: {terminal(sentence)}"


def _todo_lines(report: Report, style: Style) -> Iterator[str]:
    for sentence in things_to_do(report):
        yield f"{style.paint('to do', 'bold')}: {terminal(sentence)}"


def finding_counts(mod: ModReport) -> list[str]:
    """Return `1 error`, `2 warnings` … for the severities that occur, the worst first."""
    numbers = {"error": 0, "warning": 0, "hint": 0}
    for finding in mod.findings:
        numbers[finding.severity] += 1
    return [counted(number, severity) for severity, number in numbers.items() if number]


def _table(report: Report, style: Style) -> Iterator[str]:
    rows = [
        ("mod", "version", "status", "public", "findings", "error"),
        *map(_table_row, report.mods),
    ]
    if not any(mod.public for mod in report.mods):
        rows = [(*row[:3], *row[4:]) for row in rows]
    yield from columns(rows, style)


def columns(rows: Sequence[Sequence[str]], style: Style) -> Iterator[str]:
    """Yield the rows as columns of equal width; the first row has the names, the last column any width."""
    *padded_columns, _ = zip(*rows, strict=True)
    widths = [max(map(len, column)) for column in padded_columns]
    lines = []
    for *padded, last in rows:
        cells = [cell.ljust(width) for cell, width in zip(padded, widths, strict=True)]
        lines.append("  ".join([*cells, last]).rstrip())
    yield style.paint(lines[0], "bold")
    yield from lines[1:]


def _table_row(mod: ModReport) -> tuple[str, ...]:
    first_line_of_error = mod.error.partition("\n")[0]
    return (
        terminal(mod.mod),
        terminal(mod.version),
        str(mod.status),
        public_word(mod),
        ", ".join(finding_counts(mod)) or "none",
        terminal(first_line_of_error),
    )
