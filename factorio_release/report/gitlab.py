"""GitLab's Code Quality report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.fingerprints import fingerprints
from factorio_release.report.json_report import json_text
from factorio_release.report.labels import file_or_info

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report

_SEVERITIES: Final = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.HINT: "info"}


def render_gitlab(report: Report) -> str:
    """Return the findings as a JSON array.

    GitLab needs a file and a line for every entry: a finding about the whole mod gets the first line
    of its info.json.
    """
    entries: list[dict[str, Any]] = []
    for mod in report.mods:
        findings = sorted(mod.findings, key=lambda finding: finding.sort_key)
        digests = fingerprints(findings, mod.sources)
        entries += [_entry(mod, *pair) for pair in zip(findings, digests, strict=True)]
    return json_text(entries)


def _entry(mod: ModReport, finding: Finding, fingerprint: str) -> dict[str, Any]:
    sentences = [text for text in (finding.message, finding.hint) if text]
    return {
        "description": terminal(". ".join(sentences)),
        "check_name": terminal(finding.code),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": file_or_info(mod, finding), "lines": {"begin": max(1, finding.line)}},
    }
