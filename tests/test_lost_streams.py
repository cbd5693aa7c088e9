"""A standard stream that is full, closed or without a reader changes nothing but what is printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support import forks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.local_portal import LocalPortal

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="descriptors and limits as POSIX has them"
)
KINDS = ("full", "closed", "deserted")
REASONS = {"full": "No space left on device", "closed": "it is closed"}


@contextmanager
def broken(kind: str) -> Iterator[int]:
    """Give a descriptor that takes nothing: a full disk, or a pipe whose reader is gone."""
    if kind == "deserted":
        reading, descriptor = os.pipe()
        os.close(reading)
    else:
        descriptor = os.open("/dev/full" if kind == "full" else os.devnull, os.O_WRONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


# Closes what the first word names, and becomes the rest. A shell would drop variables such as INPUT_API-KEY.
CLOSED = "import os, sys; [os.close(int(one)) for one in sys.argv[1]]; os.execv(sys.argv[2], sys.argv[2:])"


def run(
    arguments: Sequence[str], cwd: Path, lost: Sequence[str], kind: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the program with some of its streams lost."""
    numbers = "".join("1" if name == "stdout" else "2" for name in lost)
    with broken(kind) as descriptor:
        streams = {
            name: descriptor if name in lost else subprocess.PIPE for name in ("stdout", "stderr")
        }
        if kind != "closed":
            return forks.run(arguments, environment(**env), cwd, timeout=600, **streams)
        return subprocess.run(
            [
                sys.executable,
                "-c",
                CLOSED,
                numbers,
                sys.executable,
                "-m",
                "factorio_release",
                *arguments,
            ],
            cwd=cwd,
            env=environment(**env),
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=600,
            stdout=streams["stdout"],
            stderr=streams["stderr"],
        )


CASES = [
    (kind, lost, "text")
    for kind in KINDS
    for lost in (("stdout",), ("stderr",), ("stdout", "stderr"))
] + [("full", ("stdout",), "json"), ("full", ("stdout",), "github")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_release_ends_as_if_the_streams_were_there(
    repository: Any,
    portal: LocalPortal,
    key: str,
    tmp_path: Path,
    case: tuple[str, tuple[str, ...], str],
) -> None:
    kind, lost, form = case
    runner = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    runner |= {
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "INPUT_API-KEY": key,
        "INPUT_FORMAT": form,
    }
    runner |= {
        "INPUT_PORTAL-URL": portal.url,
        "INPUT_REPORT": "report.json",
        "INPUT_MODE": "release",
    }
    ran = run(["action"], repository.root, lost, kind, **runner)
    assert ran.returncode == 0
    report = json.loads((repository.root / "report.json").read_text("utf-8"))
    (mod,) = report["mods"]
    assert (mod["status"], mod["changed"], report["exit_code"]) == ("published", True, 0)
    assert [record.endpoint for record in portal.log].count("finish_publish") == 1
    assert re.search(r"^changed<<.*\ntrue$", (tmp_path / "output").read_text("utf-8"), re.MULTILINE)
    assert "lamp-post" in (tmp_path / "summary").read_text("utf-8")
    if "stderr" not in lost:
        assert "Traceback" not in ran.stderr
        is_told = (
            kind != "deserted" and form != "github"
        )  # which prints nothing when nothing was found
        assert (REASONS.get(kind, "\0") in ran.stderr) == is_told


# What is run for its output; the first three end in ways of their own: a command, a report, and argparse.
FOR_OUTPUT = [
    ("notes",),
    ("check", "--format", "json"),
    ("--version",),
    ("mods",),
    ("cache", "key"),
    ("completion", "bash"),
    ("bump", "minor"),
    ("build", "--format", "sarif"),
    ("check", "--help"),
]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [(arguments, "full") for arguments in FOR_OUTPUT]
    + [(arguments, kind) for arguments in FOR_OUTPUT[:3] for kind in ("closed", "deserted")],
    ids=str,
)
def test_what_is_run_for_its_output_fails_without_it(
    repository: Any, arguments: tuple[str, ...], kind: str
) -> None:
    ran = run(arguments, repository.root, ("stdout",), kind)
    assert "Traceback" not in ran.stderr
    if kind == "deserted":  # as `head` leaves when it has what it wanted
        assert (ran.returncode, "standard output" in ran.stderr) == (0, False)
    else:
        assert ran.returncode == 2
        assert (
            f"warning: standard output cannot take what is printed: {REASONS[kind]}\n" in ran.stderr
        )


@pytest.mark.parametrize("kind", ["full", "closed"])
def test_a_check_for_people_keeps_its_own_exit_code(repository: Any, kind: str) -> None:
    assert run(["check"], repository.root, ("stdout",), kind).returncode == 0
    repository.write("info.json", "{}")
    assert run(["check"], repository.root, ("stdout",), kind).returncode == 3
    assert run(["check", "--format", "json"], repository.root, ("stdout",), kind).returncode == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_use_keeps_its_exit_code_without_anybody_to_tell(
    repository: Any, kind: str
) -> None:
    assert run(["check", "--farce"], repository.root, ("stdout", "stderr"), kind).returncode == 2


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="asks Linux which file a descriptor is"
)
def test_a_closed_stream_is_no_place_for_the_next_file(
    repository: Any, portal: LocalPortal
) -> None:
    """Else what a library prints would go into the connection to the portal."""
    gate = portal.hold(1)
    command = [sys.executable, "-c", CLOSED, "012", sys.executable, "-m", "factorio_release"]
    process = subprocess.Popen(
        [*command, "plan", "--portal-url", portal.url], cwd=repository.root, env=environment()
    )
    gate.wait()
    places = [str(Path(f"/proc/{process.pid}/fd/{number}").readlink()) for number in range(3)]
    gate.release()
    assert process.wait(timeout=600) == 0
    assert places == [os.devnull] * 3


def test_nobody_is_asked_on_a_closed_standard_input(
    repository: Any, portal: LocalPortal, key: str
) -> None:
    words = [sys.executable, "-m", "factorio_release", "release", "--portal-url", portal.url]
    ran = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *words],
        cwd=repository.root,
        env=environment(FACTORIO_API_KEY=key),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "add --yes" in ran.stderr) == (2, True)


def test_a_disk_that_fills_up_during_a_release_is_a_warning(
    repository: Any, portal: LocalPortal, key: str, tmp_path: Path
) -> None:
    """The limit leaves room for the package, and none for the report and the outputs."""
    output = tmp_path / "output"
    output.write_text("earlier=1\n")
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_OUTPUT": str(output),
        "INPUT_PORTAL-URL": portal.url,
    }
    env |= {"INPUT_API-KEY": key, "INPUT_REPORT": "report.json"}
    limits = {"RLIMIT_FSIZE": 1200}
    ran = forks.run(("action",), environment(**env), repository.root, limits=limits)
    assert ran.returncode == 0, ran.stderr
    assert "warning: the report report.json could not be written: File too large" in ran.stderr
    assert f"::warning::{output} could not be written: File too large" in ran.stderr
    assert not list(repository.root.glob("*report.json*"))
    assert output.read_text() == "earlier=1\n"
    assert set(portal.state.mods) == {"lamp-post"}


def test_outputs_name_no_report_that_is_not_there(
    repository: Any, portal: LocalPortal, key: str, tmp_path: Path
) -> None:
    gate = portal.hold(1, "finish_publish")
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "INPUT_API-KEY": key,
    }
    env |= {"INPUT_PORTAL-URL": portal.url, "INPUT_REPORT": "report.json"}
    process = subprocess.Popen(
        [sys.executable, "-m", "factorio_release", "action"],
        cwd=repository.root,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    gate.wait()
    (repository.root / "report.json").mkdir()
    gate.release()
    _, err = process.communicate(timeout=600)
    assert (process.returncode, "report.json is not a regular file" in err) == (0, True)
    outputs = dict(
        re.findall(r"^([a-z-]+)<<.*\n(.*)$", (tmp_path / "output").read_text("utf-8"), re.MULTILINE)
    )
    assert (outputs["status"], outputs["changed"], outputs["report"]) == ("published", "true", "")
