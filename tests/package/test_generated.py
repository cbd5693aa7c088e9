"""Which files are packed where git does not track info.json: a build makes it, or the whole folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.work_tree import WorkTree


def test_of_a_generated_info_json_git_lists_the_rest(tree: WorkTree) -> None:
    """Nothing is packed that `.gitignore` names, and nothing that git does not track."""
    tree.write({".gitignore": "info.json\nkeys.txt\n", "data.lua": "", "info.json.in": ""}).commit()
    tree.write_info().write({"keys.txt": "secret", "new.lua": ""})
    assert tree.shipped() == ["data.lua", "info.json", "info.json.in"]
    assert tree.reasons() == {
        ".gitignore": "name begins with a dot",
        "keys.txt": "not tracked by git",
        "new.lua": "not tracked by git",
    }
    assert tree.codes() == []
    assert tree.files().origin == "git"


def test_the_same_in_a_folder_of_the_repository(tree: WorkTree) -> None:
    tree.write({".gitignore": "info.json\n", "other.lua": ""})
    tree.prefix = "mod"
    tree.write({"data.lua": ""}).commit()
    tree.write_info().write({"new.lua": ""})
    assert tree.shipped() == ["data.lua", "info.json"]


def test_what_else_the_build_makes_is_named(tree: WorkTree) -> None:
    tree.write({".gitignore": "info.json\n*.lua\n", "data.ts": ""}).commit()
    tree.write_info().write({"data.lua": "", "node_modules/a/b.lua": ""})
    assert tree.codes() == ["game-file-left-out"]
    rules = {"include": ("**/*.lua",), "exclude": ("**/*.ts",)}
    assert tree.shipped(**rules) == ["data.lua", "info.json"]
    assert tree.codes(**rules) == []


def test_an_info_json_that_nobody_added_is_no_generated_one(tree: WorkTree) -> None:
    tree.write({"data.lua": ""}).commit()
    (tree.folder / "info.json").rename(tree.folder / "old.json")
    tree.git("rm", "-q", "--cached", "info.json")
    tree.write_info().write({"new.lua": ""})
    assert tree.shipped() == ["data.lua", "info.json", "new.lua", "old.json"]
    assert tree.codes() == ["no-git"]


@pytest.mark.parametrize("pattern", ["build/", "build", "/build/**", "build/*"])
def test_an_ignored_output_folder_is_packed_as_it_is(tree: WorkTree, pattern: str) -> None:
    tree.write({".gitignore": f"{pattern}\n", "data.lua": "", "builds/x.lua": ""}).commit()
    tree.prefix = "build"
    tree.write_info().write({"control.lua": "", "locale/en/a.cfg": ""})
    assert tree.shipped() == ["control.lua", "info.json", "locale/en/a.cfg"]
    assert tree.codes() == ["no-git"]


def test_an_output_folder_with_one_tracked_file_is_packed_whole(tree: WorkTree) -> None:
    tree.write({".gitignore": "build/\n", "build/keep.lua": ""})
    tree.git("add", "--all")
    tree.git("add", "--force", "build/keep.lua")
    tree.prefix = "build"
    tree.write_info().write({"data.lua": ""})
    assert tree.shipped() == ["data.lua", "info.json", "keep.lua"]
    assert tree.codes() == ["no-git"]


def test_at_the_root_nothing_is_packed_that_git_ignores(tree: WorkTree) -> None:
    """Also where it ignores everything: the folder is no output."""
    tree.write({".gitignore": "*\n", "keys.txt": ""})
    assert tree.shipped() == ["info.json"]
    assert tree.reasons()["keys.txt"] == "ignored by git"
    tree.write({".gitignore": "info.json\nkeys.txt\n", "data.lua": ""})
    assert tree.shipped() == ["data.lua", "info.json"]


@pytest.mark.parametrize("name", [".dist", ".a/.b", "..dist"])
@pytest.mark.parametrize("state", ["tracked", "untracked", "ignored"])
def test_a_folder_that_begins_with_a_dot(tree: WorkTree, name: str, state: str) -> None:
    """Not its sibling without the dot, which has other files."""
    tree.write({"dist/sibling.lua": "", "a/b/sibling.lua": ""})
    if state == "ignored":
        tree.write({".gitignore": f"{name}/\n"})
    tree.commit()
    tree.prefix = name
    tree.write_info().write({"data.lua": "", ".hidden": "", "sub/a.lua": ""})
    if state == "tracked":
        tree.commit()
    assert tree.shipped() == ["data.lua", "info.json", "sub/a.lua"]
    assert tree.codes() == ([] if state == "tracked" else ["no-git"])
