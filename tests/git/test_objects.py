"""Git's objects: contents, sizes and times, also where some are missing or damaged."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from factorio_release.git.repository import Repository
from factorio_release.git.version_history import first_commit_with, versions_in_history
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from tests.support.work_tree import WorkTree

MISSING = "0" * 40


def blob_of(tree: WorkTree, path: str) -> str:
    return tree.git("rev-parse", f"HEAD:{path}").decode().strip()


def test_contents_and_sizes_come_in_the_order_of_the_question(tree: WorkTree) -> None:
    tree.write({"a b.lua": "one\n", "empty.lua": "", "c.lua": b"blob 3\nmissing\n\0"}).commit()
    repository = Repository(tree.root)
    names = ["HEAD:c.lua", MISSING, "HEAD:a b.lua", "HEAD:no.lua", "HEAD:empty.lua", "HEAD"]
    assert repository.blobs(names) == [b"blob 3\nmissing\n\0", None, b"one\n", None, b"", None]
    ids = [blob_of(tree, "a b.lua"), MISSING, blob_of(tree, "empty.lua")]
    assert repository.blob_sizes(ids) == [4, -1, 0]
    assert (repository.blobs([]), repository.blob_sizes([])) == ([], [])


@pytest.mark.parametrize("damage", [b"", b"garbage", zlib.compress(b"blob 4\0one\n" * 99)[:9]])
def test_a_damaged_object_ends_no_run(tree: WorkTree, damage: bytes) -> None:
    tree.write({"a.lua": "one\n"}).commit()
    blob = blob_of(tree, "a.lua")
    path = tree.root / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(damage)
    repository = Repository(tree.root)
    assert repository.blobs([blob]) == [None]
    tree.write({"a.lua": "two\r\n"})
    assert [file.read() for file in tree.files().files if file.path == "a.lua"] == [b"two\r\n"]


def test_the_versions_that_a_mod_has_had(tree: WorkTree) -> None:
    tree.commit()
    tree.info["version"] = "1.3.0"
    tree.write_info().commit()
    set_by = tree.git("rev-parse", "HEAD").decode().strip()
    tree.write_info(ignore=["x"]).commit()
    tree.write({"info.json": "{"}).commit()
    tree.info |= {"name": "another", "version": "9.0.0"}
    tree.write_info().commit()
    repository = Repository(tree.root)
    history = versions_in_history(repository, "my-mod")
    assert history == {parse_version("1.2.3"), parse_version("1.3.0")}
    assert first_commit_with(repository, "my-mod", parse_version("1.3.0")) == set_by
    assert first_commit_with(repository, "my-mod", parse_version("9.0.0")) == ""
    seconds = int(tree.git("show", "-s", "--format=%ct", set_by))
    assert repository.commit_time(set_by) == seconds
    assert repository.commit_time("refs/tags/none") is None
