"""What `export-ignore` leaves out, against git's own answer: the list of `git archive`."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.git.repository import find_repository
from factorio_release.package.listing import tracked_listing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.work_tree import WorkTree

TREE = dict.fromkeys(
    [
        "control.lua",
        "data.lua",
        "docs/index.md",
        "docs/deep/er/page.md",
        "graphics/icon.png",
        "graphics/icon.xcf",
        "graphics/sub/raw.xcf",
        "locale/en/a.cfg",
        "tests/test.lua",
        "tests/data/big.lua",
        "odd/ sp ace.lua",
        "odd/tab\there.lua",
        'odd/"quoted".lua',
        "odd/new\nline.lua",
        "odd/grün.lua",
        "odd/[x]*.lua",
        "odd/back\\slash.lua",
        "-dash.lua",
        "Docs/upper.md",
    ],
    "x",
)
CASES = {
    "nothing": {},
    "plain": {".gitattributes": "docs export-ignore\n*.xcf export-ignore\n"},
    "CRLF": {
        ".gitattributes": "docs/ export-ignore\r\n*.xcf export-ignore\r\n/tests export-ignore"
    },
    "no newline at the end": {".gitattributes": "/docs export-ignore"},
    "a folder's content, not the folder": {".gitattributes": "docs/** export-ignore\n"},
    "whitelist": {
        ".gitattributes": "/* export-ignore\n/*.lua -export-ignore\n/graphics -export-ignore\n"
    },
    "a child of a folder that is out": {
        ".gitattributes": "docs export-ignore\ndocs/index.md -export-ignore\n"
    },
    "nested": {
        ".gitattributes": "*.md export-ignore\n",
        "docs/.gitattributes": "*.md -export-ignore\n",
    },
    "nested wins": {
        "tests/.gitattributes": "* export-ignore\n",
        "graphics/.gitattributes": "/*.xcf export-ignore\n",
    },
    "macro": {".gitattributes": "[attr]dev export-ignore -text\n*.xcf dev\ntests dev\n"},
    "with a value": {".gitattributes": "*.xcf export-ignore=yes\ndocs export-ignore=set2\n"},
    "unset": {".gitattributes": "*.xcf export-ignore\ngraphics/sub/raw.xcf -export-ignore\n"},
    "odd names": {
        ".gitattributes": 'odd/b* export-ignore\n"odd/ sp ace.lua" export-ignore\nodd/\\[x* export-ignore\n'
    },
    "comment and bang": {
        ".gitattributes": "# docs export-ignore\n!docs export-ignore\n*.xcf export-ignore\n"
    },
    "case": {".gitattributes": "DOCS export-ignore\nDocs export-ignore\n"},
    "byte-order mark": {".gitattributes": "\ufeffdocs export-ignore\n*.xcf export-ignore\n"},
}


def archived(tree: WorkTree, prefix: str = "") -> set[str]:
    bundle = tree.git("archive", "--worktree-attributes", "HEAD", at=tree.root)
    with tarfile.open(fileobj=io.BytesIO(bundle)) as tar:
        names = {member.name for member in tar.getmembers() if not member.isdir()}
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def kept(folder: Path) -> set[str]:
    repository = find_repository(folder)
    assert repository is not None
    return {
        c.path
        for c in tracked_listing(repository).candidates
        if not c.export_ignored and not c.submodule
    }


@pytest.mark.parametrize("case", CASES)
def test_git_archive_lists_the_same(tree: WorkTree, case: str) -> None:
    tree.write(TREE).write(CASES[case]).commit()
    assert kept(tree.folder) == archived(tree)


def test_attributes_of_the_clone_alone_count(tree: WorkTree) -> None:
    tree.write(TREE).commit()
    tree.write(
        {"info/attributes": "graphics export-ignore\n*.md export-ignore\n"}, at=tree.root / ".git"
    )
    assert kept(tree.folder) == archived(tree)
    assert "graphics/icon.png" not in kept(tree.folder)


def test_attributes_not_committed_count(tree: WorkTree) -> None:
    tree.write(TREE).commit().write({".gitattributes": "docs export-ignore\n"})
    assert kept(tree.folder) == archived(tree)
    assert "docs/index.md" not in kept(tree.folder)


def test_attributes_of_the_folders_above_count(tree: WorkTree) -> None:
    tree.prefix = "mods/my-mod"
    tree.write_info().write(TREE)
    tree.write(
        {".gitattributes": "*.xcf export-ignore\nmods/my-mod/docs export-ignore\n"}, at=tree.root
    )
    tree.write({".gitattributes": "tests export-ignore\r\n"}, at=tree.root / "mods")
    tree.commit()
    assert kept(tree.folder) == archived(tree, "mods/my-mod/")
    assert not {path for path in kept(tree.folder) if path.startswith(("tests/", "docs/"))}


def test_the_mod_folder_itself_may_be_left_out_of_the_repositorys_archive(tree: WorkTree) -> None:
    tree.prefix = "mods/my-mod"
    tree.write_info().write(TREE)
    tree.write({".gitattributes": "mods export-ignore\n"}, at=tree.root).commit()
    assert "data.lua" in kept(tree.folder)


@pytest.mark.parametrize("kind", ["sparse", "shallow", "worktree", "sha256", "separate"])
def test_every_kind_of_checkout_answers_alike(tree: WorkTree, tmp_path: Path, kind: str) -> None:
    tree.write(TREE).write(
        CASES["whitelist"] | {"docs/.gitattributes": "*.md export-ignore\n"}
    ).commit()
    elsewhere = tmp_path / "elsewhere"
    if kind == "sparse":
        tree.git("sparse-checkout", "set", "graphics")
        assert not (tree.folder / "docs").exists()
    elif kind == "shallow":
        tree.commit().git("clone", "-q", "--depth=1", tree.root.as_uri(), str(elsewhere))
        tree.root = elsewhere
    elif kind == "worktree":
        tree.git("worktree", "add", "-q", str(elsewhere))
        tree.root = elsewhere
    elif kind == "separate":
        tree.git("init", "-q", f"--separate-git-dir={elsewhere}")
    else:
        tree.root = elsewhere
        tree.init("--object-format=sha256").write_info().write(TREE).write(
            CASES["whitelist"]
        ).commit()
    assert kept(tree.folder) == archived(tree)
    assert "control.lua" in kept(tree.folder)
