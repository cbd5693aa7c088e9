"""Sections of a changelog as text, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.report.escape import terminal_lines
from factorio_release.report.json_report import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.parsers.changelog.model import ChangelogSection


def render_notes(mod: str, sections: Sequence[ChangelogSection], form: str, *, headed: bool) -> str:
    """Return the sections as text, Markdown or JSON, by `form`.

    `headed` puts version and date above each section, as several sections need it; JSON always has them.
    """
    if form == "json":
        return json_text({"mod": mod, "sections": [_record(section) for section in sections]})
    render = _markdown if form == "markdown" else _text
    bodies = [render(section, headed=headed) for section in sections]
    return terminal_lines("\n\n".join(body for body in bodies if body) + "\n").lstrip("\n")


def _text(section: ChangelogSection, *, headed: bool) -> str:
    if not headed:
        return section.as_text()
    lines = [f"Version: {section.version_text}"]
    if section.date:
        lines.append(f"Date: {section.date}")
    if section.categories:
        lines.append(section.as_text())
    return "\n".join(lines)


def _markdown(section: ChangelogSection, *, headed: bool) -> str:
    if not headed:
        return section.as_markdown()
    heading = f"## {section.version_text}"
    if section.date:
        heading += f" ({section.date})"
    return f"{heading}\n\n{section.as_markdown()}".rstrip()


def _record(section: ChangelogSection) -> dict[str, Any]:
    return {
        "version": str(section.version),
        "date": section.date,
        "categories": [
            {"name": category.name, "entries": [entry.text for entry in category.entries]}
            for category in section.categories
        ],
        "markdown": section.as_markdown(),
    }
