"""The same files give the same bytes, whoever packs them, wherever and when."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.archive import build_archive
from factorio_release.mod.mod import load_mod
from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import MakeMod

TREE = {
    "data.lua": b"data:extend{}\n" * 5000,
    "control.lua": b"",
    "locale/en/grün.cfg": "a=grün\n".encode() * 99,
    "graphics/noise.png": bytes(i * i * 7919 >> 5 & 255 for i in range(300_000)),
    "Zebra.txt": b"z",
    "zebra.txt": b"z",
    **{f"many/{i}.lua": b"return %d\n" % i * (i % 40) for i in range(300)},
}
BUILD = """
import os, sys
from pathlib import Path
from factorio_release.archive import build_archive
from factorio_release.mod.mod import load_mod
os.umask(int(sys.argv[3], 8))
print(build_archive(load_mod(Path(sys.argv[1])), Path(sys.argv[2]), threads=int(sys.argv[4])).sha256)
"""


def built_elsewhere(mod: Path, output: Path, umask: str, threads: int, **environment: str) -> str:
    arguments = [sys.executable, "-c", BUILD, str(mod), str(output), umask, str(threads)]
    answer = subprocess.run(
        arguments,
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
        cwd=output.parent,
    )
    return answer.stdout.strip()


def test_two_very_different_machines_build_the_same(make_mod: MakeMod, tmp_path: Path) -> None:
    one = make_mod(TREE).path
    two = make_mod(dict(reversed(TREE.items())), "deep/down/another name").path
    for place in two.rglob("*"):
        place.chmod(0o700)
        os.utime(place, (time.time() - 1e7, time.time() - 1e7))
    git(two, "init", "-q")
    git(two, "add", "--all")
    git(two, "commit", "-qm", "m")
    (two / "untracked.lua").write_text("")
    first = built_elsewhere(
        one, tmp_path / "a", "000", 1, TZ="Asia/Kolkata", LC_ALL="C", PYTHONHASHSEED="1"
    )
    second = built_elsewhere(
        two, tmp_path / "b", "077", 7, TZ="America/Lima", LC_ALL="C.UTF-8", PYTHONUTF8="1"
    )
    assert first == second


@pytest.mark.parametrize("compression", ["fast", "default", "max"])
def test_threads_and_the_way_do_not_matter(
    make_mod: MakeMod, tmp_path: Path, compression: str
) -> None:
    mod = make_mod(TREE)
    seen = {build_archive(mod, tmp_path / str(n), compression, threads=n).sha256 for n in (1, 2, 8)}
    assert len(seen) == 1


def test_a_shallow_clone_builds_the_same(make_mod: MakeMod, tmp_path: Path) -> None:
    folder = make_mod(TREE).path
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "before")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "all")
    git(folder, "clone", "-q", "--depth=1", folder.as_uri(), str(tmp_path / "clone"))
    there, here = (
        build_archive(load_mod(at), tmp_path / at.name) for at in (tmp_path / "clone", folder)
    )
    assert there.sha256 == here.sha256


def test_the_bytes_are_pinned(make_mod: MakeMod, tmp_path: Path) -> None:
    files = {path: content for path, content in TREE.items() if path != "graphics/noise.png"}
    archive = build_archive(make_mod(files), tmp_path / "out")
    assert archive.compressor == "libdeflate (deflate 0.9.0), default"
    assert archive.sha256 == PINNED, "another compressor, or another order, time or mode"


@pytest.mark.parametrize(
    ("epoch", "shown"),
    [
        (None, (1980, 1, 1, 0, 0, 0)),
        (0, (1980, 1, 1, 0, 0, 0)),
        (1_700_000_001, (2023, 11, 14, 22, 13, 20)),
        (10**12, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_the_time_is_the_given_one_in_utc(
    make_mod: MakeMod, tmp_path: Path, epoch: int | None, shown: tuple[int, ...]
) -> None:
    archive = build_archive(make_mod(TREE), tmp_path / "out", epoch=epoch)
    with zipfile.ZipFile(archive.path) as bundle:
        assert {entry.date_time for entry in bundle.infolist()} == {shown}


def test_nothing_of_the_machine_is_in_the_zip(make_mod: MakeMod, tmp_path: Path) -> None:
    archive = build_archive(make_mod(TREE), tmp_path / "out")
    with zipfile.ZipFile(archive.path) as bundle:
        entries = bundle.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.external_attr for entry in entries} == {0o100644 << 16}
    assert {entry.flag_bits for entry in entries} == {1 << 11}
    assert {(entry.extra, entry.comment, entry.create_system) for entry in entries} == {
        (b"", b"", 3)
    }
    assert not any(entry.is_dir() for entry in entries)


def test_the_report_names_what_was_built(make_mod: MakeMod, tmp_path: Path) -> None:
    archive = build_archive(make_mod(TREE), tmp_path / "out")
    assert archive.name == archive.path.name == "my-mod_1.2.3.zip"
    assert archive.size == archive.path.stat().st_size
    tool = shutil.which("sha1sum")
    if tool:
        answer = subprocess.run(
            [tool, str(archive.path)], check=True, capture_output=True, text=True
        )
        assert answer.stdout.split()[0] == archive.sha1
    assert {file.path: file.size for file in archive.files} == {
        path: len(content) for path, content in TREE.items()
    } | {"info.json": len(json.dumps(json.loads((tmp_path / "mod/info.json").read_text())))}


PINNED = "8d4cf29616f3847d8525f303ac16e303c642e18a7b6419ad43340d20e1744f8f"
