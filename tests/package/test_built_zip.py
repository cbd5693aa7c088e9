"""A package that was built by somebody else is not trusted."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from typing import TYPE_CHECKING, Any, cast

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.checks.reported import COLLECTION_SEVERITIES
from factorio_release.errors import ModError
from factorio_release.mod.mod import load_mod
from factorio_release.package.built_zip import files_of_zip

if TYPE_CHECKING:
    from pathlib import Path

INFO = json.dumps({"name": "my-mod", "version": "1.2.3"}).encode()


def pack(path: Path, members: list[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members:
            bundle.writestr(name, content)
    return path


def linked(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


def test_the_top_folder_may_have_any_name(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "any.zip",
        [("whatever/info.json", INFO), ("whatever/", b""), ("whatever/a/b.lua", b"x")],
    )
    mod = load_mod(path)
    assert [file.path for file in mod.files.files] == ["a/b.lua", "info.json"]
    assert mod.files.files[0].read() == b"x"
    assert (mod.name, mod.files.origin, mod.files.problems) == ("my-mod", "zip", ())


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("top/../../evil.lua", "zip-name"),
        ("top/..\\..\\evil.lua", "zip-name"),
        ("C:\\mods\\evil.lua", "zip-name"),
        ("top/.git/config", "zip-name"),
        ("top/lib/.GIT/x", "zip-name"),
        ("stray.lua", "zip-top-folder"),
        ("other/x.lua", "zip-top-folder"),
        (linked("top/link.lua"), "zip-symlink"),
        ("top/info.json", "duplicate-path"),
    ],
)
def test_a_member_that_breaks_for_players_is_reported(
    tmp_path: Path, member: str | zipfile.ZipInfo, code: str
) -> None:
    path = pack(tmp_path / "odd.zip", [("top/info.json", INFO), (member, b"x")])
    files = files_of_zip(path)
    assert {problem.code for problem in files.problems} == {code}
    assert code in COLLECTION_SEVERITIES
    assert [file.path for file in files.files] == ["info.json"]
    assert len(files.left_out) == 1


@pytest.mark.parametrize(
    ("member", "path", "says"),
    [
        ("top\\a\\b.lua", "a/b.lua", "has a backslash in its name"),
        ("/top/a.lua", "a.lua", "has an absolute path"),
        ("\\top\\a.lua", "a.lua", "has an absolute path"),
        ("./top/a.lua", "a.lua", "has a name with an empty part or a dot for a folder"),
        ("top//a.lua", "a.lua", "has a name with an empty part or a dot for a folder"),
    ],
)
def test_a_wrong_name_of_a_known_path_is_reported_and_the_file_is_checked(
    tmp_path: Path, member: str, path: str, says: str
) -> None:
    info = member.removesuffix(path) + "info.json" if "a/" not in path else "top\\info.json"
    bundle = pack_as_named(tmp_path / "odd.zip", [(info, INFO), (member, b"x")])
    files = load_mod(bundle).files
    (problem,) = files.problems
    assert (problem.code, problem.file) == ("zip-name", info)
    assert f"{info} (and 1 more) {says}" in problem.message
    assert [file.path for file in files.files] == [path, "info.json"]
    assert files.files[0].read() == b"x"


def pack_as_named(path: Path, members: list[tuple[str, bytes]]) -> Path:
    """Pack with names that zipfile would change."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members:
            entry = zipfile.ZipInfo()
            entry.filename = name
            bundle.writestr(entry, content)
    return path


def test_a_nul_in_a_name_is_reported(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", [("top/info.json", INFO), ("top/a-lua", b"x")])
    path.write_bytes(path.read_bytes().replace(b"a-lua", b"a\0lua"))
    files = load_mod(path).files
    assert [(problem.code, problem.file) for problem in files.problems] == [
        ("zip-name", "top/a\0lua")
    ]
    assert [file.path for file in files.files] == ["info.json"]


def test_folders_have_entries_or_none(tmp_path: Path) -> None:
    path = pack_as_named(
        tmp_path / "x.zip",
        [("top/", b""), ("top/a/", b""), ("top/a/b.lua", b"x"), ("top/info.json", INFO)],
    )
    assert load_mod(path).files.problems == ()
    path = pack_as_named(
        tmp_path / "y.zip", [("top\\", b""), ("top\\a\\", b""), ("top\\info.json", INFO)]
    )
    (problem,) = load_mod(path).files.problems
    assert "top\\ (and 2 more) has a backslash" in problem.message


@pytest.mark.parametrize("names", [("top/lib", "top/lib/a.lua"), ("top/lib/", "top/lib")])
def test_a_file_and_a_folder_of_one_name_are_reported(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    members = [("top/info.json", INFO), *((name, b"") for name in names)]
    (problem,) = load_mod(pack_as_named(tmp_path / "x.zip", members)).files.problems
    assert problem.code == "duplicate-path"
    assert problem.message == "top/lib is both a file and a folder in the zip"


def test_the_first_of_two_entries_is_read(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = pack(
            tmp_path / "x.zip",
            [("top/info.json", INFO), ("top/a.lua", b"first"), ("top/a.lua", b"the second")],
        )
    mod = load_mod(path)
    assert [problem.code for problem in mod.files.problems] == ["duplicate-path"]
    assert mod.files.files[0].read() == b"first"


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")]
)
def test_a_method_that_the_game_does_not_read_is_reported_once(
    tmp_path: Path, method: int, name: str
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as bundle:
        bundle.writestr("top/info.json", INFO)
        bundle.writestr("top/data.lua", b"x")
        bundle.writestr("top/stored.lua", b"x", zipfile.ZIP_STORED)
    files = load_mod(path).files
    (problem,) = files.problems
    assert problem.code == "zip-method"
    assert problem.message.startswith(f"top/info.json (and 1 more) is compressed with {name}:")
    assert len(files.files) == 3


def with_field(data: bytes, name: str, offset: int, value: int) -> bytes:
    """Return a zip with one byte of an entry replaced; `offset` counts in the local header."""
    changed = bytearray(data)
    changed[data.index(name.encode()) - 30 + offset] = value
    changed[data.rindex(name.encode()) - 46 + offset + 2] = value
    return bytes(changed)


DEFLATE64, FLAGS, METHOD = 9, 6, 8


def test_a_method_that_nobody_unpacks_here_costs_one_finding(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "x.zip",
        [("top/info.json", INFO), ("top/data.lua", b"require 'a'"), ("top/a.lua", b"x = 1")],
    )
    path.write_bytes(with_field(path.read_bytes(), "top/a.lua", METHOD, DEFLATE64))
    found = run_checks(load_mod(path), CheckContext()).findings
    codes = {finding.code for finding in found}
    assert "zip-method" in codes
    assert "require-missing" not in codes


@pytest.mark.parametrize(
    ("offset", "value", "says"),
    [(METHOD, DEFLATE64, "it is compressed with Deflate64"), (FLAGS, 1, "it is encrypted")],
)
def test_an_info_json_that_cannot_be_read_says_why(
    tmp_path: Path, offset: int, value: int, says: str
) -> None:
    path = pack(tmp_path / "x.zip", [("top/info.json", INFO)])
    path.write_bytes(with_field(path.read_bytes(), "top/info.json", offset, value))
    with pytest.raises(ModError, match=says):
        load_mod(path)


def test_a_zip_without_its_folder_is_checked(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", [("info.json", INFO), ("lib/a.lua", b"x")])
    files = load_mod(path).files
    (problem,) = files.problems
    assert (problem.code, problem.file) == ("zip-top-folder", "info.json")
    assert "lies at the top of the zip" in problem.message
    assert [file.path for file in files.files] == ["info.json", "lib/a.lua"]


def test_what_lies_beside_the_folder_is_named_once(tmp_path: Path) -> None:
    others = [(f"other-{number}/a.lua", b"") for number in range(5)]
    path = pack(tmp_path / "x.zip", [("top/info.json", INFO), *others, *others[:0]])
    (problem,) = load_mod(path).files.problems
    assert "other-0, other-1, other-2 and 2 more:" in problem.message


def test_bytes_around_a_zip_are_reported_and_a_comment_is_not(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", [("top/info.json", INFO)])
    whole = path.read_bytes()
    for data, says in (
        (b"#!/bin/sh\n" + whole, "does not begin with the zip"),
        (whole + bytes(300), "300 bytes follow the end of the zip"),
    ):
        path.write_bytes(data)
        (problem,) = load_mod(path).files.problems
        assert problem.code == "zip-garbage"
        assert says in problem.message
    path.write_bytes(whole)
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.comment = b"PK: a comment"
    assert load_mod(path).files.problems == ()


def test_a_zip_that_was_written_as_a_stream_is_right(tmp_path: Path) -> None:
    """Its headers have no sizes: data descriptors follow the entries, as many tools write them."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any, /) -> int:
            self.data += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(cast("Any", stream), "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("top/info.json", INFO)
    path = tmp_path / "x.zip"
    path.write_bytes(stream.data)
    assert b"PK\x07\x08" in stream.data
    assert load_mod(path).files.problems == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is an empty file, not a zip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), "is a 7z archive, not a zip"),
        (b"Rar!\x1a\x07\x01\x00", "is a RAR archive, not a zip"),
        (b"\n<!DOCTYPE html><html>", "is an HTML page, not a zip"),
        (b'{"message": "Not Found"}', "is a JSON file, not a zip"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not a zip"),
        (b"PK\x03\x04" + bytes(99), "is a zip that is cut short"),
        (b"anything else", "is not a zip that can be read"),
    ],
)
def test_what_is_no_zip_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(ModError, match=says) as raised:
        load_mod(path)
    assert ("git lfs pull" in raised.value.hint) is ("LFS" in says)


def test_a_name_in_no_declared_encoding_is_reported(tmp_path: Path) -> None:
    path = pack(tmp_path / "old.zip", [("top/info.json", INFO), ("top/grün.lua", b"x")])
    data = path.read_bytes().replace("grün".encode(), b"gr\x81n_")
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.rindex(mark) + (6 if mark.endswith(b"\x04") else 8)
        data = data[:at] + b"\0\0" + data[at + 2 :]
    path.write_bytes(data)
    assert [problem.code for problem in files_of_zip(path).problems] == ["file-name-encoding"]


def test_a_broken_member_is_named(tmp_path: Path) -> None:
    path = pack(tmp_path / "broken.zip", [("top/info.json", INFO), ("top/data.lua", b"x" * 5000)])
    data = bytearray(path.read_bytes())
    at = data.index(b"top/data.lua") + len("top/data.lua")
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    file = files_of_zip(path).get("data.lua")
    assert file is not None
    with pytest.raises(ModError, match=r"top/data\.lua in the zip cannot be read"):
        file.open()


def test_a_wrong_checksum_is_said_as_such(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("top/info.json", INFO)
        bundle.writestr("top/data.lua", b"x = 1")
    path.write_bytes(path.read_bytes().replace(b"x = 1", b"x = 2"))
    with pytest.raises(ModError, match=r"cannot be read: it is damaged, its checksum is wrong"):
        run_checks(load_mod(path), CheckContext())


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 99, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_mod_zip_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(ModError):
        load_mod(path)


def test_an_info_json_too_deep_is_an_error(tmp_path: Path) -> None:
    path = pack(tmp_path / "deep.zip", [("a/b/info.json", INFO)])
    with pytest.raises(ModError, match=r"no info\.json one folder deep"):
        load_mod(path)


@pytest.mark.parametrize("name", ["a/b/info.json", "a/Info.json"])
def test_an_info_json_in_another_place_is_named(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "x.zip", [(name, INFO)])
    with pytest.raises(ModError, match=f"has no info.json one folder deep, but {name}"):
        load_mod(path)


def test_nothing_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModError, match="does not exist"):
        load_mod(tmp_path / "nowhere")
    with pytest.raises(ModError, match=r"has no info\.json"):
        load_mod(tmp_path)


def test_a_dot_name_in_a_zip_is_reported(tmp_path: Path) -> None:
    members: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        (f"top/{name}", b"x") for name in (".env", ".keys/a", ".keys/b", ".github/c")
    ]
    mod = load_mod(pack(tmp_path / "dots.zip", [("top/info.json", INFO), *members]))
    found = run_checks(mod, CheckContext()).findings
    assert sorted(finding.message for finding in found if finding.code == "litter") == [
        ".env has a name that begins with a dot",
        ".github/c was left by a tool",
        ".keys/a (and 1 more) has a name that begins with a dot",
    ]


def test_what_is_read_is_a_copy_that_nobody_else_can_change(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(100_000)  # more than what the system may have read ahead
    path = pack(tmp_path / "x.zip", [("top/a.lua", noise), ("top/info.json", INFO)])
    mod = load_mod(path)
    pack(path, [("top/a.lua", noise[::-1]), ("top/info.json", INFO)])
    file = mod.files.get("a.lua")
    assert file is not None
    assert file.read() == noise
    path.unlink()
    assert file.read() == noise


@pytest.mark.skipif(os.name == "nt", reason="sparse files as POSIX has them")
def test_a_zip_larger_than_any_mod_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:
        stream.truncate(4_000_000_001)
    with pytest.raises(ModError, match="more than 4000 MB"):
        load_mod(path)
