"""An answer of git has a largest size and a longest time."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.git.process import run_git
from tests.git.test_trust import put_git_in_front

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the git in front is a shell script")
MAX_OUTPUT_BYTES = 100_000


def test_git_ends_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that does not answer is ended: it does not come to what it would do later."""
    later = tmp_path / "later"
    program = f"import time; time.sleep(10); open({str(later)!r}, 'w')"
    put_git_in_front(tmp_path, monkeypatch, f'exec {sys.executable} -c "{program}"')
    with pytest.raises(ModError, match=r"git did not answer within 0\.2 seconds in .*"):
        run_git(["status"], {}, tmp_path, b"", max_seconds=0.2)
    assert not later.exists()


def test_an_answer_of_git_has_a_largest_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_git_in_front(tmp_path, monkeypatch, f"exec head -c {MAX_OUTPUT_BYTES + 1} /dev/zero")
    with pytest.raises(ModError, match="is larger than 100,000 bytes"):
        run_git(["status"], {}, tmp_path, b"", max_output_bytes=MAX_OUTPUT_BYTES)
    done = run_git(["status"], {}, tmp_path, b"", max_output_bytes=MAX_OUTPUT_BYTES + 1)
    assert len(done.stdout) == MAX_OUTPUT_BYTES + 1
