"""Git is started as rarely as a check can do with: each start takes as long as reading a small mod."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ExitCode
from factorio_release.git.repository import find_repository
from tests.support.git import git
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ModRepository
    from tests.support.work_tree import WorkTree


@pytest.mark.skipif(os.name == "nt", reason="the recorder is a shell script")
def test_a_check_with_a_page_starts_git_six_times(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    starts = tmp_path / "starts"
    front = tmp_path / "front" / "git"
    front.parent.mkdir()
    front.write_text(f'#!/bin/sh\necho "$*" >> {starts}\nexec {shutil.which("git")} "$@"\n')
    front.chmod(0o755)
    repository.config = {"description": "README.md", "source-url": "auto"}
    repository.write("README.md", "A [link](LICENSE).\n")
    repository.write("LICENSE", "Do as you like.\n")
    repository.save()
    git(repository.root, "remote", "add", "origin", "https://github.com/someone/lamp-post.git")
    monkeypatch.setenv("PATH", f"{front.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(repository.root)
    assert run_here(capsys, "check", "--format", "json").code == ExitCode.FINE
    assert len(starts.read_text().splitlines()) <= 6


def test_the_listing_is_what_is_tracked_and_what_is_not(tree: WorkTree) -> None:
    tree.write({"a b": "1", "? c": "2", "d/e": "3"}).commit()
    tree.write({"? f": "4", "g/h": "5", "H i": "6"})
    repository = find_repository(tree.folder)
    assert repository is not None
    tracked, untracked = repository.listing
    assert sorted(untracked) == sorted(repository.untracked()) == ["? f", "H i", "g/"]
    assert [vars(file) for file in tracked] == [vars(file) for file in repository.tracked()]
    assert "? c" in {file.path for file in tracked}


def test_the_commit_is_read_with_the_question_whether_git_can_read_the_repository(
    tree: WorkTree,
) -> None:
    tree.init()
    before = find_repository(tree.folder)
    assert before is not None
    assert before.head == ""
    tree.write({"a": "1"}).commit()
    after = find_repository(tree.folder)
    assert after is not None
    assert after.head == after.commit("HEAD") != ""
