"""A run of the tests needs nothing that is not asked for, and says at its end what it left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ASKS = "tests/package/test_globs.py::test_minimatch_decides_alike"
BROWSER = "tests/browser/test_picture.py::test_a_browser_shows_the_page"
IMAGE = "tests/container/test_image.py::test_git_answers_what_the_program_asks"


def run(*arguments: str, **env: str) -> str:
    """Run some of the tests, and return what is printed."""
    kept = {k: v for k, v in os.environ.items() if k not in {"TESTS_WITH", "IMAGE_UNDER_TEST"}}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        env=kept | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_what_was_not_asked_for_is_skipped_and_named() -> None:
    said = run(ASKS, BROWSER, IMAGE).splitlines()
    heading = next(number for number, line in enumerate(said) if "tests that did not run" in line)
    skipped = [" ".join(line.split()) for line in said[heading + 1 :] if " in tests/" in line]
    told = {line.partition(": ")[2] for line in skipped}
    assert any("TESTS_WITH=npm; needs Node 22.14" in one for one in told), said
    assert any("TESTS_WITH=browser; needs Chromium" in one for one in told), said
    assert any("set IMAGE_UNDER_TEST to an image" in one for one in told), said
    assert any(line.startswith("2 in tests/package/test_globs.py") for line in skipped), said


def test_what_was_asked_for_is_not_skipped_for_that() -> None:
    """Without Node it is skipped for the want of it."""
    said = run(f"{ASKS}[True]", PATH="/nonexistent", TESTS_WITH="browser,npm")
    assert "needs Node and npm" in said
    assert "TESTS_WITH" not in said
