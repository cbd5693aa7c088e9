"""`scripts/real_game.py`, which asks the game itself, tried against the stand-in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environment
from tests.support import mini_game
from tests.support.stand_in_game import install

SCRIPT = Path(__file__).parents[3] / "scripts" / "real_game.py"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the headless build is for Linux")


def test_the_script_for_the_game_itself(tmp_path: Path) -> None:
    """With a game that hides a mod the same script fails."""
    program = install.install(tmp_path / "factorio")
    mini_game.fill_cache(tmp_path)
    places = (
        f"--game-path={tmp_path / 'factorio'}",
        f"--cache-dir={tmp_path / 'factorio-release'}",
    )
    command = [sys.executable, str(SCRIPT), "--logs", str(tmp_path / "logs"), *places]

    def run(*trials: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "--game-ticks=10", *(f"--only={one}" for one in trials)],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )

    done = run("whole", "error in on_tick")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "2 of 2 as expected in Factorio 2.0.90"
    assert len(list((tmp_path / "logs").glob("*.log"))) == 2
    install.set_faults(program, "absent=factorio-release-probe")
    done = run("whole")
    assert done.returncode == 1
    assert "WRONG: whole: found game-mod-absent, expected nothing" in done.stdout
