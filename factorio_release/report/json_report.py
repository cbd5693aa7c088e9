"""The report as JSON, and the smaller form that `check --format json` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from factorio_release.findings import Severity
from factorio_release.report.escape import json_in_log
from factorio_release.report.model import finding_record

if TYPE_CHECKING:
    from factorio_release.report.model import ModReport, Report


def render_json(report: Report) -> str:
    """Return the whole report; the form is part of the public contract."""
    return json_text(report.record())


def render_check_json(report: Report) -> str:
    """Return the findings of each mod, and how many errors and warnings there are in all.

    An error that ended a mod's run counts as an error.
    """
    severities = [finding.severity for mod in report.mods for finding in mod.findings]
    failed_mods = [mod for mod in report.mods if mod.error]
    return json_text(
        {
            "mods": [_check_record(mod) for mod in report.mods],
            "errors": severities.count(Severity.ERROR) + len(failed_mods),
            "warnings": severities.count(Severity.WARNING),
        }
    )


def json_text(value: Any) -> str:
    """Return a value as JSON text that is safe in a terminal and in a CI log.

    ASCII only, so that a terminal shows no character of a mod's files as something else.
    """
    return json_in_log(json.dumps(value, indent=2)) + "\n"


def _check_record(mod: ModReport) -> dict[str, Any]:
    record: dict[str, Any] = {
        "mod": mod.mod,
        "version": mod.version,
        "path": mod.path,
        "findings": [finding_record(finding) for finding in mod.findings],
    }
    if mod.error:
        record |= {"error": mod.error, "hint": mod.hint}
    return record
