"""Annotations for GitHub: as values, and as the lines that make them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.findings import Severity
from factorio_release.report.escape import terminal, terminal_lines, workflow_data, workflow_property
from factorio_release.report.measures import counted
from factorio_release.report.places import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.report.model import Report

# Observed limits of the runner: ten annotations of a level are shown for a step, and a message is
# cut at this many UTF-16 units.
MOST_PER_LEVEL: Final = 10
LONGEST_MESSAGE: Final = 4096
LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation: `level` is `error`, `warning` or `notice`; texts are not encoded yet."""

    level: str
    message: str
    title: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def properties(self) -> dict[str, str]:
        """Return the properties that are known, under the names of the workflow command."""
        known = {"title": self.title, "file": self.file, "line": self.line, "col": self.column}
        return {name: str(value) for name, value in known.items() if value}


def annotations_of(report: Report) -> tuple[Annotation, ...]:
    """Return what GitHub will show, errors first, ten at most of each level.

    Where there are more, the tenth says how many are in the step summary.
    """
    found = sorted(_all(report), key=lambda a: tuple(LEVELS.values()).index(a.level))
    numbers = Counter(annotation.level for annotation in found)
    shown: Counter[str] = Counter()
    chosen = []
    for annotation in found:
        shown[annotation.level] += 1
        number, total = shown[annotation.level], numbers[annotation.level]
        if number < MOST_PER_LEVEL or total == MOST_PER_LEVEL:
            chosen.append(annotation)
        elif number == MOST_PER_LEVEL:
            rest = counted(total - number + 1, f"more {annotation.level}")
            chosen.append(Annotation(annotation.level, f"{rest}, listed in the step summary"))
    return tuple(chosen)


def render_github(report: Report) -> str:
    """Return the annotations as workflow commands, one a line."""
    return "".join(f"{command(a.level, a.properties(), a.message)}\n" for a in annotations_of(report))


def command(name: str, properties: dict[str, str], message: str) -> str:
    """Return a workflow command; properties must not be empty strings."""
    pairs = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    return f"::{name}{' ' if pairs else ''}{pairs}::{workflow_data(message)}"


def _all(report: Report) -> Iterator[Annotation]:
    for mod in report.mods:
        title = terminal(title_of(mod))
        if mod.error:
            yield Annotation("error", _message(mod.error, mod.hint), title)
        for finding in sorted(mod.findings, key=lambda f: f.sort_key):
            yield _of(finding)
        for warning in mod.warnings:
            yield Annotation("warning", _message(warning), title)


def _of(finding: Finding) -> Annotation:
    return Annotation(
        LEVELS[finding.severity],
        _message(finding.message, finding.hint, finding.docs),
        terminal(finding.code),
        terminal(finding.file),
        finding.line,
        finding.column,
    )


def _message(*lines: str) -> str:
    return _cut("\n".join(terminal_lines(line) for line in lines if line))


def _cut(text: str) -> str:
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * LONGEST_MESSAGE:
        return text
    return encoded[: 2 * (LONGEST_MESSAGE - 1)].decode("utf-16-le", errors="ignore") + "…"
