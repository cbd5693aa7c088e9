"""A package that was built by somebody else is not trusted."""

from __future__ import annotations

import json
import os
import random
import zipfile
from typing import TYPE_CHECKING

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
        ("top//x.lua", "zip-name"),
        ("top/a\\b.lua", "zip-name"),
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
