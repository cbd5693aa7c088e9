"""A fact about a place in a file, stated by a parser and judged by a check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not follow the rules of its file, without a severity.

    `code` names the rule of `checks` that judges it. `file` is relative to the mod folder;
    `line` and `column` count from 1, 0 means unknown. `hint` says what to change.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    code: str = ""
