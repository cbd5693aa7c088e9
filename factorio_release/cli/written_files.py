"""The files that the command line writes for the user: report, summary, and changed files of the mod.

Each is checked before the run does any work, and each problem becomes a message with its remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.path_patterns import shown
from factorio_release.disk.atomic_write import (
    checkout_around,
    prove_writable,
    write_file,
    write_files,
)
from factorio_release.disk.replace_rules import remedy, replaces_only
from factorio_release.errors import ModError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.disk.replace_rules import MayReplace
    from factorio_release.report.model import Report

# The first bytes of every report, as `render_json` writes them. A file that begins in another way is not
# a report of an earlier run, and is never replaced.
REPORT_HEAD: Final = b'{\n  "tool": {\n    "name": "factorio-release",'
SUMMARY_HEAD: Final = b"<!-- factorio-release summary -->\n\n"
_MAY_REPLACE_REPORT: Final = replaces_only(REPORT_HEAD, "a report of this program")
_MAY_REPLACE_SUMMARY: Final = replaces_only(SUMMARY_HEAD, "a summary of this program")


def check_report_path(path: Path) -> None:
    """Raise UsageError when the report cannot be written to `path`; called before the run begins."""
    try:
        prove_writable(path, _MAY_REPLACE_REPORT)
    except OSError as error:
        raise UsageError(
            f"report: {path} cannot be written: {error.strerror}; {remedy(error)}"
        ) from None


def write_report(path: Path, report: Report, redact: Callable[[str], str]) -> None:
    """Write the JSON report, with secrets removed by `redact`; raises OSError when the write fails."""
    from factorio_release.report.json_report import render_json  # noqa: PLC0415 start-up: only with a report

    text = redact(render_json(report))
    write_file(path, text.encode("utf-8", "replace"), _MAY_REPLACE_REPORT)


def write_summary(path: Path, text: str) -> None:
    """Write the run's Markdown, which holds no secret; raises OSError when the write fails.

    The first line marks the file as this program's, and finds a comment with it again.
    """
    write_file(path, SUMMARY_HEAD + text.encode("utf-8", "replace"), _MAY_REPLACE_SUMMARY)


def replace_files(mod_folder: Path, files: Mapping[Path, tuple[bytes, MayReplace]]) -> None:
    """Write several files; `files` has, by path, the new content and the rule for a file that is there.

    All files are written under temporary names first, then each gets its own name. So a full disk or a
    refused file changes none of them. There is one exception: if another program changes a file between
    the two steps, the files before it are already replaced. An existing file keeps its mode.

    No symbolic link is followed below the git checkout around `mod_folder`, or below `mod_folder` if
    there is no checkout. Raises ModError if a file cannot be written.
    """
    try:
        write_files(files, root=checkout_around(mod_folder) or mod_folder)
    except OSError as error:
        place = shown(Path(error.filename))  # `write_files` sets it in every error
        raise ModError(f"{place} cannot be written: {error.strerror}", remedy(error)) from error
