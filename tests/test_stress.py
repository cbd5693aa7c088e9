"""The script that runs the tests beside a load tells which of them failed, and how often."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("passes", "load", "code", "said"), [(True, "1", 0, "0 failed"), (False, "0", 1, "1 of 1")]
)
def test_each_run_is_counted(tmp_path: Path, passes: bool, load: str, code: int, said: str) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(f"def test_it():\n    assert {passes}\n")
    command = [sys.executable, str(ROOT / "scripts" / "stress.py"), "--times", "1", "--load", load]
    alone = ("-n", "0", "--noconftest", "-p", "no:cacheprovider", f"--rootdir={tmp_path}")
    bare = ("-p", "xdist.plugin")  # the only plugin that it names
    done = subprocess.run(
        [*command, *bare, *alone, str(test)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout
    assert ("test_it.py::test_it" in done.stdout) is not passes
