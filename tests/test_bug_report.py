"""A bug of ours is reported with all that is needed to reproduce it, and without a secret."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release import __version__
from factorio_release.bug_report import shell_command
from tests.conftest import environment

if TYPE_CHECKING:
    from pathlib import Path

KEY = "canary-key-0123456789abcdef"
# The program with an environment that raises when SOURCE_DATE_EPOCH is read: a bug after the settings.
PROGRAM = """
import os, sys
from factorio_release.cli.main import main

class Raising(dict):
    def get(self, name, default=None):
        if name == "SOURCE_DATE_EPOCH":
            raise RuntimeError("a problem of this program")
        return super().get(name, default)

sys.exit(main(sys.argv[1:], Raising(os.environ)))
"""


def test_a_bug_before_the_run_has_versions_and_the_command(repository: Any, tmp_path: Path) -> None:
    env = environment(
        FACTORIO_API_KEY=KEY, FACTORIO_RELEASE_API_KEY=KEY, FACTORIO_RELEASE_TITLE="Lamp post"
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", str(repository.root), "--exclude", "a b"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "RuntimeError: a problem of this program" in done.stderr
    git = subprocess.run(
        ["git", "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert (
        f"factorio-release {__version__}, Python {platform.python_version()}, {git}\n"
        in done.stderr
    )
    assert f"system: {platform.platform()}\n" in done.stderr
    command = f"FACTORIO_RELEASE_TITLE='Lamp post' factorio-release check {repository.root} --exclude 'a b'"
    assert f"command: {command}\n" in done.stderr
    assert "please report it with the lines above" in done.stderr
    assert KEY not in done.stderr


def test_in_a_ci_the_inputs_are_variables_of_the_command(repository: Any, tmp_path: Path) -> None:
    inputs = {"INPUT_MODE": "check", "INPUT_PATH": str(repository.root), "INPUT_API-KEY": KEY}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "action"],
        cwd=tmp_path,
        env=environment(GITHUB_ACTIONS="true", **inputs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (command,) = [line for line in done.stderr.splitlines() if line.startswith("command: ")]
    variables = f"FACTORIO_RELEASE_MODE=check FACTORIO_RELEASE_PATH={repository.root}"
    assert command == f"command: {variables} factorio-release action"


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["release", "--api-key", KEY, "mod"], "release --api-key '***' mod"),
        (["release", f"--api-key={KEY}"], "release '--api-key=***'"),
        (["release", f"--TOKEN={KEY}"], "release '--TOKEN=***'"),
        (["release", "--password", KEY], "release --password '***'"),
        (["release", "--api-key"], "release --api-key"),
        (["release", "--api-key-file", "key.txt"], "release --api-key-file key.txt"),
        (["notes", "1.0.0..", "a'b"], "notes 1.0.0.. 'a'\"'\"'b'"),
    ],
)
def test_the_command_has_no_secret(argv: list[str], shown: str) -> None:
    assert shell_command(argv, {}) == f"factorio-release {shown}"
