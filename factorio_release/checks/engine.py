"""Runs rules over a mod: a rule is a pure function that asks for facts by parameter name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.checks.facts import Facts, fact_names
from factorio_release.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from factorio_release.findings import Severity
    from factorio_release.mod.loading import Mod
    from factorio_release.mod.problem import Problem


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

    `tag` is the tag being released or empty, `today` the date of the run or None where dates are
    not judged, `secrets` the values that must not stand in a packaged file.
    """

    tag: str = ""
    today: date | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding that the author has set aside, with the reason given."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of all rules: what stands, worst first, and what was set aside."""

    findings: tuple[Finding, ...] = ()
    ignored: tuple[Ignored, ...] = ()


def run_checks(
    mod: Mod,
    context: CheckContext,
    ignore: Mapping[str, str] | None = None,
    *,
    rules: tuple[Rule, ...] | None = None,
    **facts: Any,
) -> Checked:
    """Run `rules` (all of them unless given) over `mod`; `ignore` maps codes to reasons.

    Further `facts` make further rules run: `live` is what the portal knows of the mod.
    """
    if rules is None:
        from factorio_release.checks.rules import RULES  # noqa: PLC0415 rules import this module

        rules = RULES
    ignore = ignore or {}
    known = Facts(mod=mod, info=mod.info, changelog=mod.changelog, files=mod.files, context=context, **facts)
    found = tuple(_found(rules, known))
    return Checked(
        tuple(sorted((f for f in found if f.code not in ignore), key=lambda f: f.sort_key)),
        tuple(Ignored(f, ignore[f.code]) for f in found if f.code in ignore),
    )


def _found(rules: tuple[Rule, ...], facts: Facts) -> Iterable[Finding]:
    silent: set[str] = set()  # codes that were reported, or that could not be judged because of one
    for rule in rules:
        wanted = rule.facts
        if not facts.can_give(wanted):
            continue
        if not silent.isdisjoint(rule.requires):
            silent.add(rule.code)
            continue
        for problem in rule.find(**{name: facts[name] for name in wanted}):
            silent.add(rule.code)
            yield Finding(
                rule.code,
                rule.severity,
                problem.message,
                problem.file,
                problem.line,
                problem.column,
                problem.hint,
            )
