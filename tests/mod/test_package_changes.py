"""What the package gained and lost since the previous release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.git.release_tags import previous_release
from factorio_release.git.repository import find_repository
from factorio_release.git.tag_index import read_release_tag
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import FileChange, changes_since_release
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.mod.package_changes import PackageChanges
    from tests.support.work_tree import WorkTree


def release(tree: WorkTree, version: str, tag: str = "", **files: str) -> WorkTree:
    tree.info["version"] = version
    tree.write_info().write(
        {name.replace("_", "."): content for name, content in files.items()}
    ).commit()
    tree.git("tag", tag or version)
    return tree


def changes(tree: WorkTree) -> PackageChanges:
    found = changes_since_release(load_mod(tree.folder))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("my-mod_1.2.3", "1.2.3"),
        ("my-mod-v1.2.3", "1.2.3"),
        ("my-mod/1.2.3", "1.2.3"),
        ("my-mod@1.2.3", "1.2.3"),
        ("other_1.2.3", ""),
        ("my-mod", ""),
        ("1.2", ""),
        ("1.2.3-rc1", ""),
        ("1.2.70000", ""),
        ("my-mod_", ""),
    ],
)
def test_tags_that_name_a_release(tag: str, version: str) -> None:
    found = read_release_tag(tag, "my-mod")
    assert str(found.version if found else "") == version


def test_added_removed_changed_and_the_growth(tree: WorkTree) -> None:
    release(tree, "1.0.0", data_lua="x" * 100, gone_lua="y" * 10, same_lua="z")
    (tree.folder / "gone.lua").unlink()
    tree.info["version"] = "1.1.0"
    tree.write_info().write({"data.lua": "x" * 250, "new.lua": "n" * 30, "untracked.lua": ""})
    tree.git("add", "data.lua", "new.lua", "gone.lua", "info.json")
    found = changes(tree)
    assert found.changes == (
        FileChange("changed", "data.lua", 100, 250),
        FileChange("added", "new.lua", 0, 30),
        FileChange("changed", "info.json", found.size_before - 111, found.size_before - 111),
        FileChange("removed", "gone.lua", 10, 0),
    )
    assert (found.tag, found.growth, found.uncompared) == ("1.0.0", 170, 0)
    assert [change.path for change in found.of_kind("added")] == ["new.lua"]


def test_todays_rules_count_for_both(tree: WorkTree) -> None:
    release(tree, "1.0.0", data_lua="x", notes_md="n" * 999, raw_xcf="r" * 999)
    tree.info["version"] = "1.0.1"
    tree.write({".gitattributes": "*.xcf export-ignore\n"}).write_info(ignore=["notes.md"]).commit()
    assert [change.path for change in changes(tree).changes] == ["info.json"]


def test_what_is_not_in_git_is_counted_and_not_compared(tree: WorkTree) -> None:
    release(tree, "1.0.0", data_lua="x", link_lua="l")
    tree.info["version"] = "1.0.1"
    (tree.folder / "link.lua").unlink()
    (tree.folder / "link.lua").symlink_to("data.lua")
    tree.write_info(extra=[{"root": "built"}]).commit().write({"built/a.lua": "x" * 5000})
    found = changes(tree)
    assert [change.path for change in found.changes] == ["info.json"]
    assert found.uncompared == 2


@pytest.mark.parametrize(
    ("version", "before"), [("1.1.0", "1.0.9"), ("2.1.0", "2.0.10"), ("1.0.9", None)]
)
def test_the_previous_release_is_the_next_lower_version(
    tree: WorkTree, version: str, before: str | None
) -> None:
    for number in ("2.0.10", "1.0.9", "2.0.9"):
        release(tree, number, f"v{number}")
    repository = find_repository(tree.folder)
    assert repository is not None
    found = previous_release(repository, "my-mod", parse_version(version))
    assert (str(found.version) if found else None) == before


def test_tags_of_other_mods_of_the_repository_do_not_count(tree: WorkTree) -> None:
    release(tree, "1.0.0", "my-mod_1.0.0")
    release(tree, "1.3.0", "v1.3.0")
    tree.info["name"] = "other-mod"
    release(tree, "1.5.0", "1.5.0")
    tree.info |= {"name": "my-mod", "version": "2.0.0"}
    tree.write_info().commit()
    assert changes(tree).tag == "my-mod_1.0.0"
    tree.git("tag", "-d", "my-mod_1.0.0")
    assert changes(tree).tag == "v1.3.0"


def test_without_an_earlier_tag_or_git_there_is_nothing_to_compare(
    tree: WorkTree, tmp_path: Path
) -> None:
    release(tree, "1.0.0")
    assert changes_since_release(load_mod(tree.folder)) is None
    tree.info["version"] = "1.0.1"
    tree.write_info().commit()
    tree.git("clone", "-q", "--depth=1", "--no-tags", tree.root.as_uri(), str(tmp_path / "clone"))
    assert changes_since_release(load_mod(tmp_path / "clone")) is None
    assert changes(tree).tag == "1.0.0"
