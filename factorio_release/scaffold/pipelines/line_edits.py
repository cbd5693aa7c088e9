"""Edits of a workflow's lines: steps are replaced, dropped and added, every other line stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.scaffold.pipelines.workflow import Step


class ByHand(Exception):
    """A workflow cannot be edited safely; `str()` is why, as the end of a sentence."""


class _Edit(NamedTuple):
    """Lines to replace: `start` to `end` (from 0, `end` is behind the last) by `lines`."""

    start: int
    end: int
    lines: tuple[str, ...] = ()


class LineEdits:
    """The edits of one file; line numbers are those of the old text.

    `words` are texts that are replaced in all lines that stay.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.words: dict[str, str] = {}
        self._edits: list[_Edit] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing is edited."""
        return not self._edits

    def replace(self, start: int, end: int, lines: Sequence[str] = ()) -> None:
        """Replace lines by others, or by nothing."""
        self._edits.append(_Edit(start, end, tuple(lines)))

    def insert_before(self, step: Step, lines: Sequence[str]) -> None:
        """Add lines in front of a step."""
        self.replace(step.block.start, step.block.start, lines)

    def insert_behind(self, step: Step, lines: Sequence[str]) -> None:
        """Add lines behind a step, with an empty line between where the file has them."""
        end = step.block.end
        has_gap = end < len(self.lines) and not self.lines[end].strip()
        self.replace(end, end, [*([""] if has_gap else []), *lines])

    def drop(self, step: Step) -> None:
        """Remove a step with the comments above it and one of the empty lines around it."""
        start, end = step.block.start, step.block.end
        width = len(self.indent(step))
        while start > 0 and self.lines[start - 1].strip().startswith("#"):
            above = self.lines[start - 1]
            if len(above) - len(above.lstrip()) != width:
                break
            start -= 1
        while (
            end < len(self.lines)
            and not self.lines[end].strip()
            and not self.lines[start - 1].strip()
        ):
            end += 1
        self.replace(start, end)

    def indent(self, step: Step) -> str:
        """Return the blanks in front of a step's dash. Raises ByHand where there is more in front."""
        before = self.lines[step.block.start][: step.block.column]
        if before.strip() != "-":
            raise ByHand(f"the step {step.title} begins in a way that is not known")
        return before.partition("-")[0]

    def add_condition(self, step: Step, condition: str) -> None:
        """Have a step run only where this holds too."""
        present = step.block.get("if")
        if present is None:
            indent = " " * step.block.column
            first = step.block.start
            self.replace(first + 1, first + 1, [f"{indent}if: {condition}"])
            return
        inner = re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", step.condition.strip()).strip()
        indent = " " * step.block.column
        line = f"{indent}if: ({inner}) && {condition}"
        if present.key_start == step.block.start:
            line = f"{self.indent(step)}- {line.strip()}"
        self.replace(present.key_start, present.end, [line])

    def text(self) -> str:
        """Return the new text."""
        replaced = [(edit.start, edit.end) for edit in self._edits]
        lines = [
            line if any(start <= index < end for start, end in replaced) else self._with_words(line)
            for index, line in enumerate(self.lines)
        ]
        # The latest first, so that the numbers of the lines above stay right.
        for edit in sorted(self._edits, key=lambda one: (one.start, one.end), reverse=True):
            lines[edit.start : edit.end] = edit.lines
        return "\n".join(lines)

    def _with_words(self, line: str) -> str:
        for old, new in self.words.items():
            line = line.replace(old, new)
        return line


def scalar(text: str) -> str:
    """Return a text as YAML reads it on one line."""
    if re.fullmatch(r"[A-Za-z./$][^#:\n\"'\[\]&*!|>%@`]*", text) and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)
