"""The list of mutants fits the code, and the table in SECURITY.md is made from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def mutate(option: str) -> str:
    command = [sys.executable, str(ROOT / "scripts" / "mutate.py"), option]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_mutant_fits_the_code_and_names_tests() -> None:
    assert mutate("--check").endswith("fit the code\n")


def test_the_table_of_claims_is_that_of_the_list() -> None:
    """A claim without a mutant, or without a reason for that, cannot be in the table."""
    section = (
        (ROOT / "SECURITY.md").read_text("utf-8").partition("## Where each claim is tested")[2]
    )
    rows = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]
    assert rows[2:] == mutate("--table").splitlines(), (
        "put the output of scripts/mutate.py --table there"
    )
