"""The step summary: what the run did and would do, as GitHub Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.report.escape import markdown, markdown_fence, markdown_link, markdown_quote
from factorio_release.report.measures import counted
from factorio_release.report.places import title_of
from factorio_release.report.summary_parts import (
    changes_part,
    findings_part,
    package_part,
    plan_part,
    steps_part,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.report.model import ModReport, Report

# GitHub drops a summary of more than 1 MiB; the room left over is for what else the step writes.
LARGEST: Final = 1_000_000
_NOTES: Final = 20_000
_CUT: Final = "_The rest is left out: a summary may hold 1 MiB._"


def render_summary(report: Report, *, limit: int = LARGEST) -> str:
    """Return the summary in at most `limit` bytes; what does not fit is cut between blocks."""
    chosen: list[str] = []
    room = limit - len(_CUT.encode()) - 4
    for block in _blocks(report):
        room -= len(block.encode()) + 2
        if room < 0:
            chosen.append(_CUT)
            break
        chosen.append(block)
    return "\n\n".join(chosen) + "\n" if chosen else ""


def _blocks(report: Report) -> Iterator[str]:
    if len(report.mods) > 1:
        yield _overview(report)
    for mod in report.mods:
        yield from _mod_blocks(mod)


def _overview(report: Report) -> str:
    rows = [
        (
            markdown(mod.mod),
            markdown(mod.version),
            str(mod.status),
            str(len(mod.findings)),
            markdown(mod.error.partition("\n")[0]),
        )
        for mod in report.mods
    ]
    shown = table(("Mod", "Version", "Status", "Findings", "Error"), rows)
    return f"## {counted(len(report.mods), 'mod')}\n\n{shown}"


def _mod_blocks(mod: ModReport) -> Iterator[str]:
    title = markdown(title_of(mod))
    yield f"### {title}: {mod.status}"
    links = [("Mod page", mod.url), ("Download", mod.download_url)]
    if shown := [markdown_link(label, url) for label, url in links if url]:
        yield " · ".join(shown)
    if mod.error:
        yield "**Error**\n\n" + markdown_fence("\n".join(text for text in (mod.error, mod.hint) if text))
    yield from (f"**Warning:** {markdown(warning)}" for warning in mod.warnings)
    yield from steps_part(mod.steps)
    yield from findings_part(mod)
    if mod.plan:
        yield from plan_part(mod.plan)
    if mod.package:
        yield from package_part(mod.package, mod.left_out)
    if mod.changes:
        yield changes_part(mod.changes)
    if mod.notes:
        rest = "\n\n…" if len(mod.notes) > _NOTES else ""
        yield "#### Release notes\n\n" + markdown_quote(mod.notes[:_NOTES] + rest)
