"""Which packaged files are not the commit's, told without running a filter."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from factorio_release.git.repository import find_repository
from factorio_release.package.committed import changed_from_head

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.work_tree import WorkTree


def changed(tree: WorkTree, **rules: tuple[str, ...]) -> tuple[str, ...]:
    repository = find_repository(tree.folder)
    assert repository is not None
    return changed_from_head(repository, tree.files(**rules))


def test_only_edits_and_additions_are_reported(tree: WorkTree) -> None:
    tree.write(
        {"data.lua": "a", "control.lua": "a", "same.lua": "a", ".github/x": "a", "out.lua": ""}
    ).commit()
    tree.write(
        {
            "data.lua": "b",
            "control.lua": "ab",
            "same.lua": "a",
            ".github/x": "b",
            "new.lua": "",
            "out.lua": "x",
        }
    )
    tree.write({"built.lua": ""})
    tree.git("add", "new.lua", "control.lua")
    assert changed(tree, exclude=("out.lua",), include=("built.lua",)) == (
        "control.lua",
        "data.lua",
        "new.lua",
    )


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_mod_in_a_subfolder_of_either_kind_of_repository(
    tree: WorkTree, tmp_path: Path, form: str
) -> None:
    tree.root, tree.prefix = tmp_path / form, "mods/my-mod"
    tree.init(f"--object-format={form}").write_info().write(
        {"data.lua": "a", "b.lua": "b"}
    ).commit()
    assert changed(tree) == ()
    tree.write({"b.lua": "c"})
    assert changed(tree) == ("b.lua",)


def test_line_ends_made_by_the_checkout_are_no_edit(tree: WorkTree) -> None:
    tree.write({"data.lua": "a\nb\n", "crlf.lua": "a\r\nb\r\n", "other.lua": "a\n"}).commit()
    tree.write({"data.lua": "a\r\nb\r\n", "other.lua": "a\r\nb"})
    assert changed(tree) == ("other.lua",)


def test_lfs_content_is_compared_with_its_pointer(tree: WorkTree) -> None:
    content = b"\x89PNG" * 99
    digest = hashlib.sha256(content).hexdigest()
    pointer = (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    )
    tree.write(
        {".gitattributes": "*.png filter=lfs -text\n", "a.png": pointer, "b.png": pointer}
    ).commit()
    tree.write({"a.png": content, "b.png": content + b"!"})
    assert changed(tree) == ("b.png",)


def test_what_another_filter_rewrites_is_not_compared(tree: WorkTree) -> None:
    attributes = "*.enc filter=crypt\nid.lua ident\nwide.txt working-tree-encoding=UTF-16\n"
    tree.write({"a.enc": "x", "id.lua": "$Id$", "wide.txt": "w".encode("utf-16")}).commit()
    tree.write(
        {"a.enc": "clear", "id.lua": "$Id: 1234 $", "wide.txt": "v", ".gitattributes": attributes}
    )
    assert changed(tree) == ()


def test_a_submodule_at_another_commit_is_reported(tree: WorkTree, tmp_path: Path) -> None:
    library = type(tree)(tmp_path / "library").init().write({"lib.lua": "x"}).commit()
    tree.git("submodule", "add", "-q", str(library.root), "lib")
    tree.commit()
    assert changed(tree) == ()
    inner = type(tree)(tree.root / "lib")
    inner.write({"lib.lua": "y"}).commit()
    assert changed(tree) == ("lib/",)


def test_before_the_first_commit_everything_is_new(tree: WorkTree) -> None:
    tree.write({"data.lua": "x"}).git("add", "--all")
    assert changed(tree) == ("data.lua", "info.json")
