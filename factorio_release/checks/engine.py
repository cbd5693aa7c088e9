"""Runs the rules over a mod."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts import Facts
from factorio_release.checks.registry import RULES, SAME_ON_PAGE
from factorio_release.checks.reported import REPORTED_SEVERITIES, reported_problems
from factorio_release.checks.result import CheckResult
from factorio_release.checks.rules.required_mods import required_dependencies
from factorio_release.findings import Finding
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.mod_page import ModPage
from factorio_release.parsers.unseen import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping

    from factorio_release.checks.context import CheckContext, PortalContext
    from factorio_release.checks.rule import Rule
    from factorio_release.findings import Severity
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem
    from factorio_release.parsers.version import Version

_NO_PAGE: Final = ModPage()


def run_checks(
    mod: Mod,
    context: CheckContext,
    ignore: Mapping[str, str] | None = None,
    changes: PackageChanges | None = None,
    *,
    page: ModPage = _NO_PAGE,
    page_findings: Collection[Finding] = (),
    codes: Container[str] | None = None,
) -> CheckResult:
    """Run every rule that needs no portal, and add what the parsers and the reading of the page found.

    `ignore` maps codes to reasons. With `codes` only these are looked for, beside those of the page. `page`
    is the page that the mod declares, `page_findings` the problems in it. Raises ModError when a file of the
    mod or an image of the page cannot be read, changes while it is read, or is too large.
    """
    facts = Facts(mod, context, page, changes)
    found = _without_repeats(_offline_findings(facts, codes), page_findings)
    return CheckResult.of([*page_findings, *found], ignore or {})


def run_portal_checks(
    mod: Mod,
    context: CheckContext,
    portal: PortalContext,
    ignore: Mapping[str, str] | None = None,
    *,
    page: ModPage = _NO_PAGE,
) -> CheckResult:
    """Run the rules that compare the mod with the portal; `run_checks` runs the others."""
    facts = Facts(mod, context, page, portal=portal)
    rules = [rule for rule in RULES if rule.needs_portal]
    found = _rule_findings(facts, rules, blocking=set())
    return CheckResult.of(found, ignore or {})


def run_rules(mod: Mod, context: CheckContext, codes: Container[str]) -> tuple[Finding, ...]:
    """Return what `run_checks` would find with these codes; only their rules are run."""
    facts = Facts(mod, context, _NO_PAGE)
    return CheckResult.of(_offline_findings(facts, codes), {}).findings


def required_mods_to_request(
    info: Info, ignore: Container[str], together: Mapping[str, tuple[Version, ...]]
) -> tuple[str, ...]:
    """Return the names of the required mods for which `run_portal_checks` needs the portal's answer.

    There are none when the author ignores all rules about them: then no request is needed. Those that a
    version in `together` satisfies, which the same run makes public, are not among them.
    """
    if all(rule.code in ignore for rule in RULES if "required" in rule.facts):
        return ()
    return tuple(
        name
        for name, dependencies in required_dependencies(info).items()
        if not any(
            all(dependency.accepts(version) for dependency in dependencies)
            for version in together.get(name, ())
        )
    )


def _without_repeats(
    found: Iterable[Finding], page_findings: Collection[Finding]
) -> Iterator[Finding]:
    """Leave out what the page reports too, at the same place, such as a description that is too long."""
    of_page = {(finding.code, _place(finding)) for finding in page_findings}
    for finding in found:
        same = SAME_ON_PAGE.get(finding.code, ())
        if not any((code, _place(finding)) in of_page for code in same):
            yield finding


def _place(finding: Finding) -> tuple[str, int, int]:
    return (finding.file, finding.line, finding.column)


def _offline_findings(facts: Facts, codes: Container[str] | None = None) -> Iterator[Finding]:
    groups = reported_problems(facts)
    for code, problems in groups.items():
        if codes is None or code in codes:
            yield from _findings(code, REPORTED_SEVERITIES[code], problems)
    rules = [
        rule for rule in RULES if not rule.needs_portal and (codes is None or rule.code in codes)
    ]
    yield from _rule_findings(facts, rules, blocking=set(groups))


def _rule_findings(facts: Facts, rules: Iterable[Rule], blocking: set[str]) -> Iterator[Finding]:
    """Run rules in order; `blocking` are the codes after which a rule that requires them does not run.

    The code of a rule is added when it finds something, and when it could not run because of another.
    """
    for rule in rules:
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
        shown.append(following._replace(message=message))
    for problem in shown:
        yield Finding(
            code,
            severity,
            visible(problem.message),
            problem.file,
            problem.line,
            problem.column,
            visible(problem.hint),
        )
