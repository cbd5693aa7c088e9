"""A package that is made while the checks run: taken it is the same, dropped it has never been there."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from factorio_release.archive import PackingAhead, build_archive
from factorio_release.archive.packing import pack
from factorio_release.archive.reading_ahead import MAX_IN_MEMORY_BYTES
from factorio_release.disk.upload_content import PrivateFile
from factorio_release.errors import ModError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import MakeMod

FILES = {f"{number}.lua": os.urandom(30) * (number + 1) for number in range(300)}
BEFORE = b"the package of an earlier mod"


@pytest.fixture
def private() -> PrivateFile:
    """A private file with the package of another mod in it."""
    file = PrivateFile()
    file.append([BEFORE])
    return file


def packing_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("packing")]


def wait_until_done(ahead: PackingAhead) -> None:
    while not ahead.is_done:
        time.sleep(0.001)


def test_taken_it_is_the_same_package(
    make_mod: MakeMod, tmp_path: Path, private: PrivateFile
) -> None:
    mod = make_mod(FILES)
    alone = build_archive(mod, tmp_path / "alone", "fast", epoch=2_000_000_000)
    heard: list[tuple[int, int]] = []
    with PackingAhead(mod, private, "fast", epoch=2_000_000_000) as ahead:
        taken = build_archive(
            mod, tmp_path / "out", "fast", lambda *one: heard.append(one), ahead=ahead
        )
    assert taken.path.read_bytes() == alone.path.read_bytes()
    assert taken[1:7] == alone[1:7]
    assert taken.content
    assert b"".join(taken.content.blocks()) == alone.path.read_bytes()
    assert (taken.content.file, taken.content.start) == (private, len(BEFORE))
    assert heard == sorted(heard)
    assert packing_threads() == []


@pytest.mark.parametrize("is_done", [True, False])
def test_dropped_it_leaves_nothing(
    *, make_mod: MakeMod, tmp_path: Path, private: PrivateFile, is_done: bool
) -> None:
    interval = sys.getswitchinterval()
    mod = make_mod({**FILES, "huge.dat": bytes(MAX_IN_MEMORY_BYTES + 1)})
    with PackingAhead(mod, private, "default") as ahead:
        if is_done:
            wait_until_done(ahead)
    assert private.size == len(BEFORE)
    assert b"".join(private.blocks()) == BEFORE
    assert packing_threads() == []
    assert sys.getswitchinterval() == interval
    assert [path.name for path in tmp_path.iterdir()] == ["mod"]


def test_it_stops_early_when_it_is_dropped(make_mod: MakeMod, private: PrivateFile) -> None:
    """No file is begun any more; those in work are finished."""
    mod = make_mod({f"{number:03}.lua": bytes(600 << 10) for number in range(60)})
    heard: list[int] = []
    dropped = threading.Event()

    def drop(done: int, _total: int) -> None:
        heard.append(done)
        dropped.wait()

    with PackingAhead(mod, private, "fast") as ahead:
        ahead.show(drop)
        while not heard and not ahead.is_done:
            time.sleep(0.001)
        ahead.stop()
        dropped.set()
    assert len(heard) <= 1
    assert private.size == len(BEFORE)


def test_no_more_threads_compress_than_there_are_slots(
    make_mod: MakeMod, private: PrivateFile
) -> None:
    """The checks have a core of their own, whatever the number of threads is."""
    mod = make_mod({f"{number}.lua": bytes(600 << 10) for number in range(9)})
    busy: list[int] = []
    most: list[int] = []
    slots = threading.Semaphore(2)

    class Counted:
        def __enter__(self) -> None:
            slots.acquire()
            busy.append(1)
            most.append(len(busy))

        def __exit__(self, *_: object) -> None:
            busy.pop()
            slots.release()

    packed = pack(mod, private, "default", threads=6, slot=Counted())
    assert packed.content.start == len(BEFORE)
    assert len(most) == 10
    assert max(most) <= 2
    assert busy == []


def test_its_failure_is_told_when_it_is_taken(
    make_mod: MakeMod, tmp_path: Path, private: PrivateFile
) -> None:
    mod = make_mod({"data.lua": b"1", "z.lua": b"2"})
    (mod.path / "z.lua").unlink()
    with PackingAhead(mod, private, "fast") as ahead:
        wait_until_done(ahead)
        with pytest.raises(ModError, match=r"z\.lua cannot be read"):
            build_archive(mod, tmp_path / "out", ahead=ahead)
    assert private.size == len(BEFORE)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no time that only the system sets")
@pytest.mark.parametrize("content", [b"x" * 5000, bytes(5000)], ids=["another", "the same"])
@pytest.mark.parametrize("reads", ["nothing", "a part", "all"])
def test_a_check_that_read_after_the_packing(
    *, make_mod: MakeMod, tmp_path: Path, private: PrivateFile, content: bytes, reads: str
) -> None:
    """A part proves nothing about the rest, so that then the times of the file must be the same."""
    mod = make_mod({"z.dat": bytes(5000)})
    file, path = mod.files.get("z.dat"), mod.path / "z.dat"
    assert file
    with PackingAhead(mod, private, "fast") as ahead:
        wait_until_done(ahead)
        before = path.stat().st_ctime_ns
        while path.stat().st_ctime_ns == before:
            path.write_bytes(content)
        if reads == "a part":
            with file.open() as stream:
                assert stream.read(10) == content[:10]
        is_fine = content == bytes(5000) and reads != "a part"
        if reads == "all" and not is_fine:
            with pytest.raises(ModError, match=r"z\.dat changed"):
                file.read()
        if is_fine:
            assert build_archive(mod, tmp_path / "out", ahead=ahead).path.is_file()
        else:
            with pytest.raises(ModError, match=r"z\.dat changed"):
                build_archive(mod, tmp_path / "out", ahead=ahead)
            assert list((tmp_path / "out").iterdir()) == []
    assert (private.size > len(BEFORE)) == is_fine
