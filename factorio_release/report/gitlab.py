"""GitLab's Code Quality report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.fingerprints import fingerprints
from factorio_release.report.json_report import json_text
from factorio_release.report.places import file_of

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.HINT: "info"}


def render_gitlab(report: Report) -> str:
    """Return the findings as a JSON array; each fingerprint is unique and survives moved lines.

    GitLab wants a file and a line of every entry: a finding about the whole mod stands at the first
    line of its info.json.
    """
    return json_text([entry for mod in report.mods for entry in _entries(mod)])


def _entries(mod: ModReport) -> list[dict[str, Any]]:
    findings = sorted(mod.findings, key=lambda f: f.sort_key)
    names = fingerprints(findings, mod.sources)
    return [_entry(mod, finding, name) for finding, name in zip(findings, names, strict=True)]


def _entry(mod: ModReport, finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "description": terminal(". ".join(text for text in (finding.message, finding.hint) if text)),
        "check_name": terminal(finding.code),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": file_of(mod, finding), "lines": {"begin": max(1, finding.line)}},
    }
