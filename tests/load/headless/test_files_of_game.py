"""What is unpacked and what is written for the game: archives with names that lead out, settings, a dump."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.load.headless.dump import read_dump
from factorio_release.load.headless.property_tree import settings_file
from factorio_release.load.headless.unpack import UnpackError, unpack

if TYPE_CHECKING:
    from pathlib import Path


def packed(
    *members: tuple[str, bytes | str], kind: bytes = tarfile.REGTYPE, mode: int = 0o644
) -> bytes:
    """Return a `.tar.xz`; a text is the target of a link of `kind`."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.mode = mode
            if isinstance(content, str):
                member.type, member.linkname = kind, content
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return lzma.compress(raw.getvalue())


def test_an_archive_is_unpacked_below_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "game"
    folder.mkdir()
    unpack(io.BytesIO(packed(("factorio/bin/x64/factorio", b"program"), mode=0o4755)), folder)
    unpack(io.BytesIO(packed(("factorio/data/base/info.json", b"{}"))), folder)
    program = folder / "bin/x64/factorio"
    assert program.read_bytes() == b"program"
    assert program.stat().st_mode & 0o7777 == 0o755
    assert (folder / "data/base/info.json").stat().st_mode & 0o111 == 0


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (packed(("factorio/../../out", b"x")), "leads out of its folder"),
        (packed(("/etc/out", b"x")), "leads out of its folder"),
        (packed(("factorio/..\\out", b"x")), "leads out of its folder"),
        (packed(("out", b"x")), "neither a file nor a folder"),
        (packed(("factorio/link", "/etc"), kind=tarfile.SYMTYPE), "neither a file nor a folder"),
        (packed(("factorio/link", "factorio/x"), kind=tarfile.LNKTYPE), "neither a file nor a folder"),
        (packed(("factorio/pipe", ""), kind=tarfile.FIFOTYPE), "neither a file nor a folder"),
        (packed(("factorio/device", ""), kind=tarfile.CHRTYPE), "neither a file nor a folder"),
        (packed(("factorio/a", b"x"), ("factorio/a", b"y")), "twice"),
        (packed(("factorio/a", b"x"), ("factorio/a/b", b"y")), "twice"),
        (packed(("factorio/a", bytes(range(256)) * 40))[:150], "not a complete .tar.xz"),
        (b"<html>a page</html>", "not a complete .tar.xz"),
        (b"", "not a complete .tar.xz"),
    ],
)  # fmt: skip
def test_an_archive_that_is_wrong(tmp_path: Path, archive: bytes, said: str) -> None:
    folder = tmp_path / "inner" / "game"
    folder.mkdir(parents=True)
    with pytest.raises(UnpackError, match=said):
        unpack(io.BytesIO(archive), folder)
    assert not (tmp_path / "inner" / "out").exists()
    assert not (tmp_path / "out").exists()


def test_an_archive_has_bounds(tmp_path: Path) -> None:
    archive = packed(("f/a", b"x" * 10), ("f/b", b"x" * 10))
    with pytest.raises(UnpackError, match="more than 1 files"):
        unpack(io.BytesIO(archive), tmp_path / "many", max_files=1)
    with pytest.raises(UnpackError, match="larger than 15 bytes"):
        unpack(io.BytesIO(archive), tmp_path / "large", max_bytes=15)


def test_settings_in_the_games_form() -> None:
    """The bytes follow from the wiki's two pages, written out by hand."""
    found = settings_file((2, 0, 77), {"a-setting": "x" * 300})
    empty = b"\x05\x00\x00\x00\x00\x00"
    value = b"\x05\x00\x01\x00\x00\x00\x00\x05value\x03\x00\x00\xff\x2c\x01\x00\x00" + b"x" * 300
    startup = b"\x05\x00\x01\x00\x00\x00" + b"\x00\x09a-setting" + value
    assert found == (
        b"\x02\x00\x00\x00\x4d\x00\x00\x00\x00"
         b"\x05\x00\x03\x00\x00\x00"
         b"\x00\x07startup" + startup
        + b"\x00\x0eruntime-global" + empty
        + b"\x00\x10runtime-per-user" + empty
    )  # fmt: skip
    assert b"\x01\x00\x01" in settings_file((2, 0, 0), {"b": True})
    assert b"\x02\x00" + b"\x00" * 6 + b"\xf0\x3f" in settings_file((2, 0, 0), {"n": 1})
    assert b"\x03\x00\x01" in settings_file((2, 0, 0), {"empty": ""})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is not whole"),
        (b'{"item": {"lamp": {"name": "la', "is not whole"),
        (b"[" * 100_000, "is not whole"),
        (b"[]", "has no prototypes"),
        (b'{"item": 3}', "has no prototypes"),
    ],
)
def test_a_dump_that_is_wrong(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        write_dump(tmp_path, content)
    data, reason = read_dump(tmp_path)
    assert data is None
    assert said in reason


def test_a_dump_is_the_emulated_loads_type(tmp_path: Path) -> None:
    write_dump(tmp_path, json.dumps({"item": {"lamp": {"type": "item", "name": "lamp"}}}).encode())
    data, reason = read_dump(tmp_path)
    assert reason == ""
    assert data is not None
    assert data.names(["item"]) == {"lamp"}


def write_dump(folder: Path, content: bytes) -> None:
    (folder / "script-output").mkdir()
    (folder / "script-output" / "data-raw-dump.json").write_bytes(content)
