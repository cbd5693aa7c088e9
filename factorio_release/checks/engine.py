"""Runs rules over a mod: a rule is a pure function that asks for facts by parameter name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factorio_release.checks.facts.shared import Facts
from factorio_release.checks.registry import RULES
from factorio_release.checks.shortening import first_problems, shortened
from factorio_release.findings import NEVER_IGNORED, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.checks.rule import CheckContext, Rule
    from factorio_release.mod.mod import Mod


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

    @classmethod
    def of(cls, found: Iterable[Finding], ignore: Mapping[str, str]) -> Checked:
        """Part what stands from what `ignore` sets aside, by code; the key's codes always stand."""
        ranked = shortened(sorted(found, key=lambda finding: finding.sort_key))
        reasons = {code: reason for code, reason in ignore.items() if code not in NEVER_IGNORED}
        return cls(
            tuple(finding for finding in ranked if finding.code not in reasons),
            tuple(Ignored(finding, reasons[finding.code]) for finding in ranked if finding.code in reasons),
        )


def run_checks(
    mod: Mod,
    context: CheckContext,
    ignore: Mapping[str, str] | None = None,
    *,
    rules: tuple[Rule, ...] = RULES,
    **facts: Any,
) -> Checked:
    """Run `rules` (all of them unless given) over `mod`; `ignore` maps codes to reasons.

    Further `facts` make further rules run: `live` is what the portal knows of the mod.
    """
    known = Facts(mod=mod, info=mod.info, changelog=mod.changelog, files=mod.files, context=context, **facts)
    return Checked.of(_found(rules, known), ignore or {})


def _found(rules: tuple[Rule, ...], facts: Facts) -> Iterable[Finding]:
    silent: set[str] = set()  # codes that were reported, or that could not be judged because of one
    for rule in rules:
        wanted = rule.facts
        if not facts.can_give(wanted):
            continue
        if not silent.isdisjoint(rule.requires):
            silent.add(rule.code)
            continue
        for problem in first_problems(rule.find(**{name: facts[name] for name in wanted})):
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
