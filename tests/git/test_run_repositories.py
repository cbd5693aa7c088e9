"""Mods of one run: git is asked once for all of them, and says what it says of each alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.git.repository import find_repository
from factorio_release.git.run_repositories import RunRepositories
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from factorio_release.package.committed import changed_from_head
from factorio_release.package.uncommitted import uncommitted
from factorio_release.pipeline import run_mods
from factorio_release.pipeline.job import Job
from factorio_release.settings.options import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.git.repository import Repository
    from tests.support.work_tree import WorkTree

    Around = Callable[[Path], Repository | None]

INFO = '{"name": "%s", "version": "1.0.1", "title": "x", "author": "x", "factorio_version": "2.0"}'


def lay_out(tree: WorkTree) -> list[Path]:
    """Lay out mods in all the ways in which git can have them, and return their folders."""
    names = ["a", "a/inner", "b", "b-2", "deep/er/c", "built", "new", "odd [x]*", "no-head"]
    (tree.root / "info.json").unlink(missing_ok=True)
    infos = {f"{name}/info.json": INFO % name.replace("/", "-") for name in names}
    committed = {
        "a/lib.lua": "return 1\r\nend\r\n",
        "a/picture.xcf": "x",
        "b/data.lua": "x\n",
        "b/docs/index.md": "x",
        "b-2/control.lua": "x\n",
        "deep/er/c/locale/en/c.cfg": "[a]\n",
        ".gitattributes": "*.xcf export-ignore\n*.bin filter=x\n",
        "b/.gitattributes": "docs export-ignore\n",
        ".gitignore": "built/\n",
        "README.md": "x",
        "odd [x]*/grün.lua": "x",
    }
    later = {"built/info.json", "new/info.json", "no-head/info.json"}
    tree.write(committed | {path: text for path, text in infos.items() if path not in later})
    tree.commit()
    tree.git("tag", "1.0.0")
    tree.git("tag", "b_0.9.0")
    tree.write({path: infos[path] for path in later})
    tree.git("add", "no-head")
    tree.write(
        {
            "a/lib.lua": "return 1\nend\n",
            "b/data.lua": "changed\n",
            "b/untracked.lua": "x",
            "deep/er/c/folder/of/none.lua": "x",
            "README.md": "changed",
        }
    )
    return [tree.root / name for name in names]


def seen(folder: Path, around: Around) -> list[Any]:
    """Return all that a run asks git about a mod."""
    mod = load_mod(folder, around=around)
    repository = mod.repository
    assert repository is not None
    return [
        [(file.path, file.size) for file in mod.files.files],
        mod.files.left_out,
        mod.files.problems,
        mod.files.origin,
        repository.prefix,
        repository.head,
        repository.tags(),
        [vars(file) for file in repository.tracked()],
        repository.untracked(),
        repository.attributes(["info.json", "x.bin"], "filter", "export-ignore"),
        {path: vars(file) for path, file in (repository.tree_sizes("HEAD") or {}).items()},
        sorted(repository.tree_sizes("HEAD", "b") or {}),
        sorted(repository.tree_sizes("1.0.0", "") or {}),
        repository.blob_sizes([file.blob for file in repository.tracked()] + ["0" * 40]),
        changed_from_head(repository, mod.files),
        uncommitted(repository, [folder / "info.json", repository.root / "README.md"]),
        changes_since_release(mod),
    ]


def test_git_says_what_it_says_of_each_mod_alone(tree: WorkTree) -> None:
    folders = lay_out(tree)
    around = RunRepositories(folders).around
    for folder in folders:
        assert seen(folder, around) == seen(folder, find_repository), folder


def test_a_mod_that_is_the_whole_repository_beside_one_in_it(tree: WorkTree) -> None:
    folders = [*lay_out(tree), tree.root]
    tree.write({"info.json": INFO % "whole"}).commit()
    around = RunRepositories(folders).around
    for folder in folders:
        assert seen(folder, around) == seen(folder, find_repository), folder


def test_a_repository_of_its_own_is_asked_alone(tree: WorkTree) -> None:
    folders = lay_out(tree)
    inside = tree.root / "b" / "own"
    inside.mkdir()
    (inside / "info.json").write_text(INFO % "own")
    tree.git("init", at=inside)
    tree.git("add", "--all", at=inside)
    around = RunRepositories([*folders, inside]).around
    for folder in (*folders, inside):
        assert seen(folder, around) == seen(folder, find_repository), folder


STARTS: list[str] = []
COUNTING: list[bool] = []


@pytest.fixture
def starts() -> Iterator[list[str]]:
    """The git commands that were started during the test."""

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if COUNTING and event == "subprocess.Popen":
            STARTS.append(" ".join(map(str, values[1])))

    if not COUNTING:
        sys.addaudithook(hook)  # it stays until the process ends
    STARTS.clear()
    COUNTING.append(True)
    yield STARTS
    COUNTING.clear()


def test_more_mods_take_no_more_starts_of_git(tree: WorkTree, starts: list[str]) -> None:
    folders = [
        tree.root / f"mod-{number}" for number in range(7)
    ]  # of more, other processes ask git
    tree.write({f"{one.name}/info.json": INFO % one.name for one in folders}).commit()
    counts = []
    for number in (2, 7):
        starts.clear()
        jobs = [Job(one, one.name, Settings(), "check", None) for one in folders[:number]]  # type: ignore[arg-type]
        assert run_mods(jobs, connect=lambda _job: pytest.fail("asked")).mods
        counts.append(len(starts))
    assert counts[0] == counts[1] <= 8
