"""Scenarios, and processes that break them."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from factorio_release.local_portal import LocalPortal
from tests.conftest import KEY, ModRepository, environment, png
from tests.faults.stages import Stage, first_publish, next_release, three_mods, without_git
from tests.faults.verdict import faults_of
from tests.support.forks import for_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORKERS = int(os.environ.get("FAULT_WORKERS", "3"))
settings.register_profile("faults", deadline=None, suppress_health_check=list(HealthCheck))


class Pictured(ModRepository):
    """A repository that can draw."""

    picture = staticmethod(png)


class Laboratory:
    """Processes that carry out cases at the same time; they begin when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._free: queue.LifoQueue[subprocess.Popen[str] | None] = queue.LifoQueue()
        for _ in range(WORKERS):
            self._free.put(None)

    def results(self, cases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give what each case led to, in order; a case that cannot be carried out is an error."""
        with ThreadPoolExecutor(WORKERS) as threads:
            return list(threads.map(self._result, cases))

    def result(self, case: dict[str, Any]) -> dict[str, Any]:
        return self.results([case])[0]

    def _result(self, case: dict[str, Any]) -> dict[str, Any]:
        worker = self._free.get() or self._worker()
        try:
            assert worker.stdin
            assert worker.stdout
            worker.stdin.write(json.dumps(case) + "\n")
            worker.stdin.flush()
            answer: dict[str, Any] = json.loads(worker.stdout.readline())
        finally:
            self._free.put(worker)
        if "broken" in answer:
            raise AssertionError(f"{answer['broken']} in the case {case}")
        return answer

    def _worker(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("laboratory.py")), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(**for_processes(environment())),
        )

    def close(self) -> None:
        while not self._free.empty():
            worker = self._free.get()
            if worker is not None:
                worker.communicate(timeout=600)


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    running = Laboratory(tmp_path_factory.mktemp("laboratory"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """Give the scenarios by name; the second begins where the first one ends."""
    from factorio_release.cli.main import main  # noqa: PLC0415 only where these tests run

    folder = tmp_path_factory.mktemp("stages")
    first = first_publish(Pictured, folder / "first" / "lamp-post")
    following = next_release(Pictured, folder / "next" / "lamp-post")
    plain = [
        without_git(made, folder / name / "plain")
        for name, made in (("first", first), ("next", following))
    ]
    with LocalPortal(
        keys={KEY: ("publish", "upload", "edit")}, state_dir=folder / "state"
    ) as portal:
        options = [f"--portal-url={portal.url}", f"--output-dir={folder / 'dist'}", "--yes"]
        assert main(["release", plain[0], *options], {"FACTORIO_API_KEY": KEY}) == 0
    return {
        "publish": Stage("publish", plain[0], checkout=first),
        "release": Stage("release", plain[1], str(folder / "state"), following),
    }


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Give three mods in one run: the first is on the portal already, the others are new."""
    folder = tmp_path_factory.mktemp("several")
    with LocalPortal(state_dir=folder / "state") as portal:
        portal.seed_mod("lamp-post", releases=["0.9.0"])
    mods = without_git(three_mods(Pictured, folder / "made"), folder / "mods")
    return Stage("several", f"{mods}/*", str(folder / "state"))


@pytest.fixture(scope="session")
def unbroken(laboratory: Laboratory, stages: dict[str, Stage]) -> dict[str, dict[str, Any]]:
    """Give what an unbroken run of each scenario leads to, from its checkout."""
    found = laboratory.results(
        [stage.case(again=2) | {"repo": stage.checkout} for stage in stages.values()]
    )
    for result in found:
        assert faults_of(result, result["state"]) == []
    return dict(zip(stages, found, strict=True))


@dataclass
class Answered:
    """How one run in this process ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answered]:
    """Run the program in this process, without sleeping, in an empty working directory."""
    from factorio_release.cli.main import main  # noqa: PLC0415 only where these tests run

    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    monkeypatch.chdir(work)

    def running(*arguments: str, **environ: str) -> Answered:
        code = main(arguments, {"FACTORIO_API_KEY": KEY} | environ, lambda _seconds: None)
        out, err = capsys.readouterr()
        return Answered(code, out, err)

    return running
