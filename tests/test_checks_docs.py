"""docs/checks.md explains every code that can be reported, in one form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.page.findings import PAGE_SEVERITIES

TEXT = (Path(__file__).parents[1] / "docs" / "checks.md").read_text("utf-8")
HEADINGS = [*re.finditer(r"^## (.+)$", TEXT, re.MULTILINE)]
PARTS = (
    "**What.** ",
    "**Why.** ",
    "**How to fix.** ",
    "**Bad:**",
    "**Good:**",
    "**Since** ",
    "**Source:** ",
)
SEVERITIES = {**CHECK_SEVERITIES, **PAGE_SEVERITIES, **LOAD_SEVERITIES}


def bodies() -> dict[str, str]:
    """Return the text of each section by its code."""
    ends = [*(heading.start() for heading in HEADINGS[1:]), len(TEXT)]
    return {
        heading[1]: TEXT[heading.end() : end] for heading, end in zip(HEADINGS, ends, strict=True)
    }


def test_each_code_has_one_section() -> None:
    codes = [heading[1] for heading in HEADINGS]
    assert set(SEVERITIES) - set(codes) == set(), "docs/checks.md has no section for these codes"
    assert sorted(codes) == sorted(SEVERITIES)


def test_the_table_has_the_severity_of_each_code_in_the_order_of_the_sections() -> None:
    rows = re.findall(r"^\| \[([a-z0-9-]+)\]\(#\1\) \| (\w+) \|$", TEXT, re.MULTILINE)
    assert rows == [(heading[1], SEVERITIES[heading[1]].value) for heading in HEADINGS]


@pytest.mark.parametrize("code", sorted(SEVERITIES))
def test_a_section_has_all_its_parts_in_order(code: str) -> None:
    body = bodies()[code]
    places = [body.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    for (start, part), end in zip(
        zip(places, PARTS, strict=True), [*places[1:], len(body)], strict=True
    ):
        assert len(body[start + len(part) : end].strip()) >= len("0.1.0")
