"""What runs the rules: the names of facts, codes without a severity, codes that are never ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.checks import CheckContext, CheckResult, run_checks
from factorio_release.checks.registry import CHECK_SEVERITIES, RULES
from factorio_release.checks.reported import OTHERWISE_JUDGED, REPORTED_SEVERITIES
from factorio_release.checks.rule import Rule
from factorio_release.findings import NEVER_IGNORED, Finding, Severity
from factorio_release.page.findings import PAGE_SEVERITIES
from factorio_release.parsers.problem import Problem
from tests.checks.memory_mod import memory_mod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.info import Info


def misspelt(info: Info, changelogs: object) -> Iterator[Problem]:
    yield Problem(f"{info} {changelogs}")


def test_a_rule_with_a_parameter_that_is_not_a_fact_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="changelogs"):
        Rule("a-code", Severity.ERROR, misspelt)


def test_a_reported_code_without_a_severity_stops_the_check() -> None:
    mod = memory_mod({}, reported=(Problem("it is so", code="not-listed"),))
    with pytest.raises(LookupError, match="not-listed"):
        run_checks(mod, CheckContext())


def test_each_code_is_declared_once_and_below_those_that_it_requires() -> None:
    declared = set(REPORTED_SEVERITIES)
    for rule in RULES:
        assert rule.code not in declared
        assert declared.issuperset(rule.requires)
        declared.add(rule.code)
    assert declared.isdisjoint(PAGE_SEVERITIES)
    assert REPORTED_SEVERITIES.keys().isdisjoint(OTHERWISE_JUDGED)
    assert set(CHECK_SEVERITIES) == declared


@pytest.mark.parametrize("code", sorted(NEVER_IGNORED))
def test_the_api_key_is_reported_whatever_is_ignored(code: str) -> None:
    """The settings refuse these codes already; this holds if a caller ever forgets to."""
    found = Finding(code, Severity.ERROR, "the key is in a file")
    assert CheckResult.of([found], {code: "it is only a trial"}) == CheckResult((found,))


def test_an_ignored_code_is_kept_with_its_reason() -> None:
    found = [Finding("litter", Severity.WARNING, "x"), Finding("secret-like", Severity.ERROR, "y")]
    checked = CheckResult.of(found, {"litter": "it is meant"})
    assert [finding.code for finding in checked.findings] == ["secret-like"]
    assert [(one.finding.code, one.reason) for one in checked.ignored] == [
        ("litter", "it is meant")
    ]


PIECES = [
    "-" * 99,
    "Version: 1.2.3",
    "Version: 1",
    "Date: ????",
    "Date:",
    "  Info:",
    "    - x",
    "\t",
    "[a",
    "a=b",
]
TEXTS = st.binary(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=8).map(
    lambda p: "\n".join(p).encode()
)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_a_parser_reports_has_a_severity(
    info: bytes, changelog: bytes, locale: bytes
) -> None:
    files = {"info.json": info, "changelog.txt": changelog, "locale/en/a.cfg": locale}
    for finding in run_checks(memory_mod(files), CheckContext()).findings:
        assert finding.severity is CHECK_SEVERITIES[finding.code]
