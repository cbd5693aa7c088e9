"""Symbolic links: inside the mod they become what they point to, outside it they are refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mod.conftest import Work

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def link(work: Work, path: str, target: str | Path) -> None:
    place = work.folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def content(work: Work, path: str) -> bytes:
    file = work.files().get(path)
    assert file is not None
    return file.read()


def test_a_link_to_a_file_ships_the_file(work: Work) -> None:
    work.write({"a/real.lua": "real"})
    link(work, "b/link.lua", "../a/real.lua")
    link(work, "b/link-to-link.lua", "link.lua")
    work.commit()
    assert work.shipped() == ["a/real.lua", "b/link-to-link.lua", "b/link.lua", "info.json"]
    assert content(work, "b/link-to-link.lua") == b"real"
    assert work.codes() == []


def test_a_link_to_a_folder_ships_what_git_tracks_there(work: Work) -> None:
    work.write({"src/real.lua": "real", "src/in/x.lua": "x", ".gitignore": "junk\n", "src/.dot": ""})
    work.write_info(ignore=["src/**"])
    link(work, "lib", "src")
    link(work, "src/loop", "..")
    work.commit().write({"src/junk": ""})
    assert work.shipped() == ["info.json", "lib/in/x.lua", "lib/real.lua"]
    assert content(work, "lib/in/x.lua") == b"x"


@pytest.mark.parametrize(
    "target", ["/etc/hosts", "../outside.lua", ".git/config", "../repository-too/x.lua", "/", ".."]
)
def test_a_link_that_leaves_the_mod_is_refused(work: Work, target: str) -> None:
    (work.root.parent / "outside.lua").write_text("secret")
    (work.root.parent / "repository-too").mkdir()
    (work.root.parent / "repository-too" / "x.lua").write_text("secret")
    link(work, "data.lua", target)
    work.commit()
    assert work.codes() == ["game-file-left-out", "symlink-outside"]
    assert work.shipped() == ["info.json"]
    assert work.reasons() == {"data.lua": "symlink-outside"}


@pytest.mark.parametrize(("path", "target"), [("loop", "."), ("lib/loop", ".."), ("lib/in/loop", "..")])
def test_a_link_to_a_folder_that_holds_it_is_refused(work: Work, path: str, target: str) -> None:
    work.write({"lib/a.lua": "mine", "lib/in/b.lua": "mine"})
    link(work, path, target)
    work.commit()
    assert work.codes() == ["symlink-loop"]
    assert work.shipped() == ["info.json", "lib/a.lua", "lib/in/b.lua"]


@pytest.mark.parametrize("target", ["nowhere.lua", "link.lua", "../nowhere"])
def test_a_link_to_nothing_is_told(work: Work, target: str) -> None:
    link(work, "link.lua", target)
    work.commit()
    assert work.codes() == ["symlink-outside" if target.startswith("..") else "symlink-broken"]


def test_a_folder_on_the_way_that_became_a_link_is_refused(work: Work, tmp_path: Path) -> None:
    work.write({"lib/a.lua": "mine"}).commit()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.lua").write_text("not mine")
    (work.folder / "lib" / "a.lua").unlink()
    (work.folder / "lib").rmdir()
    link(work, "lib", tmp_path / "elsewhere")
    assert "lib/a.lua" not in work.shipped()
    assert "symlink-outside" in work.codes()


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(work: Work) -> None:
    work.write({"data.lua": "1234", "other.lua": "5678"}).commit()
    file = work.files().get("data.lua")
    assert file is not None
    (work.folder / "data.lua").unlink()
    link(work, "data.lua", "other.lua")
    with pytest.raises(Exception, match="cannot be read"):
        file.read()


def test_a_link_checked_out_as_a_file_is_still_a_link(work: Work) -> None:
    work.write({"a/real.lua": "real"})
    link(work, "a/link.lua", "real.lua")
    link(work, "evil.lua", "/etc/hosts")
    work.commit()
    for name in ("a/link.lua", "evil.lua"):
        (work.folder / name).unlink()
    work.git("-c", "core.symlinks=false", "checkout", "--", ".")
    assert not (work.folder / "a/link.lua").is_symlink()
    assert content(work, "a/link.lua") == b"real"
    assert work.codes() == ["symlink-outside"]
