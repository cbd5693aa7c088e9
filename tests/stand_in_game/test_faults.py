"""Each fault of the stand-in does what its name says."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support.stand_in_game.program.faults import COMMANDS

if TYPE_CHECKING:
    from tests.stand_in_game.conftest import Game

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script with #!")

CONTROL = {"control.lua": "script.on_init(function() end)"}


def test_a_fault_that_does_not_exist_is_told(game: Game) -> None:
    game.faults("exit0")
    run = game.run("--dump-data")
    assert run.returncode == 1
    assert "no fault 'exit0'" in run.stdout


def test_exit_0_with_an_error(game: Game) -> None:
    game.mod({"data.lua": 'error("no")'})
    game.faults("exit-0")
    run = game.run("--dump-data")
    assert run.returncode == 0
    assert "Failed to load mod" in run.stdout


def test_absent(game: Game) -> None:
    game.mod(CONTROL)
    game.faults("absent=andon-lamps")
    run = game.run("--create", game.save)
    assert run.returncode == 0
    assert "andon-lamps" not in run.stdout


def test_translated(game: Game) -> None:
    game.mod({"control.lua": 'error("no")'})
    game.faults("translated")
    run = game.run("--create", game.save)
    assert "Fehler: Der Mod Andon lamps (1.2.3) hat einen" in run.stdout
    assert "Error" not in run.stdout


@pytest.mark.parametrize(
    ("stage", "last_line"), [("start", None), ("data", "(data.lua)"), ("run", "initialised")]
)
def test_hang_and_deaf(game: Game, stage: str, last_line: str | None) -> None:
    game.faults(f"hang={stage}", "deaf")
    with game.start("--create", game.save) as hanging:
        assert hanging.stdout
        if last_line:
            while last_line not in hanging.stdout.readline():
                pass
            hanging.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            hanging.wait(0.2)
        hanging.kill()
    assert not game.save.exists()


def test_crash_without_a_log(game: Game) -> None:
    game.faults("crash=start")
    run = game.run("--create", game.save)
    assert run.returncode == -signal.SIGSEGV
    assert not run.stdout
    assert not game.scratch.exists()


def test_crash_later(game: Game) -> None:
    game.faults("crash=run")
    run = game.run("--create", game.save)
    assert run.returncode == -signal.SIGSEGV
    assert game.log.endswith("initialised\n")
    assert not game.save.exists()


def test_saves(game: Game) -> None:
    game.faults("no-save")
    assert game.run("--create", game.save).returncode == 0
    assert not game.save.exists()
    game.faults("half-save")
    assert game.run("--create", game.save).returncode == 0
    assert game.save.stat().st_size
    assert not zipfile.is_zipfile(game.save)


def test_dumps(game: Game) -> None:
    game.faults("no-dump")
    assert game.run("--dump-data").returncode == 0
    assert not (game.scratch / "script-output").exists()
    game.faults("half-dump")
    assert game.run("--dump-data").returncode == 0
    with pytest.raises(ValueError, match="line 1"):
        game.dump()


def test_flood(game: Game) -> None:
    game.faults("flood=3000000")
    assert len(game.run("--dump-data").stdout) > 3_000_000
    game.faults("flood")
    with game.start("--dump-data") as flooding:
        assert flooding.stdout
        assert len(flooding.stdout.read(5_000_000)) == 5_000_000
        flooding.kill()


def test_commands_and_bytes(game: Game) -> None:
    game.faults("commands", "bytes")
    run = game.run("--dump-data")
    assert run.returncode == 0
    for text in COMMANDS:
        assert text.encode() in (game.scratch / "factorio-current.log").read_bytes()
    assert b"\xff\xfe\0 \xc3\n" in (game.scratch / "factorio-current.log").read_bytes()


def test_a_child_that_stays(game: Game) -> None:
    game.faults("child")
    with game.start("--dump-data") as parent:
        assert parent.wait() == 0
        with pytest.raises(subprocess.TimeoutExpired):
            parent.communicate(timeout=0.2)


def test_another_version(game: Game) -> None:
    game.faults("version=1.1.110")
    assert "Version: 1.1.110 (build" in game.run("--version").stdout
