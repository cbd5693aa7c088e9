"""A checkout is not trusted: nothing that its configuration names is run, and no secret is handed on."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.mod.git import GitRefused, find_repository
from factorio_release.mod.head import changed_from_head

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.mod.git import Repository
    from tests.mod.conftest import Work

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")


def trap(folder: Path) -> tuple[Path, Path]:
    """Return a program, and the file that shows that it ran."""
    sprung = folder / "sprung"
    program = folder / "trap"
    program.write_text(f"#!/bin/sh\ntouch {sprung}\nexit 1\n")
    program.chmod(0o755)
    return program, sprung


def ask_everything(work: Work) -> Repository:
    repository = find_repository(work.folder)
    assert repository is not None
    assert repository.head
    files = work.files()
    repository.tags()
    repository.tree_sizes("HEAD")
    repository.file_at("HEAD", "info.json")
    changed_from_head(repository, files)
    assert repository.tracked()
    return repository


def test_no_program_of_the_configuration_runs(work: Work, tmp_path: Path) -> None:
    program, sprung = trap(tmp_path)
    work.write({"data.lua": "x", "a.png": "y", ".gitattributes": "* filter=evil diff=evil\n"}).commit()
    for name in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "credential.helper",
        "alias.ls-files",
    ):
        work.git("config", name, str(program))
    hooks = work.root / ".git" / "hooks"
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(program, hooks / name)
    work.write({"data.lua": "z"})
    ask_everything(work)
    assert not sprung.exists()
    subprocess.run(["git", "status"], cwd=work.root, check=False, capture_output=True, timeout=30)
    assert sprung.exists(), "the trap does not work"


def test_a_missing_object_is_not_fetched(work: Work, tmp_path: Path) -> None:
    program, sprung = trap(tmp_path)
    work.write({"data.lua": "x"}).commit()
    blob = work.git("rev-parse", "HEAD:data.lua").decode().strip()
    (work.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    work.git("config", "remote.origin.url", f"ext::{program}")
    work.git("config", "remote.origin.promisor", "true")
    work.git("config", "extensions.partialClone", "origin")
    work.git("config", "protocol.ext.allow", "always")
    repository = find_repository(work.folder)
    assert repository is not None
    assert repository.file_at("HEAD", "data.lua") is None
    assert not sprung.exists()
    with pytest.raises(subprocess.CalledProcessError):
        work.git("-c", "protocol.ext.allow=always", "cat-file", "blob", blob)
    assert sprung.exists(), "the trap does not work"


def test_the_working_tree_is_where_the_repository_lies(work: Work, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "private.txt").write_text("not of this repository")
    work.write({"data.lua": "x"}).commit()
    work.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    repository = find_repository(work.folder)
    assert repository is not None
    assert repository.root == work.root
    assert [file.path for file in repository.tracked()] == ["data.lua", "info.json"]
    assert repository.untracked() == ()


def test_no_variable_of_ours_reaches_git(work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which("git")
    seen = tmp_path / "seen"
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\n/usr/bin/env >> {seen}\nexec {real} "$@"\n')
    spy.chmod(0o755)
    work.commit()
    monkeypatch.setenv("PATH", f"{spy.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FACTORIO_API_KEY", "hush")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_SSH_COMMAND", "hush")
    ask_everything(work)
    told = seen.read_text()
    assert "hush" not in told
    names = {line.partition("=")[0] for line in told.splitlines()}
    assert {name for name in names if not name.startswith("GIT_")} <= {
        "LC_ALL",
        "PWD",
        "SHLVL",
        "_",
        "OLDPWD",
    }


@pytest.mark.parametrize("front", ["", ".", "bin"])
def test_a_git_of_the_checkout_is_not_started(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: str
) -> None:
    program, sprung = trap(tmp_path)
    (work.folder / "bin").mkdir()
    for place in (work.folder / "git", work.folder / "bin" / "git"):
        shutil.copy(program, place)
    monkeypatch.chdir(work.folder)
    monkeypatch.setenv("PATH", os.pathsep.join([front, "/nowhere"]))
    repository = find_repository(work.folder)
    assert repository is not None
    assert not sprung.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give files away")
def test_a_checkout_of_somebody_else_is_read(work: Work) -> None:
    work.write({"data.lua": "x"}).commit()
    for place in (work.root, work.root / ".git"):
        os.chown(place, 12345, 12345)
    with pytest.raises(subprocess.CalledProcessError):
        work.git("status")
    assert work.shipped() == ["data.lua", "info.json"]


def test_a_broken_repository_is_named(work: Work) -> None:
    (work.root / ".git" / "HEAD").write_text("nonsense")
    with pytest.raises(ModError, match="git cannot read the repository at"):
        find_repository(work.folder)


def test_what_git_refuses_is_an_error_with_its_words(work: Work) -> None:
    repository = find_repository(work.folder)
    assert repository is not None
    (work.root / ".git" / "index").write_bytes(b"DIRC nonsense that is long enough")
    with pytest.raises(GitRefused, match="index"):
        repository.tracked()
