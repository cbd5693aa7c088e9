"""The parts of the step summary; each block stands on its own, so that any may be the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.plan import OrderImages
from factorio_release.report.changes import field_changes, gallery_change, headline, image_names
from factorio_release.report.escape import markdown, markdown_code, markdown_fence, markdown_link
from factorio_release.report.measures import counted, size_text
from factorio_release.report.package_changes import changes_headline, changes_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factorio_release.archive import Archive
    from factorio_release.findings import Finding
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.plan import Plan
    from factorio_release.report.changes import FieldChange
    from factorio_release.report.model import ModReport, Step

_FINDINGS: Final = 500
_BIGGEST: Final = 10
_LEFT_OUT: Final = 200
_DIFF_LINES: Final = 400


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def steps_part(steps: Sequence[Step]) -> Iterator[str]:
    """Yield the steps and how they ended."""
    if steps:
        yield table(
            ("Step", "Outcome", ""), [(s.name, s.status.replace("-", " "), markdown(s.note)) for s in steps]
        )


def findings_part(mod: ModReport) -> Iterator[str]:
    """Yield all findings, worst first, and those set aside."""
    findings = sorted(mod.findings, key=lambda f: f.sort_key)
    if findings:
        more = len(findings) - _FINDINGS
        note = f"\n\n{counted(more, 'more finding')} in the report." if more > 0 else ""
        rows = [_finding_row(finding) for finding in findings[:_FINDINGS]]
        yield f"#### {counted(len(findings), 'finding')}\n\n{table(('', 'Place', 'Message'), rows)}{note}"
    if mod.ignored:
        ignored = [
            (markdown_code(i.finding.code), markdown(i.finding.message), markdown(i.reason))
            for i in mod.ignored
        ]
        yield _folded(
            counted(len(ignored), "finding") + " set aside", table(("Code", "Message", "Reason"), ignored)
        )


def plan_part(plan: Plan) -> Iterator[str]:
    """Yield the plan: a line for each change, long texts as folded diffs."""
    names = image_names(plan)
    lines = []
    diffs = []
    for change in plan.changes:
        lines.append(f"- {markdown(headline(change))}")
        fields = field_changes(change)
        lines += [f"  - {_field_line(field)}" for field in fields]
        diffs += [_field_diff(field) for field in fields if field.diff]
        if isinstance(change, OrderImages):
            moves = gallery_change(change, names)
            for verb, images in (("added", moves.added), ("removed", moves.removed), ("moved", moves.moved)):
                lines += [f"  - {verb}: {', '.join(map(markdown_code, images))}"] if images else []
    lines += [f"- Note: {markdown(notice)}" for notice in plan.notices]
    yield "#### Plan\n\n" + ("\n".join(lines) or "Nothing to change: the portal is what the repository says.")
    yield from diffs


def package_part(package: Archive, left_out: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield what the zip holds, its biggest files, and what was left out of it."""
    biggest = sorted(package.files, key=lambda file: (-file.size, file.path))[:_BIGGEST]
    rows = [(markdown_code(f.path), size_text(f.size), size_text(f.compressed)) for f in biggest]
    rows.append((counted(len(package.files), "file"), size_text(sum(f.size for f in package.files)), ""))
    facts = f"{markdown_code(package.name)}, {size_text(package.size)}, SHA-1 {markdown_code(package.sha1)}"
    yield f"#### Package\n\n{facts}\n\n{table(('Biggest files', 'Size', 'In the zip'), rows)}"
    if left_out:
        shown = [(markdown_code(path), markdown(reason)) for path, reason in left_out[:_LEFT_OUT]]
        yield _folded(f"{counted(len(left_out), 'file')} left out", table(("File", "Reason"), shown))


def changes_part(changes: PackageChanges) -> str:
    """Return what the package gained and lost since the previous release."""
    rows = changes_rows(changes)
    shown = f"\n\n{table(('', 'File', 'Before', 'After'), rows)}" if rows else ""
    return f"#### Package {markdown(changes_headline(changes))}{shown}"


def _finding_row(finding: Finding) -> tuple[str, str, str]:
    place = ":".join([finding.file, *(str(n) for n in (finding.line, finding.column) if n)])
    hint = f"<br>{markdown(finding.hint)}" if finding.hint else ""
    code = markdown_link(finding.code, finding.docs)
    where = markdown_code(place) if finding.file else ""
    return (str(finding.severity), where, f"{markdown(finding.message)}{hint}<br>{code}")


def _field_line(field: FieldChange) -> str:
    name = markdown(field.name)
    if field.diff:
        return f"{name}: see below"
    before = "" if field.before is None else f"{_value(field.before)} → "
    return f"{name}: {before}{_value(field.after)}"


def _field_diff(field: FieldChange) -> str:
    lines = list(field.diff[:_DIFF_LINES])
    more = len(field.diff) - _DIFF_LINES
    lines += [f" … {counted(more, 'more line')}"] if more > 0 else []
    return _folded(markdown(field.name), markdown_fence("\n".join(lines), "diff"))


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"


def _value(text: str) -> str:
    return markdown(text) or "_empty_"
