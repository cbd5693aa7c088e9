"""A script that uploads and does more, divided: what is in front of the upload, and what is behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factorio_release.scaffold.pipelines.steps import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.scaffold.pipelines.shell import Line
    from factorio_release.scaffold.pipelines.steps import Part, ReadStep


def split_script(step: ReadStep, lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines of the steps before and behind the upload; two empty lists where it cannot be divided.

    `lines` are those of the file. Each part is a step of its own, with the name, the condition and the
    variables of the old one. Variables that the script sets itself are set in both.
    """
    parts = [part for part in step.parts if part.line]
    uploads = [
        index for index, part in enumerate(parts) if part.kind in {Kind.UPLOAD, Kind.PACKAGE}
    ]
    if not uploads or _depth_at(parts, uploads[0]) or _depth_at(parts, uploads[-1] + 1):
        return [], []
    first, last = uploads[0], uploads[-1]
    inside = parts[first : last + 1]
    if any(part.kind is Kind.OTHER for part in inside):
        return [], []
    # One command line that does both: `npm run build && fmtk publish`.
    if any(_does_more(part.line) for part in inside if part.line):
        return [], []
    before, after = parts[:first], parts[last + 1 :]
    settings = [
        part for part in parts if part.kind is Kind.GLUE and part.line and _sets(part.line.text)
    ]
    head = _part_lines(step, lines, before) if _has_foreign(before) else []
    behind = [*(one for one in settings if one not in after), *after]
    tail = _part_lines(step, lines, behind) if _has_foreign(after) else []
    return head, tail


def _has_foreign(parts: Sequence[Part]) -> bool:
    return any(part.kind is Kind.OTHER for part in parts)


def _depth_at(parts: Sequence[Part], index: int) -> int:
    return sum(part.line.depth() for part in parts[:index] if part.line)


def _does_more(line: Line) -> bool:
    return bool(re.search(r"&&|;", line.plain)) and len(list(line.heads())) > 1


def _sets(text: str) -> bool:
    return bool(re.match(r"(?:export\s+)?[A-Za-z_]\w*=|set\s|cd\s", text))


def _part_lines(step: ReadStep, lines: Sequence[str], parts: Sequence[Part]) -> list[str]:
    """Return a step with these commands: the old one's lines, with its script replaced."""
    block = step.step.block
    run = block.mapping()["run"]
    indent = " " * block.column
    head = list(lines[block.start : run.key_start])
    if not head:
        head = [f"{indent[:-2]}- name: {step.step.title}"]
    first = head[0]
    if first.strip() == "-" or re.match(r"\s*-\s+run:", first):
        head = [f"{indent[:-2]}- name: Commands beside the upload"]
    # An id has to be unique: it stays with the step that uploads.
    head = [line for line in head if not re.match(r"\s*id:", line)] or [
        f"{indent[:-2]}- name: Commands"
    ]
    if not head[0].lstrip().startswith("-"):
        head[0] = f"{indent[:-2]}- {head[0].strip()}"
    script = step.step.run.split("\n")
    body = [
        f"{indent}  {line}".rstrip()
        for part in parts
        if part.line
        for line in script[part.line.start : part.line.end]
    ]
    tail = [line for line in lines[run.end : block.end] if line.strip()]
    return [*head, *tail, f"{indent}run: |", *body]
