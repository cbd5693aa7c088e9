"""What a rule is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.facts import FACT_NAMES, PORTAL_FACT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factorio_release.findings import Severity
    from factorio_release.parsers.problem import Problem


class Rule:
    """One rule: the code of its findings, their severity, and the function that finds problems.

    The function's parameters name the facts that it needs (`Facts`). A rule that needs a fact of the
    portal runs only in a plan. `requires` are codes of rules before this one, and of parsers: the
    rule does not run after a finding with one of them, so that one defect gives one finding.

    `replaces` are codes of rules that run before the portal is asked: where this rule finds something, their
    findings say the same with less weight, and are dropped.

    Raises TypeError for a parameter that is not a fact. The rules are made at import, so a misspelt
    parameter stops the program and every test.
    """

    def __init__(
        self,
        code: str,
        severity: Severity,
        find: Callable[..., Iterable[Problem]],
        requires: tuple[str, ...] = (),
        replaces: tuple[str, ...] = (),
    ) -> None:
        self.code = code
        self.severity = severity
        self.find = find
        self.requires = requires
        self.replaces = replaces
        unknown = set(self.facts) - FACT_NAMES
        if unknown:
            raise TypeError(
                f"the rule {code} needs {', '.join(sorted(unknown))}, which is not a fact"
            )

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that the function needs."""
        code = self.find.__code__  # inspect.signature takes 20 times as long, at every start
        return code.co_varnames[: code.co_argcount]

    @property
    def needs_portal(self) -> bool:
        """Whether the rule runs only in a plan."""
        return not PORTAL_FACT_NAMES.isdisjoint(self.facts)
