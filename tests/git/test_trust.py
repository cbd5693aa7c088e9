"""A checkout is not trusted: nothing that its configuration names is run, and no secret is handed on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.git.repository import GitRefused, find_repository
from factorio_release.package.committed import changed_from_head

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.git.repository import Repository
    from tests.support.work_tree import WorkTree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")


def trap(folder: Path) -> tuple[Path, Path]:
    """Return a program, and the file that shows that it ran."""
    sprung = folder / "sprung"
    program = folder / "trap"
    program.write_text(f"#!/bin/sh\ntouch {sprung}\nexit 1\n")
    program.chmod(0o755)
    return program, sprung


def ask_everything(tree: WorkTree) -> Repository:
    repository = find_repository(tree.folder)
    assert repository is not None
    assert repository.head
    files = tree.files()
    repository.tags()
    repository.tree_sizes("HEAD")
    repository.file_at("HEAD", "info.json")
    changed_from_head(repository, files)
    assert repository.tracked()
    return repository


def test_no_program_of_the_configuration_runs(tree: WorkTree, tmp_path: Path) -> None:
    program, sprung = trap(tmp_path)
    tree.write(
        {"data.lua": "x", "a.png": "y", ".gitattributes": "* filter=evil diff=evil\n"}
    ).commit()
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
        tree.git("config", name, str(program))
    hooks = tree.root / ".git" / "hooks"
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(program, hooks / name)
    tree.write({"data.lua": "z"})
    ask_everything(tree)
    assert not sprung.exists()
    subprocess.run(["git", "status"], cwd=tree.root, check=False, capture_output=True, timeout=30)
    assert sprung.exists(), "the trap does not work"


# Runs a command that looks for a hook, with the settings that git was given, before git itself.
HOOK_PROBE = """
probe() {{
    settings=
    while [ "$1" = -c ]; do settings="$settings -c $2"; shift 2; done
    {git} $settings hook run --ignore-missing probe
}}
probe "$@" >&2"""


def test_no_hook_is_found_by_a_command_that_runs_one(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of our commands runs a hook today. One that does would find none."""
    program, sprung = trap(tmp_path)
    tree.write({"data.lua": "x"}).commit()
    shutil.copy(program, tmp_path / "probe")
    tree.git("config", "core.hooksPath", str(tmp_path))
    put_git_in_front(tmp_path, monkeypatch, HOOK_PROBE.format(git=shutil.which("git")))
    ask_everything(tree)
    assert not sprung.exists()
    subprocess.run(["git", "hook", "run", "probe"], cwd=tree.root, check=False, capture_output=True)
    assert sprung.exists(), "the trap does not work"


# How a checkout can name a program that a fetch of a missing object starts: its own settings only.
FETCHES = {
    "ext": {"remote.origin.url": "ext::{program}"},
    "an alias as transport": {"remote.origin.url": "evil::x", "alias.remote-evil": "!{program}"},
    "an alias without a name": {"remote.origin.url": "::x", "alias.remote-": "!{program}"},
    "vcs": {
        "remote.origin.url": "x",
        "remote.origin.vcs": "evil",
        "alias.remote-evil": "!{program}",
    },
    "upload-pack": {"remote.origin.url": "file:///", "remote.origin.uploadpack": "{program}"},
    "ssh": {"remote.origin.url": "ssh://host/x", "core.sshCommand": "{program}"},
    "git proxy": {"remote.origin.url": "git://host/x", "core.gitProxy": "{program}"},
}
# Each of the two is enough; git learnt the first one in 2.45, and in the last fixes of 2.39 to 2.44.
LAYERS = ("GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL")


@pytest.mark.parametrize("unknown", LAYERS)
@pytest.mark.parametrize("way", FETCHES)
def test_a_missing_object_is_not_fetched(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, unknown: str
) -> None:
    program, sprung = trap(tmp_path)
    tree.write({"data.lua": "x"}).commit()
    blob = tree.git("rev-parse", "HEAD:data.lua").decode().strip()
    (tree.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    allowed = {f"protocol.{name}.allow": "always" for name in ("ext", "evil", "file", "ssh", "git")}
    settings = (
        {"extensions.partialClone": "origin", "protocol.allow": "always"} | allowed | FETCHES[way]
    )
    for name, value in settings.items():
        tree.git("config", name, value.format(program=program))
    tree.git("config", "remote.origin.promisor", "true")
    put_git_in_front(tmp_path, monkeypatch, f"unset {unknown}")
    repository = find_repository(tree.folder)
    assert repository is not None
    assert repository.file_at("HEAD", "data.lua") is None
    assert not sprung.exists()
    with pytest.raises(subprocess.CalledProcessError):
        tree.git("cat-file", "blob", blob)
    assert sprung.exists(), "the trap does not work"


def put_git_in_front(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Let a script that runs `line` be found before git on PATH."""
    front = folder / "bin" / "git"
    front.parent.mkdir()
    front.write_text(f'#!/bin/sh\n{line}\nexec {shutil.which("git")} "$@"\n')
    front.chmod(0o755)
    monkeypatch.setenv("PATH", f"{front.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_working_tree_is_where_the_repository_lies(tree: WorkTree, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "private.txt").write_text("not of this repository")
    tree.write({"data.lua": "x"}).commit()
    tree.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    repository = find_repository(tree.folder)
    assert repository is not None
    assert repository.root == tree.root
    assert [file.path for file in repository.tracked()] == ["data.lua", "info.json"]
    assert repository.untracked() == ()


def test_attributes_of_the_configuration_decide_nothing(tree: WorkTree, tmp_path: Path) -> None:
    (tmp_path / "attributes").write_text("*.lua export-ignore\n")
    tree.write({"data.lua": "x"}).commit()
    tree.git("config", "core.attributesFile", str(tmp_path / "attributes"))
    assert tree.shipped() == ["data.lua", "info.json"]


def test_settings_of_the_machine_decide_nothing(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "machine"
    settings.write_text(f"[core]\n\texcludesFile = {tmp_path}/ignored\n")
    (tmp_path / "ignored").write_text("*.lua\n")
    tree.commit().write({"built/a.lua": ""})
    put_git_in_front(tmp_path, monkeypatch, f"export GIT_CONFIG_SYSTEM={settings}")
    repository = find_repository(tree.folder)
    assert repository is not None
    assert repository.ignored(["built/a.lua"]) == ()
    environ = {"GIT_CONFIG_SYSTEM": str(settings), "PATH": os.environ["PATH"]}
    plain = subprocess.run(
        ["git", "check-ignore", "built/a.lua"], cwd=tree.root, env=environ, check=False
    )
    assert plain.returncode == 0, "the setting does not work"


def test_no_variable_of_ours_reaches_git(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    tree.commit()
    put_git_in_front(tmp_path, monkeypatch, f"/usr/bin/env >> {seen}")
    monkeypatch.setenv("FACTORIO_API_KEY", "hush")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_SSH_COMMAND", "hush")
    ask_everything(tree)
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
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: str
) -> None:
    program, sprung = trap(tmp_path)
    (tree.folder / "bin").mkdir()
    # Windows would look for `cmd.exe` in the working directory, and for `git.exe` in any case.
    for name in ("git", "bin/git", "git.exe", "bin/git.exe", "cmd.exe"):
        shutil.copy(program, tree.folder / name)
    monkeypatch.chdir(tree.folder)
    monkeypatch.setenv("PATH", os.pathsep.join([front, "/nowhere"]))
    repository = find_repository(tree.folder)
    assert repository is not None
    assert not sprung.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script in place of git")
def test_the_git_behind_a_relative_folder_of_path_is_started(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, started = shutil.which("git"), tmp_path / "started"
    (tmp_path / "tools").mkdir()
    script = tmp_path / "tools" / "git"
    script.write_text(f'#!/bin/sh\n: >"{started}"\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    (tree.folder / "bin").mkdir()
    (tree.folder / "bin" / "git").write_text("#!/bin/sh\nexit 1\n")
    (tree.folder / "bin" / "git").chmod(0o755)
    monkeypatch.chdir(tree.folder)
    monkeypatch.setenv("PATH", os.pathsep.join(["bin", str(tmp_path / "tools"), "/nowhere"]))
    assert find_repository(tree.folder) is not None
    assert started.exists()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give files away"
)
def test_a_checkout_of_another_user_is_read(tree: WorkTree) -> None:
    tree.write({"data.lua": "x"}).commit()
    for place in (tree.root, tree.root / ".git"):
        os.chown(place, 12345, 12345)
    with pytest.raises(subprocess.CalledProcessError):
        tree.git("status")
    assert tree.shipped() == ["data.lua", "info.json"]


def test_a_broken_repository_is_named(tree: WorkTree) -> None:
    (tree.root / ".git" / "HEAD").write_text("nonsense")
    with pytest.raises(ModError, match="git cannot read the repository at"):
        find_repository(tree.folder)


def test_what_git_refuses_is_an_error_with_its_message(tree: WorkTree) -> None:
    repository = find_repository(tree.folder)
    assert repository is not None
    (tree.root / ".git" / "index").write_bytes(b"DIRC nonsense that is long enough")
    with pytest.raises(GitRefused, match="index"):
        repository.tracked()


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://user:hush@github.com/o/r.git?hush#hush", "https://github.com/o/r.git"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("https://user:1/hush@github.com/o/r.git", ""),
        ("user:hush@github.com:o/r.git", ""),
        ("https:/user:hush@github.com/o/r.git", ""),
    ],
)
def test_the_url_of_a_remote_has_nothing_that_may_be_secret(
    tree: WorkTree, remote: str, url: str
) -> None:
    tree.git("config", "remote.origin.url", remote)
    repository = find_repository(tree.folder)
    assert repository is not None
    assert repository.remote_url == url
