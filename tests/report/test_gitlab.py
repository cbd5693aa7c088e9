"""The schema is what GitLab documents of Code Quality and what its own validator requires."""

import json
from collections.abc import Callable

import jsonschema

from factorio_release.findings import Finding
from factorio_release.report.formats import render
from factorio_release.report.model import ModReport, Report, Status

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def entries(report: Report) -> list[dict[str, object]]:
    values = json.loads(render(report, "gitlab"))
    jsonschema.validate(values, SCHEMA)
    assert isinstance(values, list)
    return values


def report_of(*findings: Finding, source: str = "") -> Report:
    sources = {finding.file: source for finding in findings}
    return Report(
        (ModReport("m", "1.0.0", ".", Status.CHECKED, findings=findings, sources=sources),)
    )


def test_gitlab_can_read_it(full_report: Report) -> None:
    values = entries(full_report)
    assert [value["severity"] for value in values] == ["major", "minor", "info"]
    assert values[1]["location"] == {"path": "big-mod/info.json", "lines": {"begin": 1}}


def test_no_findings_are_an_empty_array() -> None:
    assert entries(report_of()) == []


def test_equal_findings_have_different_fingerprints(finding_of: Callable[..., Finding]) -> None:
    """GitLab keeps one entry of each fingerprint."""
    same = [finding_of()._replace(line=line) for line in (1, 2, 3, 3)]
    values = entries(report_of(*same, source="x\nx\nx\n"))
    assert len({str(value["fingerprint"]) for value in values}) == 4


def test_a_fingerprint_stays_when_lines_are_inserted_above(
    finding_of: Callable[..., Finding],
) -> None:
    before = entries(report_of(finding_of(line=2), source="a\nb\n"))
    after = entries(report_of(finding_of(line=4), source="a\nnew\nnew\nb\n"))
    other = entries(report_of(finding_of(line=1), source="a\nb\n"))
    assert before[0]["fingerprint"] == after[0]["fingerprint"] != other[0]["fingerprint"]
