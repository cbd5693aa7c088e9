"""Which packaged files are not the commit's, told without running a filter."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from factorio_release.git.repository import find_repository
from factorio_release.package.committed import changed_from_head

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mod.conftest import Work


def changed(work: Work, **rules: tuple[str, ...]) -> tuple[str, ...]:
    repository = find_repository(work.folder)
    assert repository is not None
    return changed_from_head(repository, work.files(**rules))


def test_edits_and_additions_are_told_and_the_rest_is_not(work: Work) -> None:
    work.write(
        {"data.lua": "a", "control.lua": "a", "same.lua": "a", ".github/x": "a", "out.lua": ""}
    ).commit()
    work.write(
        {
            "data.lua": "b",
            "control.lua": "ab",
            "same.lua": "a",
            ".github/x": "b",
            "new.lua": "",
            "out.lua": "x",
        }
    )
    work.write({"built.lua": ""})
    work.git("add", "new.lua", "control.lua")
    assert changed(work, exclude=("out.lua",), include=("built.lua",)) == (
        "control.lua",
        "data.lua",
        "new.lua",
    )


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_mod_in_a_subfolder_of_either_kind_of_repository(work: Work, tmp_path: Path, form: str) -> None:
    work.root, work.prefix = tmp_path / form, "mods/my-mod"
    work.init(f"--object-format={form}").write_info().write({"data.lua": "a", "b.lua": "b"}).commit()
    assert changed(work) == ()
    work.write({"b.lua": "c"})
    assert changed(work) == ("b.lua",)


def test_line_ends_made_by_the_checkout_are_no_edit(work: Work) -> None:
    work.write({"data.lua": "a\nb\n", "crlf.lua": "a\r\nb\r\n", "other.lua": "a\n"}).commit()
    work.write({"data.lua": "a\r\nb\r\n", "other.lua": "a\r\nb"})
    assert changed(work) == ("other.lua",)


def test_lfs_content_is_held_against_its_pointer(work: Work) -> None:
    content = b"\x89PNG" * 99
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    work.write({".gitattributes": "*.png filter=lfs -text\n", "a.png": pointer, "b.png": pointer}).commit()
    work.write({"a.png": content, "b.png": content + b"!"})
    assert changed(work) == ("b.png",)


def test_what_another_filter_rewrites_is_passed_over(work: Work) -> None:
    attributes = "*.enc filter=crypt\nid.lua ident\nwide.txt working-tree-encoding=UTF-16\n"
    work.write({"a.enc": "x", "id.lua": "$Id$", "wide.txt": "w".encode("utf-16")}).commit()
    work.write({"a.enc": "clear", "id.lua": "$Id: 1234 $", "wide.txt": "v", ".gitattributes": attributes})
    assert changed(work) == ()


def test_a_submodule_at_another_commit_is_told(work: Work, tmp_path: Path) -> None:
    library = type(work)(tmp_path / "library").init().write({"lib.lua": "x"}).commit()
    work.git("submodule", "add", "-q", str(library.root), "lib")
    work.commit()
    assert changed(work) == ()
    inner = type(work)(work.root / "lib")
    inner.write({"lib.lua": "y"}).commit()
    assert changed(work) == ("lib/",)


def test_before_the_first_commit_everything_is_new(work: Work) -> None:
    work.write({"data.lua": "x"}).git("add", "--all")
    assert changed(work) == ("data.lua", "info.json")
