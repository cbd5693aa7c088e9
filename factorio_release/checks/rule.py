"""What a rule is, and what it may know beside the mod."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from factorio_release.findings import Severity
    from factorio_release.parsers.problem import Problem


def fact_names(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of a function's parameters, which are the facts that it asks for."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how bad a breach is, and the function that finds breaches.

    The function's parameters name the facts it needs: `mod`, `info`, `changelog`, `files`,
    `context`, what `facts.py` works out from these, and whatever else `run_checks` is handed. A
    rule whose facts are not at hand does not run; neither does one that `requires` a code which
    was reported already, so that one defect gives one message.
    """

    code: str
    severity: Severity
    find: Callable[..., Iterable[Problem]]
    requires: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that the function asks for."""
        return fact_names(self.find)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may know beside the mod itself.

    `tag` is the tag being released or empty, `tag_commit` the commit for which the CI started the job
    where the tag is the CI's own. `today` is the date of the run or None where dates are
    not judged, `secrets` the values that must not stand in a packaged file.
    """

    tag: str = ""
    tag_commit: str = ""
    today: date | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
