"""In a CI a run has a report and outputs also where its command line cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "report"),
    [
        (("plan", "--format"), "dist/factorio-release-report.json"),
        (("release", "--report"), "dist/factorio-release-report.json"),
        (("plan", "--report", "mine.json", "--format"), "mine.json"),
        (("plan", "--report=mine.json", "--format"), "mine.json"),
        (("--verbose",), "dist/factorio-release-report.json"),
        (("notes", "--format"), ""),
    ],
)
def test_the_report_is_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    report: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    output = tmp_path / "output"
    output.touch()
    ran = run_here(capsys, *arguments, CI="true", GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(output))
    assert ran.code == 2
    lines = output.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("report<<"))
    assert lines[at + 1] == report
    if report:
        found = json.loads((tmp_path / report).read_text("utf-8"))
        assert found["exit_code"] == 2
        assert (
            "factorio-release --help" in found["mods"][0]["error"]
            or arguments[0] in found["mods"][0]["error"]
        )
