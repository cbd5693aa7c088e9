"""What does not fit in memory, or in 32 bits."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factorio_release.archive import build_archive
from factorio_release.archive.compressing import EFFORTS
from factorio_release.archive.hashed_file import HashedFile
from factorio_release.archive.huge_file import LAST_BLOCK, joinable
from factorio_release.archive.reading_ahead import MAX_IN_MEMORY_BYTES
from factorio_release.archive.writing import ZipWriter
from factorio_release.archive.zip_format import (
    ZipEntry,
    central_header,
    dos_time,
    end_records,
    local_header,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.archive.conftest import MakeMod

FEW_LINES = 400
MEASURE = """
import re, sys
from pathlib import Path
from factorio_release.archive import build_archive
from factorio_release.mod.mod import load_mod
build_archive(load_mod(Path(sys.argv[1])), Path(sys.argv[2]))
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@dataclass(frozen=True)
class MemoryFile:
    path: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)

    def read(self) -> bytes:
        return self.content

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        return self.content[:first], self.content[-last:]

    def blocks(self, size: int) -> Iterator[bytes]:
        return (self.content[at : at + size] for at in range(0, self.size, size))


def text_of(size: int, lines: int = 20_000) -> bytes:
    """Give text that repeats itself after so many lines: the fewer, the less work it is to compress."""
    chance = random.Random(5)
    once = b"".join(
        b'{type="item", name="thing-%d", order="%d"},\n' % (i, chance.randint(0, 999))
        for i in range(lines)
    )
    return (once * (size // len(once) + 1))[:size]


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=400), st.binary(min_size=1, max_size=40).map(lambda b: b * 999)
        ),
        max_size=6,
    ),
    st.sampled_from([1, 6, 12]),
)
@settings(max_examples=60, deadline=None)
def test_pieces_join_to_one_stream(pieces: list[bytes], level: int) -> None:
    stream = b"".join(joinable(piece, level) for piece in pieces) + LAST_BLOCK
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    assert reader.decompress(stream) == b"".join(pieces)
    assert (reader.eof, reader.unused_data) == (True, b"")


def test_a_piece_of_many_blocks_is_joined_as_well() -> None:
    changing = b"".join(
        bytes([65 + i % 20]) * 9 + random.Random(i).randbytes(i % 300) for i in range(2000)
    )
    data = text_of(300_000) + changing + text_of(100_000)
    packed = joinable(data, 6)
    assert zlib.decompress(packed + LAST_BLOCK, -zlib.MAX_WBITS) == data
    assert len(packed) < len(data) // 2


def test_a_huge_file_is_deflated_or_stored_by_which_is_smaller(
    make_mod: MakeMod, tmp_path: Path
) -> None:
    files = {
        "big.lua": text_of(MAX_IN_MEMORY_BYTES + 70_000, FEW_LINES),
        "big.ogg": random.Random(1).randbytes(MAX_IN_MEMORY_BYTES + 1),
        "small.lua": b"x",
    }
    mod = make_mod(files)
    archive = build_archive(mod, tmp_path / "out", threads=3)
    with zipfile.ZipFile(archive.path) as bundle:
        kinds = {
            entry.filename.rpartition("/")[2]: entry.compress_type for entry in bundle.infolist()
        }
        for name, content in files.items():
            assert bundle.read(f"my-mod_1.2.3/{name}") == content
    assert (kinds["big.lua"], kinds["big.ogg"]) == (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
    assert build_archive(mod, tmp_path / "two", threads=1).sha256 == archive.sha256
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["my-mod_1.2.3.zip"]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_memory_is_bounded_by_what_is_read_ahead(make_mod: MakeMod, tmp_path: Path) -> None:
    chance = random.Random(2)
    files = {f"sound/{i}.ogg": chance.randbytes(4 << 20) for i in range(25)}
    files |= {f"lua/{i}.lua": text_of(15 << 20, FEW_LINES) for i in range(2)}
    files |= {"huge.lua": text_of(40 << 20, FEW_LINES)}
    folder = make_mod(files).path
    del files
    command = [sys.executable, "-c", MEASURE, str(folder), str(tmp_path / "out")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(answer.stdout) < 130


def test_more_files_than_sixteen_bits_count(tmp_path: Path) -> None:
    files = [MemoryFile(f"f/{i:05}", b"") for i in range(66_000)]
    path = tmp_path / "many.zip"
    with path.open("wb") as stream, HashedFile(stream) as target:
        writer = ZipWriter(target, tmp_path, "top", dos_time(None), EFFORTS["default"])
        writer.write(files, 2, lambda _size: None)
    with zipfile.ZipFile(path) as bundle:
        assert len(bundle.namelist()) == 66_000
        assert bundle.read("top/f/65999") == b""


def test_more_bytes_than_thirty_two_bits_count(tmp_path: Path) -> None:
    moment, four = dos_time(None), 1 << 32
    large = ZipEntry(b"large", 0, 0, four + 5, four + 5, 0)
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:  # sparse: the bytes between are never written
        stream.write(local_header(large, moment))
        stream.seek(large.size, os.SEEK_CUR)
        small = ZipEntry(b"small", 0, zlib.crc32(b"x"), 1, 1, stream.tell())
        stream.write(local_header(small, moment) + b"x")
        start = stream.tell()
        directory = central_header(large, moment) + central_header(small, moment)
        stream.write(directory + end_records(2, len(directory), start))
    with zipfile.ZipFile(path) as bundle:
        sizes = {
            entry.filename: (entry.file_size, entry.header_offset) for entry in bundle.infolist()
        }
        assert sizes == {"large": (four + 5, 0), "small": (1, small.offset)}
        assert bundle.read("small") == b"x"
        with bundle.open("large") as stream:
            assert stream.read(10) == bytes(10)


def test_small_zips_carry_no_sixty_four_bit_fields(tmp_path: Path) -> None:
    entry = ZipEntry(b"a", 8, 1, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE)
    assert len(local_header(entry, (0, 33))) == 30 + 1
    assert len(central_header(entry, (0, 33))) == 46 + 1
    assert len(end_records(0xFFFE, 1, 1)) == 22


def test_an_error_in_a_thread_ends_the_work() -> None:
    class Broken(MemoryFile):
        def read(self) -> bytes:
            raise ZeroDivisionError

    files = [
        MemoryFile("a", b"x" * 600_000),
        Broken("b", b"x"),
        *(MemoryFile(f"c{i}", b"y") for i in range(2000)),
    ]
    nowhere: Any = None  # the error comes before the writer uses its path
    with HashedFile(io.BytesIO()) as target:
        writer = ZipWriter(target, nowhere, "top", dos_time(None), EFFORTS["fast"])
        with pytest.raises(ZeroDivisionError):
            writer.write(files, 2, lambda _size: None)
