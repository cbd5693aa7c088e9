"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from factorio_release import __version__, project
from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.fingerprints import fingerprints
from factorio_release.report.json_report import json_text
from factorio_release.report.labels import file_or_info

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def render_sarif(report: Report) -> str:
    """Return the findings as one SARIF run; those that the settings ignore are suppressed results.

    Code scanning refuses a result without a place: a finding about the whole mod gets its info.json.
    """
    findings = [finding for mod in report.mods for finding in _all_findings(mod)]
    finding_by_code = {finding.code: finding for finding in findings}
    rule_indices = {code: index for index, code in enumerate(finding_by_code)}
    run = {
        "tool": {"driver": _driver(finding_by_code)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [result for mod in report.mods for result in _results(mod, rule_indices)],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(finding_by_code: dict[str, Finding]) -> dict[str, Any]:
    rules = [
        {
            "id": code,
            "shortDescription": {"text": code.replace("-", " ")},
            "helpUri": finding.docs,
            "help": {"text": f"Explained at {finding.docs}"},
            "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        }
        for code, finding in finding_by_code.items()
    ]
    return {
        "name": project.NAME,
        "version": __version__,
        "informationUri": project.home(),
        "rules": rules,
    }


def _invocation(report: Report) -> dict[str, Any]:
    errors = [terminal(f"{mod.mod}: {mod.error}") for mod in report.mods if mod.error]
    return {
        "executionSuccessful": not errors,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": error}} for error in errors
        ],
    }


def _all_findings(mod: ModReport) -> list[Finding]:
    """Return the findings with those that the settings ignore, worst first."""
    ignored = [one.finding for one in mod.ignored]
    return sorted((*mod.findings, *ignored), key=lambda finding: finding.sort_key)


def _results(mod: ModReport, rule_indices: dict[str, int]) -> list[dict[str, Any]]:
    findings = _all_findings(mod)
    # By identity: a finding that counts and one that is ignored can be equal.
    reasons = {id(ignored.finding): ignored.reason for ignored in mod.ignored}
    results = []
    for finding, fingerprint in zip(findings, fingerprints(findings, mod.sources), strict=True):
        result = _result(mod, finding, fingerprint)
        result["ruleIndex"] = rule_indices[finding.code]
        if id(finding) in reasons:
            justification = terminal(reasons[id(finding)])
            result["suppressions"] = [{"kind": "external", "justification": justification}]
        results.append(result)
    return results


def _result(mod: ModReport, finding: Finding, fingerprint: str) -> dict[str, Any]:
    region = {"startLine": max(1, finding.line)}
    if finding.line and finding.column:
        region["startColumn"] = finding.column
    # A file name can hold a lone surrogate, which no URI can.
    uri = quote(file_or_info(mod, finding), errors="backslashreplace")
    location = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"findingHash/v1": fingerprint},
    }


def _message(finding: Finding) -> str:
    """Return message and hint; a SARIF reader would make a link of `[text](address)`."""
    sentences = [text for text in (finding.message, finding.hint) if text]
    return terminal(". ".join(sentences)).replace("](", "] (")
