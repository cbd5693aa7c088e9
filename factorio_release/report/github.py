"""Annotations for GitHub: as values, and as the lines that make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted
from factorio_release.findings import Severity
from factorio_release.report.ending import answers, outcome, remedy
from factorio_release.report.escape import (
    terminal,
    terminal_lines,
    workflow_data,
    workflow_property,
)
from factorio_release.report.labels import mod_title
from factorio_release.report.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

# Observed limits of the runner: it shows ten annotations of a level for each step, and cuts a message
# at this many UTF-16 units.
MAX_ANNOTATIONS_PER_LEVEL: Final = 10
MAX_MESSAGE_UTF16_UNITS: Final = 4096
# The worst first.
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation: `level` is `error`, `warning` or `notice`; the texts are not encoded yet."""

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
    found = [annotation for mod in report.mods for annotation in _mod_annotations(mod)]
    chosen: list[Annotation] = []
    for level in _LEVELS.values():
        of_level = [annotation for annotation in found if annotation.level == level]
        if len(of_level) > MAX_ANNOTATIONS_PER_LEVEL:
            kept = of_level[: MAX_ANNOTATIONS_PER_LEVEL - 1]
            rest = counted(len(of_level) - len(kept), f"more {level}")
            of_level = [*kept, Annotation(level, f"{rest}, listed in the step summary")]
        chosen += of_level
    return tuple(chosen)


def render_github(report: Report) -> str:
    """Return the annotations as workflow commands, one a line."""
    lines = [
        command(annotation.level, annotation.properties(), annotation.message)
        for annotation in annotations_of(report)
    ]
    return "".join(f"{line}\n" for line in lines)


def command(name: str, properties: dict[str, str], message: str) -> str:
    """Return a workflow command; properties must not be empty strings."""
    pairs = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    separator = " " if pairs else ""
    return f"::{name}{separator}{pairs}::{workflow_data(message)}"


def _mod_annotations(mod: ModReport) -> Iterator[Annotation]:
    title = terminal(mod_title(mod))
    told = [f"{label}: {sentence}" for label, sentence in answers(mod)]
    if mod.error:
        yield Annotation("error", _message(mod.error, remedy(mod), *told), title)
    elif mod.status is Status.FAILED and told:  # findings ended it, and each has its own annotation
        yield Annotation("error", _message(outcome(mod), *told), title)
    for finding in sorted(mod.findings, key=lambda finding: finding.sort_key):
        yield _finding_annotation(finding)
    for warning in mod.warnings:
        yield Annotation("warning", _message(warning), title)


def _finding_annotation(finding: Finding) -> Annotation:
    return Annotation(
        _LEVELS[finding.severity],
        _message(finding.message, finding.hint, finding.docs),
        terminal(finding.code),
        terminal(finding.file),
        finding.line,
        finding.column,
    )


def _message(*lines: str) -> str:
    return _cut("\n".join(terminal_lines(line) for line in lines if line))


def _cut(text: str) -> str:
    """Return `text` in as many UTF-16 units as the runner keeps, with `…` where it was cut."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * MAX_MESSAGE_UTF16_UNITS:
        return text
    # `ignore`: the cut can fall between the two units of one character.
    return encoded[: 2 * (MAX_MESSAGE_UTF16_UNITS - 1)].decode("utf-16-le", errors="ignore") + "…"
