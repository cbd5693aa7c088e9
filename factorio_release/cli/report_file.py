"""The JSON report as a file: proved to be writable before a run, written after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.disk.atomic_write import prove_writable, remedy, replaces_only, write_file
from factorio_release.errors import UsageError
from factorio_release.report.json_report import render_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.report.model import Report

# What a report begins with, as `render_json` writes it: a file of the user's is never taken for one.
REPORT_HEAD: Final = b'{\n  "tool": {\n    "name": "factorio-release",'
_MAY_REPLACE: Final = replaces_only(REPORT_HEAD, "a report of this program")


def prepare_report(path: Path) -> None:
    """Make sure, before anything is done, that the report can be written; UsageError when it cannot."""
    try:
        prove_writable(path, _MAY_REPLACE)
    except OSError as error:
        raise UsageError(f"report: {path} cannot be written: {error.strerror}; {remedy(error)}") from None


def write_report(path: Path, report: Report, redact: Callable[[str], str]) -> None:
    """Write the report with no secret in it; OSError when that is not possible any more."""
    write_file(path, redact(render_json(report)).encode("utf-8", "replace"), _MAY_REPLACE)
