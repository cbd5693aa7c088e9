"""What the tests of the whole program share: a mod in a git repository, the program as a process."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

import hypothesis
import pytest

from factorio_release.local_portal import LocalPortal
from tests.support import measured_threads, not_run
from tests.support.forks import start
from tests.support.git import git
from tests.support.work_tree import WorkTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.support.forks import Forked
    from tests.support.in_process import InProcess

KEY = "canary-key-0123456789abcdef"
ALL = ("publish", "upload", "edit")
ENTRY = Path(__file__).parents[1] / "entrypoint.py"


# The same examples in each run, and none is judged by its time: on a busy machine any may take long. The
# profile `thorough` looks for new ones.
_ANY_TIME = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("suite", _ANY_TIME, derandomize=True, max_examples=50)
hypothesis.settings.register_profile("thorough", _ANY_TIME, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure() -> None:
    """Keep what pytest makes of the asserts, and have signals arrive."""
    # Else each worker makes it anew in each run: 5 s of processor time. Images set PYTHONDONTWRITEBYTECODE.
    sys.dont_write_bytecode = False
    measured_threads.install_one_by_one()
    let_signals_arrive()


def let_signals_arrive() -> None:
    """Have signals arrive in the processes that tests start, also in a shell's background or under nohup.

    These start a process with signals ignored, and what it starts inherits that.
    """
    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            restored = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(number, restored)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return a worker more than there are processors: many tests wait for a portal's time."""
    affinity = getattr(os, "sched_getaffinity", None)
    return (len(affinity(0)) if affinity else os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    not_run.skip_the_rest(items)


def pytest_collection_finish() -> None:
    """Keep the thousands of tests from being searched for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = list(not_run.reasons(terminalreporter.stats.get("skipped", [])))
    if lines:
        terminalreporter.section("tests that did not run, and what they need")
        for line in lines:
            terminalreporter.line(line)


def png(shade: int = 0, width: int = 8, height: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class ModRepository:
    """A mod of its own in a git repository that can be edited and committed.

    The first of a name is made with git, the others are copies of it: three starts of git for each of a
    thousand tests take longer.
    """

    _made: ClassVar[dict[str, TemporaryDirectory[str]]] = {}

    def __init__(self, root: Path, name: str = "lamp-post") -> None:
        self.root = root
        self.name = name
        self.info: dict[str, Any] = {
            "name": name,
            "version": "1.0.0",
            "title": "Lamp post",
            "author": "demo",
            "factorio_version": "2.0",
            "dependencies": ["base >= 2.0.0"],
            "description": "Light at night.",
        }
        self.config: dict[str, Any] = {"category": "utilities", "license": "default_mit"}
        root.mkdir(parents=True, exist_ok=True)
        if name not in self._made:
            self.git("init", "--quiet", "--initial-branch=main", "--template=")
            self.write("control.lua", "script.on_init(function() end)\n")
            self.release("1.0.0")
            self._made[name] = TemporaryDirectory()
            shutil.copytree(root, self._made[name].name, dirs_exist_ok=True)
        else:
            shutil.copytree(self._made[name].name, root, dirs_exist_ok=True)

    def git(self, *arguments: str) -> str:
        return git(self.root, *arguments)

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        target.write_bytes(data)
        return target

    def release(self, version: str, **info: Any) -> None:
        """Set a version with its changelog section and commit everything."""
        self.info |= {"version": version, **info}
        section = f"{'-' * 99}\nVersion: {version}\nDate: 2026-01-01\n  Features:\n    - Lights {version}.\n"
        old = self.root / "changelog.txt"
        if f"Version: {version}\n" not in (text := old.read_text() if old.exists() else ""):
            self.write("changelog.txt", section + text)
        self.save()

    def save(self) -> None:
        """Write info.json and the config file as they are set, and commit."""
        self.write("info.json", json.dumps(self.info, indent=2) + "\n")
        self.write("factorio-release.yml", json.dumps(self.config, indent=1) + "\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")


@dataclass
class Ran:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str
    outputs: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def mod(self) -> dict[str, Any]:
        only: dict[str, Any] = self.report["mods"][0]
        return only


def environment(**more: str) -> dict[str, str]:
    """Return an environment with nothing of the machine's but what a process needs, and coverage's."""
    kept = {"PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG"}
    return {k: v for k, v in os.environ.items() if k in kept or k.startswith("COV")} | more


_HAS_REPORT = frozenset({"check", "build", "plan", "release", "page", "rehearse"})


class Program:
    """The program as a process, in a working directory of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Ran:
        return self.finish(self.start(*arguments, env=env, cwd=cwd))

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[str] | Forked:
        given = self.with_report(arguments)
        return start(given, environment(**(env or {})), cwd or self.folder)

    def with_report(self, arguments: tuple[str, ...]) -> tuple[str, ...]:
        """Add the path of the report, for a command that makes one."""
        if arguments and arguments[0] in _HAS_REPORT:
            return (*arguments, "--report", str(self.folder / "report.json"))
        return arguments

    def entry(self, env: Mapping[str, str]) -> Ran:
        """Run what the container runs; off POSIX, the command that it hands over to."""
        if sys.platform == "win32":
            return self("action", env=env)
        command = [sys.executable, "-I", str(ENTRY)]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self.finish(process)

    def finish(self, process: subprocess.Popen[str] | Forked, timeout: float = 600) -> Ran:
        out, err = process.communicate(timeout=timeout)
        return self.ended(process.wait(), out, err)

    def ended(self, code: int, out: str, err: str) -> Ran:
        path = self.folder / "report.json"
        report = json.loads(path.read_text("utf-8")) if path.exists() else {}
        path.unlink(missing_ok=True)
        return Ran(code, out, err, report=report)


@pytest.fixture
def picture() -> Callable[..., bytes]:
    return png


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    return WorkTree(tmp_path / "repository").init().write_info()


@pytest.fixture
def repository(tmp_path: Path) -> ModRepository:
    return ModRepository(tmp_path / "lamp-post")


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[[str], ModRepository]:
    return lambda name: ModRepository(tmp_path / name, name)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "work"
    folder.mkdir()
    return Program(folder)


@pytest.fixture
def without_waits(program: Program, capsys: pytest.CaptureFixture[str]) -> InProcess:
    """Give the program in this process, which does not sleep: see `InProcess`."""
    from tests.support.in_process import InProcess  # noqa: PLC0415 it imports this module

    return InProcess(program.folder, capsys)


@pytest.fixture
def portal() -> Iterator[LocalPortal]:
    with LocalPortal(keys={KEY: ALL}) as running:
        yield running
        assert running.defects == []


@pytest.fixture
def key() -> str:
    return KEY
