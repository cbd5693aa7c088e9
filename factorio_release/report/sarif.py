"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from factorio_release import __version__, project
from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.fingerprints import fingerprints
from factorio_release.report.json_report import json_text
from factorio_release.report.places import file_of

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def render_sarif(report: Report) -> str:
    """Return the findings as one SARIF run; those set aside are in it as suppressed.

    Code scanning refuses a result without a place: a finding about the whole mod stands in its
    info.json.
    """
    found = [finding for mod in report.mods for finding in _shown(mod)]
    rules = {finding.code: finding for finding in found}
    places = {code: index for index, code in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [result for mod in report.mods for result in _results(mod, places)],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(rules: dict[str, Finding]) -> dict[str, Any]:
    return {
        "name": project.NAME,
        "version": __version__,
        "informationUri": project.home(),
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": code.replace("-", " ")},
                "helpUri": finding.docs,
                "help": {"text": f"Explained at {finding.docs}"},
                "defaultConfiguration": {"level": _LEVELS[finding.severity]},
            }
            for code, finding in rules.items()
        ],
    }


def _invocation(report: Report) -> dict[str, Any]:
    errors = [(mod, terminal(f"{mod.mod}: {mod.error}")) for mod in report.mods if mod.error]
    return {
        "executionSuccessful": not errors,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": message}} for _, message in errors
        ],
    }


def _shown(mod: ModReport) -> list[Finding]:
    return sorted((*mod.findings, *(i.finding for i in mod.ignored)), key=lambda f: f.sort_key)


def _results(mod: ModReport, places: dict[str, int]) -> list[dict[str, Any]]:
    findings = _shown(mod)
    reasons = {id(ignored.finding): ignored.reason for ignored in mod.ignored}
    names = fingerprints(findings, mod.sources)
    results = []
    for finding, name in zip(findings, names, strict=True):
        result = _result(mod, finding, name) | {"ruleIndex": places[finding.code]}
        if id(finding) in reasons:
            reason = terminal(reasons[id(finding)])
            result["suppressions"] = [{"kind": "external", "justification": reason}]
        results.append(result)
    return results


def _result(mod: ModReport, finding: Finding, fingerprint: str) -> dict[str, Any]:
    region = {"startLine": max(1, finding.line)} | (
        {"startColumn": finding.column} if finding.column and finding.line else {}
    )
    uri = quote(file_of(mod, finding), errors="backslashreplace")
    location = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"findingHash/v1": fingerprint},
    }


def _message(finding: Finding) -> str:
    """Return message and hint; SARIF would take `[text](address)` for a link."""
    text = terminal(". ".join(text for text in (finding.message, finding.hint) if text))
    return text.replace("](", "] (")
