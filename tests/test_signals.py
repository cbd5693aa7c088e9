"""A run that is stopped ends with a report of what is public, whenever the signal comes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support import forks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

    Start = Callable[..., "Run"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")

# Stands in for a module: reports that it is being imported, waits, and then becomes the real one.
IN_THE_MIDDLE = """
import importlib, os, sys
folder = os.path.dirname(os.path.abspath(__file__))
if not os.path.exists(os.path.join(folder, "imported")):
    os.mkdir(os.path.join(folder, "imported"))
    with open(os.path.join(folder, "reached"), "w") as reached:
        reached.write("x")
    with open(os.path.join(folder, "go-on")) as go_on:
        go_on.read(1)
sys.path = [entry for entry in sys.path if os.path.abspath(entry) != folder]
del sys.modules[__name__]
sys.modules[__name__] = importlib.import_module(__name__)
"""


class Run:
    """The program as a process in a mod's folder, with a report and a runner's output file."""

    def __init__(
        self, folder: Path, portal: LocalPortal, key: str, *paths: str, **env: str
    ) -> None:
        self.folder = folder
        self.output = folder / "output.txt"
        self.report = folder / "report.json"
        words = [
            "release",
            *(paths or (".",)),
            "--report",
            "report.json",
            "--portal-url",
            portal.url,
        ]
        more = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_OUTPUT": str(self.output),
            "FACTORIO_API_KEY": key,
        } | env
        words += ["--verify-timeout", "1", "--timeout", "20"]
        self.process = forks.start(words, environment(**more), folder)

    def send(self, name: str) -> None:
        self.process.send_signal(getattr(signal, name))

    def ended(self) -> dict[str, Any]:
        """Wait for the end, and give the report; the exit code is the interrupted run's."""
        out, err = self.process.communicate(timeout=600)
        assert self.process.returncode == 130, out + err
        assert "Traceback" not in err
        assert "changed<<" in self.output.read_text("utf-8")
        report: dict[str, Any] = json.loads(self.report.read_text("utf-8"))
        assert report["exit_code"] == 130
        return report


@pytest.fixture
def start(portal: LocalPortal, key: str) -> Iterator[Start]:
    """Give what starts the program; none outlives its test."""
    runs: list[Run] = []

    def begin(folder: Path, *paths: str, **env: str) -> Run:
        runs.append(Run(folder, portal, key, *paths, **env))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.communicate()


@pytest.fixture
def middle(tmp_path: Path) -> Path:
    """A folder on the module search path, with the pipes by which a module in it reports and waits."""
    folder = tmp_path / "middle"
    folder.mkdir()
    os.mkfifo(folder / "reached")
    os.mkfifo(folder / "go-on")
    return folder


# The first is imported before the program begins, and the last when it is ready to write: there each signal
# comes. Between these are the modules for its settings and for its checks.
CASES = [(module, name) for module in ("argparse", "requests") for name in SIGNALS]
CASES += [("yaml", "SIGINT"), ("lupa", "SIGTERM")]


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_signal_while_a_module_is_imported(
    start: Start, repository: Any, portal: LocalPortal, middle: Path, case: tuple[str, str]
) -> None:
    module, name = case
    (middle / f"{module}.py").write_text(IN_THE_MIDDLE)
    run = start(repository.root, PYTHONPATH=str(middle))
    assert (middle / "reached").read_text() == "x"  # waits for the module
    run.send(name)
    go_on = os.open(middle / "go-on", os.O_RDWR)  # there need not be a reader any more
    os.write(go_on, b"x")
    report = run.ended()
    os.close(go_on)
    assert "nothing was written" in report["mods"][0]["error"]
    assert portal.state.mods == {}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_in_the_second_of_two_mods(
    start: Start, make_repository: Any, tmp_path: Path, portal: LocalPortal, name: str
) -> None:
    for mod in ("mod-a", "mod-b"):
        make_repository(mod)
    gate = portal.hold(1, "init_publish")
    first = portal.hold(2, "init_publish")
    run = start(tmp_path, "mod-a", "mod-b")
    gate.wait()
    gate.release()
    first.wait()
    run.send(name)
    first.release(proceed=False)
    report = run.ended()
    assert [(mod["mod"], mod["changed"]) for mod in report["mods"]] == [
        ("mod-a", True),
        ("mod-b", False),
    ]
    assert report["mods"][0]["status"] == "published"
    assert set(portal.state.mods) == {"mod-a"}


@pytest.mark.parametrize("second", ["SIGINT", "SIGTERM"])
def test_a_second_signal_gives_up_asking_and_still_reports(
    start: Start, repository: Any, portal: LocalPortal, second: str
) -> None:
    """The first one is followed by one request: is it public? The second comes while that is under way."""
    writing = portal.hold(1, "finish_publish", after=True)
    run = start(repository.root)
    writing.wait()
    asking = portal.hold(1, "mod_full")
    run.send("SIGINT")
    writing.release()
    asking.wait()
    run.send(second)
    asking.release(proceed=False)
    (mod,) = run.ended()["mods"]
    assert "public is not known" in mod["error"]
    assert mod["hint"]


def test_the_same_signal_again_does_not_stop_the_report(
    start: Start, repository: Any, portal: LocalPortal
) -> None:
    """As a supervisor sends it to the process and to its group."""
    writing = portal.hold(1, "finish_publish", after=True)
    run = start(repository.root)
    writing.wait()
    asking = portal.hold(1, "mod_full")
    run.send("SIGTERM")
    writing.release()
    asking.wait()
    run.send("SIGTERM")
    asking.release()
    (mod,) = run.ended()["mods"]
    assert "is public" in mod["error"]
    assert mod["changed"]


def test_a_signal_after_the_end_keeps_the_exit_code_of_the_report(repository: Any) -> None:
    """The report is written; what is printed is more than a pipe holds, and nobody reads it."""
    for number in range(400):
        repository.write(f"scripts/{number}.lua", "x =\n")
    repository.save()
    report = repository.root / "report.json"
    words = ["check", "--format", "json", "--fail-on", "warning", "--report", "report.json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "factorio_release", *words],
        cwd=repository.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.read(1) == "{"  # printing has begun, so that the report is there
    written = json.loads(report.read_text("utf-8"))
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == written["exit_code"] == 3
    assert len(written["mods"][0]["findings"]) == 400
    with pytest.raises(json.JSONDecodeError):  # the signal came in the middle
        json.loads("{" + out)


# Stands in for a module, and leaves something behind that waits while Python takes its modules down.
AT_THE_END = """
import importlib, os, sys, types
class Last:
    def __del__(self, write=os.write, read=os.read, reached=os.open({reached!r}, os.O_RDWR),
                go_on=os.open({go_on!r}, os.O_RDWR)):
        write(reached, b"x")
        read(go_on, 1)
sys.modules["last"] = types.ModuleType("last")
sys.modules["last"].one = Last()
""" + IN_THE_MIDDLE[IN_THE_MIDDLE.index("sys.path =") :]


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_while_python_shuts_down_changes_nothing(
    repository: Any, middle: Path, name: str
) -> None:
    reached, go_on = (os.open(middle / pipe, os.O_RDWR) for pipe in ("reached", "go-on"))
    code = AT_THE_END.format(reached=str(middle / "reached"), go_on=str(middle / "go-on"))
    (middle / "yaml.py").write_text(f"folder = {str(middle)!r}\n{code}")
    process = subprocess.Popen(
        [sys.executable, "-m", "factorio_release", "check"],
        cwd=repository.root,
        env=environment(PYTHONPATH=str(middle)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert os.read(reached, 1) == b"x"
    process.send_signal(getattr(signal, name))
    os.write(go_on, b"x")
    _, err = process.communicate(timeout=600)
    assert (process.returncode, "Traceback" in err) == (0, False)
    os.close(reached)
    os.close(go_on)


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_a_signal_that_was_ignored_before_stays_ignored(
    repository: Any, portal: LocalPortal, key: str, name: str
) -> None:
    """As `nohup` and a shell's `&` set it."""
    gate = portal.hold(1)
    words = [
        sys.executable,
        "-m",
        "factorio_release",
        "release",
        "--yes",
        "--portal-url",
        portal.url,
    ]
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"trap '' {name.removeprefix('SIG')}; exec \"$@\"", "sh", *words],
        cwd=repository.root,
        env=environment(FACTORIO_API_KEY=key),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    gate.wait()
    process.send_signal(getattr(signal, name))
    gate.release()
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, out + err
    assert set(portal.state.mods) == {"lamp-post"}
