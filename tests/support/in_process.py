"""The program in the process of the test: for what needs no process of its own, 0.3 s faster."""

from __future__ import annotations

import json
import os
from contextlib import chdir
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factorio_release.cli.main import main
from tests.conftest import Program, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pytest

    from tests.conftest import Ran


@dataclass(frozen=True)
class Answer:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def mods(self) -> list[dict[str, Any]]:
        """The mods of a run with `--format json`."""
        assert self.out, self.err
        mods: list[dict[str, Any]] = json.loads(self.out)["mods"]
        return mods

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of all its mods."""
        return [finding for mod in self.mods for finding in mod["findings"]]

    @property
    def codes(self) -> set[str]:
        """The codes of all findings."""
        return {finding["code"] for finding in self.findings}


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str, **environ: str) -> Answer:
    """Run a command in the working directory, with nothing of the machine's environment but PATH.

    It does not sleep between two requests: see `InProcess`.
    """
    return run_with(capsys, lambda _seconds: None, *arguments, **environ)


def run_with(
    capsys: pytest.CaptureFixture[str],
    sleep: Callable[[float], None],
    *arguments: str,
    **environ: str,
) -> Answer:
    """Run a command as `run_here` does; `sleep` takes the waits between two requests."""
    capsys.readouterr()
    code = main(arguments, {"PATH": os.environ["PATH"], **environ}, sleep)
    out, err = capsys.readouterr()
    return Answer(code, out, err)


class InProcess(Program):
    """The program in the process of the test, in a working directory of its own; it never sleeps.

    `waits` has the seconds of each wait between two requests. They count as if they had passed: in what is
    left of `run-timeout` and of `verify-timeout`.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder)
        self.waits: list[float] = []
        self._capsys = capsys

    def __call__(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Ran:
        self._capsys.readouterr()
        with chdir(cwd or self.folder):
            code = main(self.with_report(arguments), environment(**(env or {})), self.waits.append)
        return self.ended(code, *self._capsys.readouterr())

    def entry(self, env: Mapping[str, str]) -> Ran:
        """Run the command that the container's entry hands over to."""
        return self("action", env=env)
