"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
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
# What docs/checks.md says of each code; written by `scripts/generate.py`.
_TEXTS: Final = Path(__file__).with_name("rule_texts.json")
_LINK: Final = r"\[([^\]]*)\]\(([^)]*)\)"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def render_sarif(report: Report) -> str:
    """Return the findings as one SARIF run; those that the settings ignore are suppressed results.

    Code scanning refuses a result without a place: a finding about the whole mod gets its info.json.
    """
    findings = [finding for mod in report.mods for finding in _all_findings(mod)]
    finding_by_code: dict[str, Finding] = {}
    for finding in findings:
        finding_by_code.setdefault(finding.code, finding)
    rule_indices = {code: index for index, code in enumerate(finding_by_code)}
    run = {
        "tool": {"driver": _driver(finding_by_code)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [result for mod in report.mods for result in _results(mod, rule_indices)],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(finding_by_code: dict[str, Finding]) -> dict[str, Any]:
    texts = json.loads(_TEXTS.read_text("utf-8")) if finding_by_code else {}
    rules = [_rule(finding, texts.get(code, {})) for code, finding in finding_by_code.items()]
    return {
        "name": project.NAME,
        "version": __version__,
        "informationUri": project.home(),
        "rules": rules,
    }


def _rule(finding: Finding, text: dict[str, str]) -> dict[str, Any]:
    """Return a rule as code scanning shows it beside each of its results.

    The short description is a title there. The help is shown as Markdown, where the reader can.
    """
    code = finding.code
    title = code.replace("-", " ")
    what, why, fix = (text.get(part, "") for part in ("what", "why", "fix"))
    parts = (what, why, f"How to fix: {fix}" if fix else "", f"Explained at {finding.docs}")
    explained = "\n\n".join(part for part in parts if part)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": title[:1].upper() + title[1:]},
        "fullDescription": {"text": _plain(f"{what} {why}".strip() or title)},
        "helpUri": finding.docs,
        "help": {"text": _plain(explained), "markdown": _with_addresses(explained)},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _plain(markdown: str) -> str:
    return re.sub(_LINK, r"\1", markdown)


def _with_addresses(markdown: str) -> str:
    """Return Markdown of docs/checks.md with its links as addresses."""

    def written(link: re.Match[str]) -> str:
        target = f"checks.md{link[2]}" if link[2].startswith("#") else link[2]
        return f"[{link[1]}]({project.docs_url(target)})"

    return re.sub(_LINK, written, markdown)


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
