"""A problem in a file: found by a parser, given a severity by a check."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.limits import MAX_FINDINGS_PER_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable


_SHOWN_PLACES: Final = 3


class Problem(NamedTuple):
    """Something in a file that breaks a rule, without a severity.

    `code` is that of the check that reports it. `file` is relative to the mod folder; `line` and
    `column` count from 1, 0 means unknown. `hint` says what to change.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    code: str = ""


class ProblemList:
    """The problems of one file: of each code the first ones are kept, the others only counted.

    Without the bound, a file of bad lines would take a hundred times its size in memory.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._kept: list[Problem] = []
        self._first_beyond: dict[str, Problem] = {}  # by code
        self._counts: Counter[str] = Counter()
        for problem in problems:
            self.add(problem)

    def counts(self, code: str) -> bool:
        """Count a problem of a code of which enough are kept; return False, without counting, otherwise.

        A caller with many problems asks first and saves making the object.
        """
        if code not in self._first_beyond:
            return False
        self._counts[code] += 1
        return True

    def add(self, problem: Problem) -> None:
        """Keep a problem, or count it."""
        self._counts[problem.code] += 1
        if self._counts[problem.code] <= MAX_FINDINGS_PER_FILE:
            self._kept.append(problem)
        else:
            self._first_beyond.setdefault(problem.code, problem)

    def result(self) -> tuple[Problem, ...]:
        """Return what was kept, and for each code with more problems one that has their number.

        Where all problems of such a code have the same message, they have one cause: the first of them
        says how many there are.
        """
        kept = self._kept
        summaries = []
        for code, first_beyond in self._first_beyond.items():
            number = self._counts[code] - MAX_FINDINGS_PER_FILE
            same = [problem for problem in self._kept if problem.code == code]
            if {problem.message for problem in same} == {first_beyond.message}:
                first, *others = same
                more = f"{number + len(others) - _SHOWN_PLACES:,} more"
                places = ", ".join(f"line {other.line}" for other in others[:_SHOWN_PLACES])
                message = f"{first.message} (also: {places} and {more})"
                kept = [problem for problem in kept if problem.code != code]
                summaries.append(first._replace(message=message))
            else:
                summaries.append(first_beyond._replace(message=more_like_this(number)))
        return (*kept, *summaries)


def more_like_this(number: int) -> str:
    """Return the message in place of problems that are not listed one by one."""
    return f"{number:,} more like this from here on"
