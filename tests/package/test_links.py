"""Symbolic links: inside the mod they become what they point to, outside it they are refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.work_tree import WorkTree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def link(tree: WorkTree, path: str, target: str | Path) -> None:
    place = tree.folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def content(tree: WorkTree, path: str) -> bytes:
    file = tree.files().get(path)
    assert file is not None
    return file.read()


def test_a_link_to_a_file_packages_the_file(tree: WorkTree) -> None:
    tree.write({"a/real.lua": "real"})
    link(tree, "b/link.lua", "../a/real.lua")
    link(tree, "b/link-to-link.lua", "link.lua")
    tree.commit()
    assert tree.shipped() == ["a/real.lua", "b/link-to-link.lua", "b/link.lua", "info.json"]
    assert content(tree, "b/link-to-link.lua") == b"real"
    assert tree.codes() == []


def test_a_link_to_a_folder_packages_what_git_tracks_there(tree: WorkTree) -> None:
    tree.write(
        {"src/real.lua": "real", "src/in/x.lua": "x", ".gitignore": "junk\n", "src/.dot": ""}
    )
    tree.write_info(ignore=["src/**"])
    link(tree, "lib", "src")
    link(tree, "src/loop", "..")
    tree.commit().write({"src/junk": ""})
    assert tree.shipped() == ["info.json", "lib/in/x.lua", "lib/real.lua"]
    assert content(tree, "lib/in/x.lua") == b"x"


@pytest.mark.parametrize(
    "target", ["/etc/hosts", "../outside.lua", ".git/config", "../repository-too/x.lua", "/", ".."]
)
def test_a_link_that_leaves_the_mod_is_refused(tree: WorkTree, target: str) -> None:
    (tree.root.parent / "outside.lua").write_text("secret")
    (tree.root.parent / "repository-too").mkdir()
    (tree.root.parent / "repository-too" / "x.lua").write_text("secret")
    link(tree, "data.lua", target)
    tree.commit()
    assert tree.codes() == ["game-file-left-out", "symlink-outside"]
    assert tree.shipped() == ["info.json"]
    assert tree.reasons() == {"data.lua": "symlink-outside"}


@pytest.mark.parametrize(
    ("path", "target"), [("loop", "."), ("lib/loop", ".."), ("lib/in/loop", "..")]
)
def test_a_link_to_a_folder_that_holds_it_is_refused(
    tree: WorkTree, path: str, target: str
) -> None:
    tree.write({"lib/a.lua": "mine", "lib/in/b.lua": "mine"})
    link(tree, path, target)
    tree.commit()
    assert tree.codes() == ["symlink-loop"]
    assert tree.shipped() == ["info.json", "lib/a.lua", "lib/in/b.lua"]


@pytest.mark.parametrize("target", ["nowhere.lua", "link.lua", "../nowhere"])
def test_a_link_to_nothing_is_reported(tree: WorkTree, target: str) -> None:
    link(tree, "link.lua", target)
    tree.commit()
    assert tree.codes() == ["symlink-outside" if target.startswith("..") else "symlink-broken"]


def test_a_link_that_became_a_folder_is_reported(tree: WorkTree) -> None:
    tree.write({"a.lua": "mine"})
    link(tree, "link.lua", "a.lua")
    tree.commit()
    (tree.folder / "link.lua").unlink()
    (tree.folder / "link.lua").mkdir()
    assert tree.codes() == ["file-special"]


def test_a_folder_on_the_way_that_became_a_link_is_refused(tree: WorkTree, tmp_path: Path) -> None:
    tree.write({"lib/a.lua": "mine"}).commit()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.lua").write_text("not mine")
    (tree.folder / "lib" / "a.lua").unlink()
    (tree.folder / "lib").rmdir()
    link(tree, "lib", tmp_path / "elsewhere")
    assert "lib/a.lua" not in tree.shipped()
    assert "symlink-outside" in tree.codes()


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(tree: WorkTree) -> None:
    tree.write({"data.lua": "1234", "other.lua": "5678"}).commit()
    file = tree.files().get("data.lua")
    assert file is not None
    (tree.folder / "data.lua").unlink()
    link(tree, "data.lua", "other.lua")
    with pytest.raises(Exception, match="cannot be read"):
        file.read()


def test_a_link_checked_out_as_a_file_is_still_a_link(tree: WorkTree) -> None:
    tree.write({"a/real.lua": "real"})
    link(tree, "a/link.lua", "real.lua")
    link(tree, "evil.lua", "/etc/hosts")
    tree.commit()
    for name in ("a/link.lua", "evil.lua"):
        (tree.folder / name).unlink()
    tree.git("-c", "core.symlinks=false", "checkout", "--", ".")
    assert not (tree.folder / "a/link.lua").is_symlink()
    assert content(tree, "a/link.lua") == b"real"
    assert tree.codes() == ["symlink-outside"]
