"""A checkout that changes line ends gives the same package: real clones with the settings of Windows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from factorio_release.archive import build_archive
from factorio_release.checks import CheckContext, run_checks
from factorio_release.git.repository import find_repository
from factorio_release.mod.mod import load_mod
from factorio_release.package.committed import changed_from_head
from tests.support.work_tree import WorkTree

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, bytes | str] = {
    "data.lua": "local a = 1\nlocal b = 2\n",
    "control.lua": "-- one line, no end",
    "crlf.lua": b"local a = 1\r\nlocal b = 2\r\n",
    "mixed.lua": b"local a = 1\nlocal b = 2\r\n",
    "lone-cr.lua": b"local a = 1\rlocal b = 2\n",
    "changelog.txt": f"{'-' * 99}\nVersion: 1.2.3\nDate: 2026-01-01\n  Info:\n    - One.\n",
    "locale/en/my-mod.cfg": "[item-name]\nlamp=Lamp\n",
    "graphics/a.png": b"\x89PNG\r\n\x1a\n\0\0\n\r\n",
    "utf-16.txt": "a\nb\n".encode("utf-16"),
    "empty.lua": "",
}


@pytest.fixture
def origin(tmp_path: Path) -> WorkTree:
    tree = WorkTree(tmp_path / "origin").init()
    tree.info["dependencies"] = ["base >= 2.0"]
    text = (
        "{\n" + ",\n".join(f'"{key}": {_json(value)}' for key, value in tree.info.items()) + "\n}\n"
    )
    return tree.write({**FILES, "info.json": text})


def _json(value: object) -> str:
    return str(value).replace("'", '"') if isinstance(value, list) else f'"{value}"'


def clone(origin: WorkTree, name: str, *settings: str) -> WorkTree:
    other = WorkTree(origin.root.parent / name)
    options = [part for setting in settings for part in ("-c", setting)]
    origin.git("clone", "-q", "--recurse-submodules", *options, str(origin.root), str(other.root))
    return WorkTree(other.root, origin.prefix)


def commit_attributes(tree: WorkTree, text: str) -> None:
    """Commit this file alone: `git add --all` could store the others with LF."""
    tree.write({".gitattributes": text})
    tree.git("add", ".gitattributes")
    tree.git("commit", "-q", "-m", "Attributes")


def zip_of(tree: WorkTree, output: Path) -> str:
    mod = load_mod(tree.folder)
    archive = build_archive(mod, output)
    assert (
        hashlib.sha1(archive.path.read_bytes(), usedforsecurity=False).hexdigest() == archive.sha1
    )
    assert not [one for one in run_checks(mod, CheckContext()).findings if one.severity == "error"]
    assert mod.repository
    assert changed_from_head(mod.repository, mod.files) == ()
    return archive.sha1


ATTRIBUTES = {
    "no attributes": "",
    "auto": "* text=auto\n",
    "crlf": "*.lua eol=crlf\n*.txt text eol=crlf\n",
    "auto, crlf": "* text=auto eol=crlf\n",
    "the old name": "*.lua crlf=input\n*.cfg -crlf\n",
    "off": "* -text\n",
    "ident": "*.lua ident\n",
    "lf": "* text=auto eol=lf\n",
}
SETTINGS = {
    "linux": (),
    "windows": ("core.autocrlf=true", "core.symlinks=false"),
    "input": ("core.autocrlf=input",),
    "eol": ("core.eol=crlf", "core.autocrlf=false"),
}


@pytest.mark.parametrize("attributes", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_every_checkout_of_a_commit_gives_the_same_zip(
    origin: WorkTree, tmp_path: Path, attributes: str
) -> None:
    files = {".gitattributes": attributes} if attributes else {}
    files["ident.lua"] = "-- $Id$\nlocal a = 1\n"
    origin.write(files)
    (origin.folder / "link.lua").symlink_to("data.lua")
    origin.commit()
    assert zip_of(clone(origin, "twin"), tmp_path / "out")
    zips = {
        name: zip_of(clone(origin, name, *settings), tmp_path / name / "dist")
        for name, settings in SETTINGS.items()
    }
    assert set(zips.values()) == {zips["linux"]}, zips


def test_an_attribute_that_came_later_changes_nothing(origin: WorkTree, tmp_path: Path) -> None:
    """Git then has CRLF, mixed line ends and a picture, and writes them all with other line ends."""
    origin.commit()
    commit_attributes(origin, "* text eol=crlf\n")
    there = clone(origin, "there")
    on_disk = {path: (there.folder / path).read_bytes() for path in FILES}
    assert on_disk["graphics/a.png"] != FILES["graphics/a.png"]
    assert on_disk["mixed.lua"] != FILES["mixed.lua"]
    packed = {file.path: file.read() for file in there.files().files}
    for path, content in FILES.items():
        assert packed[path] == (content.encode() if isinstance(content, str) else content)


def test_the_checkout_has_really_changed_the_files(origin: WorkTree) -> None:
    windows = clone(origin.commit(), "windows", "core.autocrlf=true")
    assert b"\r\n" in (windows.folder / "data.lua").read_bytes()
    assert b"\r\n" in (windows.folder / "info.json").read_bytes()
    (data,) = (file for file in windows.files().files if file.path == "data.lua")
    assert (data.read(), data.size) == (b"local a = 1\nlocal b = 2\n", 24)
    assert b"".join(data.blocks(5)) == data.open().read() == data.read()


def test_findings_are_at_the_same_place_in_every_checkout(origin: WorkTree) -> None:
    origin.write({"data.lua": "local a = 1\nlocal = 2\n", "locale/en/a.cfg": "[item-name]\n=x\n"})
    origin.write({"changelog.txt": f"{'-' * 99}\nVersion: 1.2.3\n  Info:\n   - One.\n"}).commit()
    places = []
    for name, settings in SETTINGS.items():
        mod = load_mod(clone(origin, name, *settings).folder)
        found = run_checks(mod, CheckContext()).findings
        places.append([(one.code, one.file, one.line, one.column, one.message) for one in found])
    assert len(places[0]) >= 3
    assert places == [places[0]] * len(SETTINGS)


def test_line_ends_in_a_submodule_in_extra_roots_and_behind_links(
    tmp_path: Path,
) -> None:
    library = WorkTree(tmp_path / "library").init()
    library.write({"lib.lua": "a\nb\n", "mixed.lua": "a\r\nb\n"}).commit()
    commit_attributes(library, "*.lua text eol=crlf\n")
    origin = WorkTree(tmp_path / "origin", "mods/my-mod").init()
    origin.write({"shared/util.lua": "a\nb\n"}, at=origin.root)
    origin.write_info(extra=[{"root": "../../shared", "glob": "**/*.lua"}])
    origin.write({"data.lua": "a\nb\n", "notes.txt": "a\nb\n"})
    (origin.folder / "link.lua").symlink_to("data.lua")
    origin.write({".gitattributes": "notes.txt export-ignore\n"})
    origin.git("submodule", "--quiet", "add", str(library.root), "mods/my-mod/lib")
    origin.commit()
    windows = clone(origin, "windows", "core.autocrlf=true")
    files = {file.path: file.read() for file in windows.files(include=("notes.txt",)).files}
    texts = {path for path, content in files.items() if content == b"a\nb\n"}
    assert texts == {"util.lua", "data.lua", "notes.txt", "link.lua", "lib/lib.lua"}
    assert files["lib/mixed.lua"] == b"a\r\nb\n"
    seen_by_a_link = tmp_path / "seen"
    seen_by_a_link.symlink_to(windows.root)
    behind = WorkTree(seen_by_a_link, origin.prefix).files(include=("notes.txt",))
    assert {file.path: file.read() for file in behind.files} == files


def test_what_was_really_changed_is_packed_as_it_is(origin: WorkTree) -> None:
    windows = clone(origin.commit(), "windows", "core.autocrlf=true")
    edited = b"local a = 1\r\nlocal b = 3\r\n"
    windows.write(
        {"data.lua": edited, "built.lua": b"a\r\nb\r\n", "graphics/a.png": b"\x89PNG\n\0\r\n"}
    )
    files = {file.path: file for file in windows.files(include=("built.lua",)).files}
    assert files["data.lua"].read() == edited
    assert files["built.lua"].read() == b"a\r\nb\r\n"
    assert files["graphics/a.png"].read() == b"\x89PNG\n\0\r\n"
    windows.git("add", "data.lua")
    assert {file.path: file for file in windows.files().files}["data.lua"].read() == edited.replace(
        b"\r\n", b"\n"
    )
    repository = find_repository(windows.folder)
    assert repository
    assert changed_from_head(repository, windows.files()) == ("data.lua", "graphics/a.png")


def test_a_file_of_the_same_size_is_not_read(origin: WorkTree) -> None:
    """A tree that was not changed costs one question for sizes: a file that cannot be read is no error."""
    origin.commit()
    locked = origin.folder / "data.lua"
    locked.chmod(0)
    try:
        assert "data.lua" in origin.shipped()
    finally:
        locked.chmod(0o644)


def test_a_pointer_of_lfs_and_a_missing_object_are_left_as_they_are(
    origin: WorkTree, tmp_path: Path
) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9999\n"
    origin.write({"sound.ogg": pointer}).commit()
    windows = clone(origin, "windows", "core.autocrlf=true")
    windows.write({"sound.ogg": b"OggS" + b"\r\n" * 300})
    blob = windows.git("rev-parse", "HEAD:data.lua").decode().strip()
    (windows.root / ".git/objects" / blob[:2] / blob[2:]).unlink(missing_ok=True)
    files = {file.path: file.read() for file in windows.files().files}
    assert files["sound.ogg"] == b"OggS" + b"\r\n" * 300
    assert files["data.lua"] == b"local a = 1\nlocal b = 2\n"  # the object id proves it
