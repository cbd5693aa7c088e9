"""Which zips the portal accepts and refuses."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, MakeBytes

EXECUTABLES = (
    "It is not permitted to distribute executable files with your mod. "
    "Please remove all files ending in exe, bat, ps1, sh, py."
)
GOOD = {
    "name": "lamp-post",
    "version": "1.0.0",
    "title": "t",
    "author": "a",
    "factorio_version": "2.0",
}
DATA = "Invalid mod data in zipfile"


def info(**changes: object) -> Any:
    kept = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return {"lamp-post_1.0.0/info.json": json.dumps(kept)}


def with_file(name: str) -> Any:
    return {**info(), name: "x"}


REFUSED = [
    ("no top folder", {"info.json": json.dumps(GOOD)}, "InvalidModUpload", "one top level folder"),
    ("two top folders", with_file("other/x.lua"), "InvalidModUpload", "one top level folder"),
    ("file beside the folder", with_file("readme.txt"), "InvalidModUpload", "one top level folder"),
    ("no info.json", {"lamp-post_1.0.0/x.lua": ""}, "InvalidModUpload", "info.json"),
    ("info.json deeper", {"top/in/info.json": json.dumps(GOOD)}, "InvalidModUpload", "info.json"),
    ("backslash", with_file("lamp-post_1.0.0\\x.lua"), "InvalidModUpload", "Invalid path"),
    ("leading slash", with_file("/lamp-post_1.0.0/x.lua"), "InvalidModUpload", "Invalid path"),
    ("traversal", with_file("lamp-post_1.0.0/../../x.lua"), "InvalidModUpload", "Invalid path"),
    ("not JSON", {"t/info.json": "{"}, "InvalidModRelease", "info.json"),
    ("not UTF-8", {"t/info.json": b'{"name": "\xff"}'}, "InvalidModRelease", "info.json"),
    ("a list", {"t/info.json": "[]"}, "InvalidModRelease", "info.json"),
    ("deep JSON", {"t/info.json": "[" * 100_000}, "InvalidModRelease", "info.json"),
    (
        "half a character",
        {"t/info.json": json.dumps({**GOOD, "title": "\ud800"})},
        "InvalidModRelease",
        "info.json",
    ),
    (
        "huge number",
        {"t/info.json": '{"name": ' + "9" * 5000 + "}"},
        "InvalidModRelease",
        "info.json",
    ),
    ("huge info.json", {"t/info.json": " " * (1 << 21)}, "InvalidModUpload", "too large"),
    ("other name", info(name="lamp-past"), "InvalidModRelease", "name"),
    ("three-part game version", info(factorio_version="2.0.76"), "InvalidModRelease", DATA),
    ("game version as number", info(factorio_version=2.0), "InvalidModRelease", DATA),
    ("two-part version", info(version="1.0"), "InvalidModRelease", DATA),
    ("four-part version", info(version="1.0.0.0"), "InvalidModRelease", DATA),
    ("large number", info(version="1.0.65536"), "InvalidModRelease", DATA),
    ("all zeros", info(version="0.0.0"), "InvalidModRelease", DATA),
    ("foreign digits", info(version="1.0.٣"), "InvalidModRelease", DATA),
    ("pre-release", info(version="1.0.0-rc1"), "InvalidModRelease", DATA),
    ("no version", info(version=None), "InvalidModRelease", DATA),
    ("no title", info(title=None), "InvalidModRelease", DATA),
    ("no author", info(author=None), "InvalidModRelease", DATA),
    ("dependencies as text", info(dependencies="base"), "InvalidModRelease", DATA),
    ("dependency as number", info(dependencies=[1]), "InvalidModRelease", DATA),
    ("description as list", info(description=[]), "InvalidModRelease", DATA),
]


@pytest.mark.parametrize(
    ("files", "code", "text"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_zip_that_is_refused(
    *,
    client: Client,
    portal: LocalPortal,
    plain_zip: MakeBytes,
    files: dict[str, bytes | str],
    code: str,
    text: str,
) -> None:
    portal.seed_mod("lamp-post")
    answer = client.upload(plain_zip(files))
    assert (answer.status_code, answer.json()["error"]) == (400, code), answer.text
    assert text in answer.json()["message"]
    assert portal.state.mods["lamp-post"].releases == []


@pytest.mark.parametrize("name", ["run.exe", "a/b.BAT", "x.ps1", "x.sh", "x.py", ".sh"])
def test_executables_answer_500(
    client: Client, portal: LocalPortal, plain_zip: MakeBytes, name: str
) -> None:
    portal.seed_mod("lamp-post")
    answer = client.upload(plain_zip(with_file(f"lamp-post_1.0.0/{name}")))
    assert (answer.status_code, answer.json()["message"]) == (500, EXECUTABLES)


@pytest.mark.parametrize(
    "files",
    [
        info(),
        info(factorio_version=None),
        info(dependencies=["base >= 2.0", "? other"]),
        {"any name/info.json": json.dumps(GOOD), "any name/happy": "", "any name/fish": ""},
    ],
)
def test_a_zip_that_is_accepted(
    client: Client,
    portal: LocalPortal,
    plain_zip: MakeBytes,
    files: dict[str, bytes | str],
) -> None:
    portal.seed_mod("lamp-post")
    assert client.upload(plain_zip(files)).json() == {"success": True}


def test_leading_zeros_stay_as_written(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    client.upload(mod_zip(version="0.1.01"))
    release = client.full()["releases"][0]
    assert (release["version"], release["file_name"]) == ("0.1.01", "lamp-post_0.1.01.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and nothing", b"x" * 100_000])
def test_no_zip_at_all(client: Client, portal: LocalPortal, content: bytes) -> None:
    portal.seed_mod("lamp-post")
    assert client.upload(content).json()["error"] == "InvalidModUpload"


def test_a_cut_and_a_corrupted_zip(client: Client, portal: LocalPortal, mod_zip: MakeBytes) -> None:
    portal.seed_mod("lamp-post")
    whole = mod_zip()
    assert client.upload(whole[:-30]).json()["error"] == "InvalidModUpload"
    assert client.upload(b"\xff" * 40 + whole[40:]).json()["error"] == "InvalidModUpload"


def test_a_directory_that_claims_gigabytes_is_not_read(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    whole = bytearray(mod_zip())
    at = whole.rfind(b"PK\x05\x06")
    whole[at + 12 : at + 16] = struct.pack("<I", 0x7FFFFFFF)
    assert client.upload(bytes(whole)).json()["message"] == "Too many files in zipfile"


def test_a_bomb_is_not_inflated(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t/info.json", json.dumps(GOOD))
        archive.writestr("t/changelog.txt", b"\0" * (64 << 20))
    tracemalloc.start()
    answer = client.upload(content.getvalue()).json()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer["message"] == "t/changelog.txt is too large"
    assert peak < 32 << 20


def test_a_name_that_ends_early_for_others(
    client: Client, portal: LocalPortal, plain_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    content = plain_zip(with_file("lamp-post_1.0.0/a?b.lua")).replace(b"a?b.lua", b"a\0b.lua")
    assert "Invalid path" in client.upload(content).json()["message"]


def test_the_thumbnail_of_the_zip_becomes_the_mods(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    client.upload(mod_zip(files={"thumbnail.png": png(144, 144)}))
    assert client.get(client.full()["thumbnail"]).content == png(144, 144)
    client.upload(mod_zip(version="1.0.1", files={"thumbnail.png": "no image"}))
    assert "thumbnail" not in client.full()
