"""A fact about a place in a file, stated by a parser and judged by a check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factorio_release.limits import MAX_FINDINGS_PER_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable


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


class ProblemList:
    """The problems of one file while it is read: of each code the first ones are kept, the others counted.

    Without the bound, a file of bad lines would take a hundred times its size in memory.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._kept: list[Problem] = []
        self._first_left_out: dict[str, Problem] = {}
        self._numbers: Counter[str] = Counter()
        for problem in problems:
            self.add(problem)

    def counts(self, code: str) -> bool:
        """Count a problem of a code of which enough is kept; whether there is enough.

        A caller with many problems asks first, and makes no object that nobody looks at.
        """
        full = code in self._first_left_out
        self._numbers[code] += full
        return full

    def add(self, problem: Problem) -> None:
        """Keep a problem, or count it."""
        self._numbers[problem.code] += 1
        if self._numbers[problem.code] <= MAX_FINDINGS_PER_FILE:
            self._kept.append(problem)
        else:
            self._first_left_out.setdefault(problem.code, problem)

    def result(self) -> tuple[Problem, ...]:
        """Return what was kept, and for each code with more than that one problem with their number."""
        rest = (
            replace(first, message=more_like_this(self._numbers[code] - MAX_FINDINGS_PER_FILE))
            for code, first in self._first_left_out.items()
        )
        return (*self._kept, *rest)


def more_like_this(number: int) -> str:
    """Return the message that stands for problems that are not listed one by one."""
    return f"{number:,} more like this from here on"
