"""A program within bounds: whatever it does, it ends, and so does everything that it has started."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.load.headless.process import GameLimits, run_program

if TYPE_CHECKING:
    from factorio_release.load.headless.process import ProcessEnd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the headless build is for Linux")
MIB = 1024 * 1024


def run(folder: Path, script: str, *, until: bytes = b"", **limits: Any) -> ProcessEnd:
    """Run a shell script."""
    given = GameLimits(**({"seconds": 30} | limits))
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    command = ("/bin/sh", "-c", script)
    return run_program(command, folder, given, until=until, environment=environment)


def test_what_a_program_gets_and_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTORIO_API_KEY", "canary")
    end = run(
        tmp_path, "echo out; echo err >&2; read line || echo no input; pwd; /usr/bin/env; exit 3"
    )
    lines = end.output.decode().splitlines()
    assert (end.code, end.stopped) == (3, "")
    assert lines[:4] == ["out", "err", "no input", str(tmp_path)]
    assert "canary" not in end.output.decode()
    assert {line.partition("=")[0] for line in lines[4:]} <= {
        "HOME",
        "PATH",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
    }


@pytest.mark.parametrize(
    ("script", "limits", "stopped"),
    [
        ("sleep 1000", {"seconds": 0.2}, "it did not end within 0.2 seconds"),
        ("trap '' TERM INT HUP; while :; do :; done", {"seconds": 0.2}, "it did not end within 0.2 seconds"),
        ("yes ::error::flood", {"log_bytes": MIB, "seconds": 5}, "it printed more than 1 MiB"),
        ("head -c 3000000 /dev/zero | tr '\\0' x > big; sleep 1000", {"disk_bytes": MIB},
         "it wrote more than 1 MiB to the disk"),
        (f"exec {sys.executable} -c 'import time; x = bytearray(b\"x\" * 200000000); time.sleep(1000)'",
         {"memory_bytes": 100 * MIB}, "it needed more than 100 MiB of memory"),
    ],
)  # fmt: skip
def test_a_bound_ends_it(tmp_path: Path, script: str, limits: dict[str, Any], stopped: str) -> None:
    end = run(tmp_path, script, **limits)
    assert end.stopped == stopped
    assert end.code == -9
    assert len(end.output) <= MIB


def test_its_children_end_with_it(tmp_path: Path) -> None:
    """A child that holds the pipe open would be waited for otherwise, and would go on."""
    end = run(tmp_path, "sleep 1000 & echo $! > child; echo done")
    assert (end.code, end.output) == (0, b"done\n")
    child = int((tmp_path / "child").read_text())
    while is_running(child):  # it was killed, and may be on its way
        time.sleep(0.001)


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def test_a_line_ends_it(tmp_path: Path) -> None:
    script = "echo 'a RESULT:no'; printf 'RES'; printf 'ULT:yes\\n'; sleep 1000"
    end = run(tmp_path, script, until=b"RESULT:")
    assert (end.seen, end.stopped) == (True, "")
    assert end.output == b"a RESULT:no\nRESULT:yes\n"
    assert not run(tmp_path, "echo 'a RESULT:no'", until=b"RESULT:").seen


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_program((str(tmp_path / "gone"),), tmp_path, GameLimits())
