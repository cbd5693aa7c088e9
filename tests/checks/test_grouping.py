"""Findings with one cause are one finding."""

from __future__ import annotations

from factorio_release.checks.grouping import MAX_EQUAL_FINDINGS, NAMES_THE_CAUSE, grouped
from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.findings import Finding, Severity
from tests.checks.memory_mod import case_findings


def found(code: str, file: str, line: int, message: str = "it is so", hint: str = "") -> Finding:
    return Finding(code, Severity.ERROR, message, file, line, 1, hint)


def test_the_codes_are_known() -> None:
    assert set(CHECK_SEVERITIES) >= NAMES_THE_CAUSE


def test_a_file_that_is_miscased_once_is_one_finding_however_often_it_is_named() -> None:
    items = [
        f"data:extend{{{{type = 'item', name = '{name}', icon = '__my-mod__/Menu.png', icon_size = 8}}}}\n"
        for name in "abc"
    ]
    files = {
        "data.lua": items[0] + items[1],
        "data-updates.lua": items[2],
        "menu.png": {"png": [8, 8]},
    }
    (one,) = [
        finding for finding in case_findings({"files": files}) if finding.code == "asset-case"
    ]
    assert (one.file, one.line) == ("data-updates.lua", 1)
    assert one.message.endswith(" (also: data.lua:1)")


def test_places_beyond_the_first_ones_are_counted() -> None:
    (one,) = grouped([found("asset-missing", "a.lua", line) for line in range(1, 32)])
    assert one.message == "it is so (also: line 2, line 3, line 4 and 27 more)"
    assert one.line == 1


def test_another_code_keeps_a_few_equal_findings_of_a_file_apart() -> None:
    several = [found("locale-syntax", "a.cfg", line) for line in range(1, MAX_EQUAL_FINDINGS + 1)]
    assert grouped(several) == several
    more = [*several, found("locale-syntax", "a.cfg", 9)]
    assert [one.line for one in grouped(more)] == [1]


def test_what_differs_is_not_grouped() -> None:
    different = [
        found("asset-missing", "a.lua", 1, "one is missing"),
        found("asset-missing", "a.lua", 2, "another is missing"),
        *(found("text-encoding", f"{name}.lua", 1) for name in "abcdef"),
        *(found("locale-syntax", "b.cfg", line, hint=f"{line}") for line in range(9)),
    ]
    assert len(grouped(different)) == len(different)


def test_findings_without_a_place_are_counted() -> None:
    (one,) = grouped([found("litter", "", 0)] * 5)
    assert one.message == "it is so (4 more like this)"
