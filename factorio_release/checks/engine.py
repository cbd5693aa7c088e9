"""Runs the rules over a mod."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from factorio_release.checks.facts import Facts
from factorio_release.checks.registry import RULES
from factorio_release.checks.reported import REPORTED_SEVERITIES, reported_problems
from factorio_release.checks.result import CheckResult
from factorio_release.checks.rules.required_mods import required_mod_names
from factorio_release.findings import Finding
from factorio_release.limits import MAX_FINDINGS_PER_CODE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from factorio_release.checks.context import CheckContext, PortalContext
    from factorio_release.findings import Severity
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem


def run_checks(
    mod: Mod,
    context: CheckContext,
    ignore: Mapping[str, str] | None = None,
    changes: PackageChanges | None = None,
) -> CheckResult:
    """Run every rule that needs no portal, and add what the parsers reported.

    `ignore` maps codes to reasons. Raises ModError when a file of the mod cannot be read, changes
    while it is read, or is too large.
    """
    facts = Facts(mod, context, changes)
    return CheckResult.of(_offline_findings(facts), ignore or {})


def run_portal_checks(
    mod: Mod, context: CheckContext, portal: PortalContext, ignore: Mapping[str, str] | None = None
) -> CheckResult:
    """Run the rules that compare the mod with the portal; `run_checks` runs the others.

    Raises ModError when an image of the page cannot be read.
    """
    facts = Facts(mod, context, portal=portal)
    found = _rule_findings(facts, blocking=set(), needs_portal=True)
    return CheckResult.of(found, ignore or {})


def required_mods_to_request(info: Info, ignore: Container[str]) -> tuple[str, ...]:
    """Return the names of the required mods for which `run_portal_checks` needs the portal's answer.

    There are none when the author ignores all rules about them: then no request is needed.
    """
    if all(rule.code in ignore for rule in RULES if "required" in rule.facts):
        return ()
    return required_mod_names(info)


def _offline_findings(facts: Facts) -> Iterator[Finding]:
    groups = reported_problems(facts)
    for code, problems in groups.items():
        yield from _findings(code, REPORTED_SEVERITIES[code], problems)
    yield from _rule_findings(facts, blocking=set(groups), needs_portal=False)


def _rule_findings(facts: Facts, blocking: set[str], *, needs_portal: bool) -> Iterator[Finding]:
    """Run the rules in order; `blocking` are the codes after which a rule that requires them does not run.

    The code of a rule is added when it finds something, and when it could not run because of another.
    """
    for rule in RULES:
        if rule.needs_portal is not needs_portal:
            continue
        if not blocking.isdisjoint(rule.requires):
            blocking.add(rule.code)
            continue
        arguments = {name: facts.value(name) for name in rule.facts}
        for finding in _findings(rule.code, rule.severity, rule.find(**arguments)):
            blocking.add(rule.code)
            yield finding


def _findings(code: str, severity: Severity, found: Iterable[Problem]) -> Iterator[Finding]:
    """Yield findings for the first MAX_FINDINGS_PER_CODE problems, and one that says that there are more.

    Rules are generators, so that none works on problems beyond that number.
    """
    problems = iter(found)
    shown = list(islice(problems, MAX_FINDINGS_PER_CODE))
    following = next(problems, None)
    if following is not None:
        message = f"more than {MAX_FINDINGS_PER_CODE:,} problems like this: the search ended here"
        shown.append(replace(following, message=message))
    for problem in shown:
        yield Finding(
            code,
            severity,
            problem.message,
            problem.file,
            problem.line,
            problem.column,
            problem.hint,
        )
