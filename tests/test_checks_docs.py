"""Every code that can be reported is explained, listed with its severity, and shown by cases."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from factorio_release.checks.registry import RULES
from factorio_release.page.findings import PAGE_SEVERITIES

HERE = Path(__file__).parent
TEXT = (HERE.parent / "docs" / "checks.md").read_text("utf-8")
HEADINGS = [*re.finditer(r"^## (.+)$", TEXT, re.MULTILINE)]
PARTS = ("**What.** ", "**Why.** ", "**How to mend.** ", "**Since** ", "**Source:** ")
SEVERITIES = {**{rule.code: rule.severity for rule in RULES}, **PAGE_SEVERITIES}


def test_sections_and_codes_are_the_same() -> None:
    assert sorted(heading.group(1) for heading in HEADINGS) == sorted(SEVERITIES)


def test_the_table_has_the_severities() -> None:
    rows = re.findall(r"^\| \[([a-z0-9-]+)\]\(#\1\) \| (\w+) \|$", TEXT, re.MULTILINE)
    assert rows == [(code, severity.value) for code, severity in SEVERITIES.items()]


@pytest.mark.parametrize("code", sorted(SEVERITIES))
def test_a_section_says_everything(code: str) -> None:
    ends = [*(heading.start() for heading in HEADINGS), len(TEXT)]
    bodies = {
        h.group(1): TEXT[h.end() : after] for h, (_, after) in zip(HEADINGS, pairwise(ends), strict=True)
    }
    body = bodies[code]
    places = [body.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    assert all(
        len(piece.strip()) > len("0.1.0") - 1 for piece in re.split("|".join(map(re.escape, PARTS)), body)[1:]
    )


def test_codes_are_used_once_and_required_codes_run_before() -> None:
    seen: set[str] = set()
    for rule in RULES:
        assert rule.code not in seen
        assert set(rule.requires) <= seen
        seen.add(rule.code)


def test_every_rule_has_cases() -> None:
    """In the tables, as what fires and what is silent; or, where a repository is needed, in a test."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in (HERE / "checks" / "cases").glob("*.toml")]
    shown = {code for table in tables for code, cases in table.items() if cases["fires"] and cases["silent"]}
    for path in (HERE / "checks").glob("test_*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        shown |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    assert {rule.code for rule in RULES} - shown == set()
