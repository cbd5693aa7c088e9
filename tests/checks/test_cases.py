"""Every rule: where it finds something, and where it does not. `cases/README.md` has the form of a case."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.checks.reported import COLLECTION_SEVERITIES
from factorio_release.parsers.problem import Problem
from tests.checks.memory_mod import INFO, case_findings, findings, memory_mod
from tests.checks.test_repositories import SHOWN_WITH_A_REPOSITORY

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from tests.checks.memory_mod import Case

FOLDER = Path(__file__).parent / "cases"
LEFT_ALONE = tomllib.loads((FOLDER / "left_alone.toml").read_text("utf-8"))
TABLES = {
    code: table
    for path in sorted(FOLDER.glob("*.toml"))
    if path.name != "left_alone.toml"
    for code, table in tomllib.loads(path.read_text("utf-8")).items()
}


MANY_ERRORS = json.dumps(INFO)[:-1] + "".join(f', "_{n}" {n}' for n in range(40)) + "}"


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{number}")
        for code, table in TABLES.items()
        for number, case in enumerate(table[kind])
    ]


@pytest.mark.parametrize(("code", "case"), cases("fires"))
def test_finds_the_problem_at_its_place(code: str, case: Case) -> None:
    found = [finding for finding in case_findings(case) if finding.code == code]
    assert len(found) == case.get("times", 1)
    first = found[0]
    line, _, column = case.get("at", "").partition(":")
    assert not line or first.line == int(line)
    assert not column or first.column == int(column)
    assert first.file == case.get("file", first.file)
    assert case.get("says", "") in first.message
    assert case.get("hint", "") in first.hint
    for finding in found:
        says_in_one_line_what_is_wrong_and_in_another_what_to_do(finding, case)


def says_in_one_line_what_is_wrong_and_in_another_what_to_do(finding: Finding, case: Case) -> None:
    assert finding.message
    assert finding.hint
    assert "\n" not in finding.message + finding.hint
    assert not any(secret in finding.message + finding.hint for secret in case.get("secrets", ()))


@pytest.mark.parametrize(("code", "case"), cases("silent"))
def test_finds_nothing_in_a_similar_mod_without_the_problem(code: str, case: Case) -> None:
    assert code not in {finding.code for finding in case_findings(case)}


@pytest.mark.parametrize("title", LEFT_ALONE)
def test_finds_nothing_in_lua_that_only_looks_like_a_problem(title: str) -> None:
    found = {finding.code for finding in case_findings(LEFT_ALONE[title])}
    assert [code for code in found if code.startswith(("require-", "asset-"))] == []


def test_every_code_has_cases() -> None:
    shown = {code for code, table in TABLES.items() if table["fires"] and table["silent"]}
    shown |= {
        *COLLECTION_SEVERITIES,
        *SHOWN_WITH_A_REPOSITORY,
        "zip-contradiction",
        "zip-file-name",
    }  # test_finished_zips.py
    assert shown == set(CHECK_SEVERITIES)


@pytest.mark.parametrize("code", COLLECTION_SEVERITIES)
def test_passes_on_what_the_collection_of_files_reports(code: str) -> None:
    """What makes the collection report each code is tested beside it, in tests/package."""
    problem = Problem("it is so", "some/file", 3, 4, "do this", code)
    (found,) = findings(code, memory_mod({}, reported=(problem,)))
    assert found.severity is COLLECTION_SEVERITIES[code]
    assert (found.message, found.hint) == ("it is so", "do this")
    assert (found.file, found.line, found.column) == ("some/file", 3, 4)


def test_a_sound_mod_has_no_findings() -> None:
    changelog = "{99}\nVersion: 1.2.3\nDate: 2026-01-01\n  Features:\n    - It works.\n"
    page = {"license": "default_mit", "category": "utilities"}
    assert case_findings({"changelog": changelog, "tag": "v1.2.3", "live": {}, "page": page}) == ()


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        ({"info": "{"}, ["json-syntax"]),
        ({"fields": {"name": "#"}, "live": {}}, ["info-name"]),
        ({"without": ["version"], "fields": {"versoin": "1.2.3"}}, ["info-field"]),
        ({"fields": {"dependencies": ["a =< 1.0", "a > 2.0"]}}, ["dependency-syntax"]),
        ({"changelog": ""}, ["changelog-empty"]),
        ({"changelog": "{99}\nVersion 1.2.3\n  Info:\n    - x\n"}, ["changelog-version"]),
        ({"changelog": "{99}\nVersion: 1.2.3\nDate: ???\n"}, ["changelog-section-open"]),
        (
            {"changelog": "-\n# Changes\n\n- one\n- two\n"},
            ["changelog-separator"],
        ),
        (
            {"files": {"control.lua": "require('lib.a')"}, "reported": ["submodule-empty lib"]},
            ["submodule-empty"],
        ),
        ({"info": "<html>\n<p>{a: 1,}\n</html>"}, ["json-syntax"]),
        ({"info": "name: my-mod\nversion: 1.2.3\n" * 20}, ["json-syntax", "json-syntax"]),
        ({"info": MANY_ERRORS}, ["json-syntax"] * 11),
        (
            {"changelog": "Version: 1.2.3\nDate: May\n- a\n\nVersion: 1.2.2\nFixes\n* b\n"},
            ["changelog-separator"],
        ),
        (
            {"fields": {"factorio_version": "1.1", "dependencies": ["base >= 2.0", "quality"]}},
            ["dependency-expansion"],
        ),
        (
            {
                "reported": ["merge-conflict locale/en/a.cfg", "merge-conflict data.lua"],
                "files": {
                    "locale/en/a.cfg": "<<<<<<< HEAD\na=1\n=======\na=2\n>>>>>>> side\n",
                    "data.lua": "<<<<<<< HEAD\na=1\n=======\na=2\n>>>>>>> side\n",
                },
            },
            ["merge-conflict", "merge-conflict"],
        ),
        (
            {"files": {"data.lua": {"hex": "return 1".encode("utf-16").hex()}}},
            ["text-encoding"],
        ),
        (
            {"files": {"control.ts": "", "data.lua": "require('control')"}},
            ["source-without-build"],
        ),
    ],
)
def test_one_defect_gives_one_finding(case: Case, codes: list[str]) -> None:
    assert [finding.code for finding in case_findings(case)] == codes
