"""What the runner is told; with actions-toolkit, and without it, byte for byte the same."""

import base64
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from factorio_release.ci.base import Ci
from factorio_release.ci.detect import detect
from factorio_release.ci.github import print_command
from factorio_release.findings import Finding, Severity
from factorio_release.report.escape import terminal
from factorio_release.report.github import command
from factorio_release.report.model import ModReport, Report, Status

KEY = "s3cret/key+with=signs"
NASTY = Path(__file__).with_name("nasty.txt").read_text("utf-8").splitlines()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    output, summary = tmp_path / "output", tmp_path / "summary"
    output.touch()
    summary.touch()
    return output, summary


def github(stream: io.StringIO, files: tuple[Path, Path] | None = None) -> Ci:
    environ = {"GITHUB_ACTIONS": "true", "INPUT_MODE": "check"}
    if files:
        environ |= {"GITHUB_OUTPUT": str(files[0]), "GITHUB_STEP_SUMMARY": str(files[1])}
    return detect(environ, stream)


def test_every_encoding_of_a_secret_is_masked(runner_hears: Callable[[str], list[Any]]) -> None:
    stream = io.StringIO()
    github(stream).mask(KEY, "", "  ", "two\nlines\n")
    masked = [heard.data for heard in runner_hears(stream.getvalue())]
    assert {heard.name for heard in runner_hears(stream.getvalue())} == {"add-mask"}
    assert masked[0] == KEY
    assert {quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode(), "two", "lines"} <= set(
        masked
    )
    assert all(data.strip() for data in masked)
    assert len(runner_hears(stream.getvalue())) == len(stream.getvalue().splitlines())


def test_a_step_that_runs_the_command_prints_no_masks() -> None:
    """Only an action has inputs, and only an action's streams go to the runner alone."""
    stream = io.StringIO()
    detect({"GITHUB_ACTIONS": "true"}, stream).mask(KEY)
    assert stream.getvalue() == ""


class Recorder(io.StringIO):
    """Notes what had been written at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue())


def test_a_mask_is_flushed_before_anything_follows() -> None:
    stream = Recorder()
    github(stream).mask(KEY)
    assert stream.flushed[-1] == stream.getvalue()
    stream.write("what was printed before a mask goes out before it")
    github(stream).mask("another secret")
    assert any(text.endswith("before it") for text in stream.flushed)


def test_outputs_of_any_content_arrive(
    files: tuple[Path, Path], runner_reads: Callable[[str], dict[str, str]]
) -> None:
    outputs = {f"n-{n}": text for n, text in enumerate(NASTY)}
    outputs |= {"empty": "", "lines": "a\nb=c\nd<<e\n\n", "all": "\n".join(NASTY), "lone": "\ud800"}
    stream = io.StringIO()
    github(stream, files).write_outputs(outputs)
    github(stream, files).write_outputs({"later": "too"})
    assert runner_reads(files[0].read_text("utf-8")) == outputs | {"lone": "?", "later": "too"}
    assert stream.getvalue() == ""


def test_without_files_nothing_is_printed() -> None:
    stream = io.StringIO()
    github(stream).write_outputs({"mod": "m"})
    github(stream).write_summary("text")
    assert stream.getvalue() == ""


def test_a_file_that_cannot_be_written_is_a_warning(
    tmp_path: Path, runner_hears: Callable[[str], list[Any]]
) -> None:
    stream = io.StringIO()
    github(stream, (tmp_path / "no" / "file", tmp_path)).write_outputs({"mod": "m"})
    (heard,) = runner_hears(stream.getvalue())
    assert heard.name == "warning"
    assert heard.data.endswith("could not be written: No such file or directory")


def test_summaries_add_up_to_the_limit(files: tuple[Path, Path]) -> None:
    stream = io.StringIO()
    ci = github(stream, files)
    ci.write_summary("### One\n")
    ci.write_summary("ü" * 524_285)
    assert stream.getvalue().startswith("::warning::the step summary is left out")
    ci.write_summary("### Two\n")
    assert files[1].read_text("utf-8") == "### One\n### Two\n"


def test_annotations_have_only_known_properties(runner_hears: Callable[[str], list[Any]]) -> None:
    findings = tuple(Finding("c", Severity.ERROR, text, text) for text in NASTY)
    stream = io.StringIO()
    github(stream).annotate(
        Report((ModReport("m", "1.0.0", ".", Status.FAILED, findings=findings),)), str
    )
    heard = runner_hears(stream.getvalue())
    assert len(heard) == 10
    assert [h.properties for h in heard[:9]] == [
        {"title": "c", "file": terminal(text)} for text in sorted(NASTY)[:9]
    ]
    assert "None" not in stream.getvalue()


@pytest.mark.parametrize("text", [*NASTY, "a\r\nb", "", "ü"])
def test_the_toolkit_and_our_own_lines_agree(text: str) -> None:
    pytest.importorskip("actions_toolkit")
    stream = io.StringIO()
    properties = {"title": text or "t", "file": "a,b:c%"}
    print_command(stream, "error", text, properties)
    assert stream.getvalue() == command("error", properties, text) + os.linesep


STEP = """
import sys
from pathlib import Path
if sys.argv[1] == "without":
    sys.modules["actions_toolkit"] = None
import os
from factorio_release.ci.detect import detect
from factorio_release.ci.streams import RedactedStream
from factorio_release.report.redaction import Redactor
ci = detect(os.environ)
ci.mask(ci.inputs["api-key"])
redactor = Redactor([ci.inputs["api-key"]])
sys.stdout = RedactedStream(sys.stdout, redactor, guard=True)
sys.stderr = RedactedStream(sys.stderr, redactor, guard=True)
for line in Path(sys.argv[2]).read_text("utf-8").splitlines():
    print(line)
print("the key is " + ci.inputs["api-key"], end="")
print(" and", repr(ci.inputs["api-key"].encode()))
ci.write_outputs({"notes": Path(sys.argv[2]).read_text("utf-8")})
ci.write_summary("### done")
assert "requests" not in sys.modules
assert "actions_toolkit.github" not in sys.modules
raise RuntimeError("::error::with the key " + ci.inputs["api-key"])
"""


@pytest.mark.parametrize("toolkit", ["with", "without"])
def test_the_runner_understands_a_real_step(
    toolkit: str,
    files: tuple[Path, Path],
    runner_hears: Callable[[str], list[Any]],
    runner_reads: Callable[[str], dict[str, str]],
    shown_lines: Callable[[str], list[str]],
) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "GITHUB_ACTIONS": "true",
        "INPUT_API-KEY": KEY,
        "GITHUB_OUTPUT": str(files[0]),
        "GITHUB_STEP_SUMMARY": str(files[1]),
    }
    nasty = Path(__file__).with_name("nasty.txt")
    done = subprocess.run(
        [sys.executable, "-c", STEP, toolkit, str(nasty)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    log = done.stdout
    heard = runner_hears(log)
    assert {command.name for command in heard} == {"add-mask"}
    assert heard[0].data == KEY
    assert log.startswith("::add-mask::")
    shown = "\n".join(shown_lines(log))
    assert KEY not in shown
    assert "the key is *** and b'***'" in shown
    assert "with the key ***" in shown
    assert "Traceback" in shown
    assert runner_reads(files[0].read_text("utf-8")) == {"notes": nasty.read_text("utf-8")}
    assert files[1].read_text("utf-8") == "### done"
