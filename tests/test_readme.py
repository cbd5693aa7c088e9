"""README's commands: the first block installs the program and rehearses, the second runs the tests."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from tests.conftest import environment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
FIRST, SECOND = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
# Whoever tries the project out, by hand or by a program, runs these.
INSTALLS_AND_REHEARSES = """\
python3 -m venv .venv
.venv/bin/pip install --quiet .
.venv/bin/factorio-release rehearse examples/andon-lamps
"""
RUNS_THE_TESTS = """\
.venv/bin/pip install --quiet --upgrade 'pip>=25.1'
.venv/bin/pip install --quiet --editable . --group dev
PATH="$PWD/.venv/bin:$PATH" scripts/gate
"""


def test_the_two_blocks_are_these() -> None:
    assert FIRST == INSTALLS_AND_REHEARSES
    assert SECOND == RUNS_THE_TESTS
    assert SECOND in README.partition("## For developers")[2]


def test_the_first_block_ends_with_the_address_of_the_page(tmp_path: Path) -> None:
    """Without its two lines that ask a registry: the program is installed beside this interpreter."""
    *_, last = FIRST.splitlines()
    words = shlex.split(last)
    done = subprocess.run(
        [sys.executable, "-m", "factorio_release", *words[1:], "--output-dir", str(tmp_path)],
        cwd=ROOT,
        env=environment(FACTORIO_RELEASE_LOAD="off"),  # which would ask for the game's data
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    address = done.stdout.strip().splitlines()[-1].rpartition(" ")[2]
    page = Path(url2pathname(urlparse(address).path))
    assert page.is_file()
    assert "Andon" in page.read_text("utf-8")


def test_the_steps_are_five() -> None:
    steps = README.partition("## Your mod, in five steps")[2].partition("\n## ")[0]
    assert re.findall(r"^([0-9])\. ", steps, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    for word in (
        "pipx install",
        "uv tool install",
        "```powershell",
        "☑ *ModPortal: Edit Mods*",
        "factorio.com/profile",
    ):
        assert word in steps
