"""A run of many mods reads and checks some of them in processes beside it: the same report, cleanly ended."""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.package.file_set import DiskFile
from tests.conftest import environment
from tests.support.monorepo import Mods

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is copied")

# Each prints a line. What waits for another process ends only if that one works at the same time.
WORK = """
import os, signal, sys
from factorio_release.pipeline.side_processes import SideProcesses

folder = sys.argv[1]

def mark(name):
    os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY))

def meet(number):
    with open(os.path.join(folder, "pipe"), "rb" if number == 0 else "wb") as pipe:
        pipe.read() if number == 0 else pipe.write(b"x")
    return b"met"

def answer(number):
    mark(f"begun-{number}")
    if number in (3, 6):
        os.kill(os.getpid(), signal.SIGKILL)
    return str(number).encode() * 100_000  # more than a pipe holds

os.mkfifo(os.path.join(folder, "pipe"))
with SideProcesses(meet, 2, 2) as side:
    print(side.take(0), side.take(1))
with SideProcesses(answer, 9, 2) as side:
    most, taken = 0, []
    for number in range(9):
        taken.append(side.take(number))
        begun = sum(name.startswith("begun") for name in os.listdir(folder))
        most = max(most, begun - number)
print([one[:1].decode() for one in taken], sorted({len(one) for one in taken}), most <= 5)
with SideProcesses(lambda number: signal.pause() or b"", 5, 2):
    pass
with SideProcesses(lambda number: [][number], 2, 1) as side:
    print(side.take(0), side.take(1))
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("all have ended")
"""


def test_processes_work_at_once_and_end_with_the_block(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    met, answers, failed, ended = done.stdout.splitlines()
    assert met == "b'met' b'met'"
    # Both processes have ended after the sixth: the others are left to the run.
    assert answers == "['0', '1', '2', '', '4', '5', '', '', ''] [0, 100000] True"
    assert failed == "b'' b''"
    assert ended == "all have ended"
    assert "Traceback" not in done.stdout


def test_what_another_process_has_read_may_not_change_either(tmp_path: Path) -> None:
    path = tmp_path / "data.lua"
    path.write_text("x = 1\n")
    file = DiskFile("data.lua", 6, path)
    file.read()
    there: DiskFile = pickle.loads(pickle.dumps(file))
    assert there.read() == b"x = 1\n"
    path.write_text("x = 2\n")
    with pytest.raises(ModError, match="changed while the mod was being read"):
        there.read()


PROGRAM = """
import os, sys
forks = []
sys.addaudithook(lambda event, _: event == "os.fork" and forks.append(event))
cores = sys.argv.pop(1)
if cores == "1":
    os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
from factorio_release.cli.main import main
code = main(sys.argv[1:])
print("forks:", len(forks), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def mods(tmp_path: Path) -> Mods:
    """Ten mods, of which some are wrong, each in its own way, and a zip."""
    tree = Mods(tmp_path / "repository")
    for number in range(10):
        needs = (f"mod-{number - 1} >= 1.0.0",) if number else ()
        tree.add(f"mod-{number}", *needs)
    tree.write("mods/mod-2/data.lua", "x = = 1\n")
    tree.write("mods/mod-4/info.json", "{")
    tree.write("mods/mod-5/locale/en/a.cfg", "[item-name]\nno sign\n")
    tree.commit()
    (tree.root / "mods/mod-7/info.json").unlink()
    tree.zip("zipped", version="1.0.0")
    return tree


def run(mods: Mods, cores: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    paths = [str(path) for path in (mods.root / "mods").iterdir()]
    paths += [str(path) for path in (mods.root / "dist").iterdir()]
    words = [sys.executable, "-c", PROGRAM, cores, command, *sorted(paths), *options]
    return subprocess.run(
        words,
        cwd=mods.root.parent,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.parametrize("command", ["check", "build"])
def test_the_report_is_that_of_one_after_the_other(mods: Mods, command: str) -> None:
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("one core")
    told = {}
    for cores in ("1", "all"):
        done = run(mods, cores, command, "--format", "json", "--output-dir", "dist")
        assert "forks: 0" in done.stderr if cores == "1" else "forks: 0" not in done.stderr
        log = re.sub(r"forks: \d+", "", done.stderr)
        told[cores] = (done.returncode, json.loads(done.stdout), log)
    assert told["1"] == told["all"]
    assert told["1"][0] == 3


def test_ctrl_c_ends_the_processes_too(mods: Mods, tmp_path: Path) -> None:
    """The run waits for a portal that does not answer, and the processes for the run."""
    with socket.create_server(("127.0.0.1", 0)) as portal:
        url = f"http://127.0.0.1:{portal.getsockname()[1]}"
        paths = [str(mods.root / "mods" / f"mod-{number}") for number in (0, 1, 3, 5, 6, 8, 9)]
        words = [
            "plan",
            *paths,
            str(mods.root / "mods/mod-2"),
            "--portal-url",
            url,
            "--report",
            "r.json",
        ]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "all", *words],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        portal.settimeout(300)
        connection, _ = portal.accept()
        with connection:
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(300) == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert json.loads((tmp_path / "r.json").read_text())["exit_code"] == 130
