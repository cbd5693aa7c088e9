"""The step summary: what the run did and would do, as GitHub Markdown.

Each block is complete in itself, so that any block may be the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted, size_text
from factorio_release.report.ending import (
    answers,
    headline,
    outcome,
    public_word,
    remedy,
    things_to_do,
)
from factorio_release.report.escape import (
    markdown,
    markdown_code,
    markdown_fence,
    markdown_link,
    markdown_quote,
    markdown_sentence,
)
from factorio_release.report.gallery import gallery_block
from factorio_release.report.labels import finding_place, mod_title
from factorio_release.report.model import StepStatus
from factorio_release.report.package_content import changes_headline, changes_rows
from factorio_release.report.plan_changes import plan_changes
from factorio_release.report.save_changes import saves_headline, saves_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factorio_release.archive import Archive, ArchivedFile
    from factorio_release.checks import IgnoredFinding
    from factorio_release.findings import Finding
    from factorio_release.load.save_changes import SaveChanges
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.plan import Plan
    from factorio_release.report.model import ModReport, Report, Step

# GitHub drops a summary of more than 1 MiB (documented); other commands of the step may write to it too.
MAX_SUMMARY_BYTES: Final = 1_000_000
_MAX_NOTES_CHARACTERS: Final = 20_000
_MAX_FINDINGS: Final = 500
_MAX_BIGGEST_FILES: Final = 10
_MAX_LEFT_OUT_FILES: Final = 200
_MAX_DIFF_LINES: Final = 400
_CUT: Final = "_The rest is left out: a summary may hold 1 MiB._"
_BETWEEN_BLOCKS: Final = "\n\n"


def render_summary(report: Report, *, limit: int = MAX_SUMMARY_BYTES) -> str:
    """Return the summary in at most `limit` bytes; what does not fit is cut between blocks."""
    chosen: list[str] = []
    separator = len(_BETWEEN_BLOCKS)
    bytes_left = limit - len(_CUT.encode()) - 2 * separator
    for block in _blocks(report):
        bytes_left -= len(block.encode()) + separator
        if bytes_left < 0:
            chosen.append(_CUT)
            break
        chosen.append(block)
    if not chosen:
        return ""
    return _BETWEEN_BLOCKS.join(chosen) + "\n"


def _blocks(report: Report) -> Iterator[str]:
    if len(report.mods) > 1:
        yield _overview(report)
    for mod in report.mods:
        yield from _mod_blocks(mod)


def _overview(report: Report) -> str:
    rows = []
    for mod in report.mods:
        first_line_of_error = mod.error.partition("\n")[0]
        counts = str(len(mod.findings))
        row = (mod.mod, mod.version, str(mod.status), public_word(mod), counts, first_line_of_error)
        rows.append([markdown(cell) for cell in row])
    table = _table(("Mod", "Version", "Status", "Public", "Findings", "Error"), rows)
    todo = [f"- **To do:** {markdown_sentence(sentence)}" for sentence in things_to_do(report)]
    blocks = [f"## {headline(report)}", table, "\n".join(todo)]
    return "\n\n".join(block for block in blocks if block)


def _mod_blocks(mod: ModReport) -> Iterator[str]:
    """Yield the headline, what is public and what to do, findings, plan; then what is looked up rarely."""
    yield f"### {markdown(mod_title(mod))}: {markdown(outcome(mod))}"
    if mod.error:
        lines = [line for line in (mod.error, remedy(mod)) if line]
        yield "**Error**\n\n" + markdown_fence("\n".join(lines))
    if told := "\n".join(_answers(mod)):
        yield told
    for warning in mod.warnings:
        yield f"**Warning:** {markdown(warning)}"
    yield from _findings(mod)
    if mod.plan:
        yield from _plan(mod.plan)
    if any(step.status is StepStatus.FAILED for step in mod.steps):
        yield _steps(mod.steps)
    if mod.package:
        yield from _package(mod.package, mod.left_out)
    if mod.changes:
        yield _package_changes(mod.changes)
    if mod.saves:
        yield _save_changes(mod.saves)
    if mod.notes:
        yield _release_notes(mod.notes)


def _answers(mod: ModReport) -> Iterator[str]:
    """Yield a list of what is public, what is not and what to do, then of the links."""
    for label, sentence in answers(mod):
        yield f"- **{label.capitalize()}:** {markdown_sentence(sentence)}"
    links = [("Mod page", mod.url), ("Download", mod.download_url)]
    if shown := [markdown_link(label, url) for label, url in links if url]:
        yield f"- {' · '.join(shown)}"


def _steps(steps: Sequence[Step]) -> str:
    rows = [(str(step.name), step.status.replace("-", " "), markdown(step.note)) for step in steps]
    return "#### Steps\n\n" + _table(("Step", "Outcome", ""), rows)


def _findings(mod: ModReport) -> Iterator[str]:
    """Yield the findings, worst first, then those that the settings ignore."""
    findings = sorted(mod.findings, key=lambda finding: finding.sort_key)
    if findings:
        rows = [_finding_row(finding) for finding in findings[:_MAX_FINDINGS]]
        table = _table(("", "Place", "Message"), rows)
        block = f"#### {counted(len(findings), 'finding')}\n\n{table}"
        more = len(findings) - _MAX_FINDINGS
        if more > 0:
            block += f"\n\n{counted(more, 'more finding')} in the report."
        if mod.fixable:
            block += f"\n\n{mod.fixable:,} can be fixed with `factorio-release check --fix`."
        yield block
    if mod.ignored:
        title = f"{counted(len(mod.ignored), 'finding')} ignored"
        ignored_rows = [_ignored_row(ignored) for ignored in mod.ignored]
        yield _folded(title, _table(("Code", "Message", "Reason"), ignored_rows))


def _finding_row(finding: Finding) -> tuple[str, str, str]:
    place = finding_place(finding)
    if place:
        place = markdown_code(place)
    lines = [f"{markdown(finding.message)} {markdown_link(finding.code, finding.docs)}"]
    if finding.hint:
        lines.append(markdown(finding.hint))
    return (str(finding.severity), place, "<br>".join(lines))


def _ignored_row(ignored: IgnoredFinding) -> tuple[str, str, str]:
    finding = ignored.finding
    return (markdown_code(finding.code), markdown(finding.message), markdown(ignored.reason))


def _plan(plan: Plan) -> Iterator[str]:
    """Yield a list with one line for each change, the gallery, then the texts that change as folded diffs."""
    changes = plan_changes(plan)
    lines = [f"- {markdown(f'{change.sign} {change.text}')}" for change in changes]
    lines += [f"- {markdown(fact)}" for fact in plan.facts]
    lines += [f"- Note: {markdown(notice)}" for notice in plan.notices]
    yield "#### Plan\n\n" + ("\n".join(lines) or "Nothing to do: the portal already matches.")
    if plan.gallery:
        yield gallery_block(plan.gallery)
    for change in changes:
        if change.diff:
            yield _folded_diff(change.text, change.diff)


def _folded_diff(title: str, diff: tuple[str, ...]) -> str:
    lines = list(diff[:_MAX_DIFF_LINES])
    more = len(diff) - _MAX_DIFF_LINES
    if more > 0:
        lines.append(f" … {counted(more, 'more line')}")
    return _folded(markdown(title), markdown_fence("\n".join(lines), "diff"))


def _package(package: Archive, left_out: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield what the zip holds with its biggest files, then the files that were left out of it."""
    biggest = sorted(package.files, key=lambda file: (-file.size, file.path))[:_MAX_BIGGEST_FILES]
    rows = [_packed_row(file) for file in biggest]
    total = sum(file.size for file in package.files)
    rows.append((counted(len(package.files), "file"), size_text(total), ""))
    table = _table(("Biggest files", "Size", "In the zip"), rows)
    name, sha1 = markdown_code(package.name), markdown_code(package.sha1)
    yield f"#### Package\n\n{name}, {size_text(package.size)}, SHA-1 {sha1}\n\n{table}"
    if left_out:
        title = f"{counted(len(left_out), 'file')} left out"
        shown = left_out[:_MAX_LEFT_OUT_FILES]
        left_out_rows = [(markdown_code(path), markdown(reason)) for path, reason in shown]
        yield _folded(title, _table(("File", "Reason"), left_out_rows))


def _packed_row(file: ArchivedFile) -> tuple[str, str, str]:
    return (markdown_code(file.path), size_text(file.size), size_text(file.compressed))


def _package_changes(changes: PackageChanges) -> str:
    block = f"#### Package {markdown(changes_headline(changes))}"
    if rows := changes_rows(changes):
        block += f"\n\n{_table(('', 'File', 'Before', 'After'), rows)}"
    return block


def _save_changes(saves: SaveChanges) -> str:
    headline = saves_headline(saves)
    table = saves_table(saves)
    return f"#### {markdown(headline[:1].upper() + headline[1:])}" + (
        f"\n\n{table}" if table else ""
    )


def _release_notes(notes: str) -> str:
    shown = notes[:_MAX_NOTES_CHARACTERS]
    if len(notes) > _MAX_NOTES_CHARACTERS:
        shown += "\n\n…"
    return "#### Release notes\n\n" + markdown_quote(shown)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"
