"""Inputs of a pull request that would take all memory or time: refused with a sentence, within limits.

The limits of the process are about thirty times what the program needs, so that a busy machine or
another allocator decides nothing, and far below what each input took before it was bounded.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factorio_release.limits import MAX_PAGE_SECONDS
from factorio_release.page.declared import DeclaredPage
from factorio_release.page.documents import DocumentReader
from factorio_release.page.repository_tree import RepositoryTree
from tests.conftest import environment, png
from tests.support.forks import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="limits of a process as POSIX has them"
)

MAX_ADDRESS_BYTES = 2 << 30
MAX_CPU_SECONDS = 90


class Limited:
    """The program as a process that may use only so much."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, address_bytes: int = MAX_ADDRESS_BYTES) -> tuple[int, str]:
        limits = {"RLIMIT_AS": address_bytes, "RLIMIT_CPU": MAX_CPU_SECONDS}
        done = run(arguments, environment(), self.folder, limits=limits)
        assert "Traceback" not in done.stderr, done.stderr[-2000:]
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def limited(tmp_path: Path) -> Limited:
    folder = tmp_path / "limited"
    folder.mkdir()
    return Limited(folder)


# What is put in a file's place, and what is said of it.
IN_ITS_PLACE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a device": (lambda path: path.symlink_to("/dev/zero"), "it is not a regular file"),
    "a pipe": (os.mkfifo, "it is not a regular file"),
    "a sparse file": (lambda path: sparse(path, 50_000_000_000), "50,000,000,000"),
}


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


@pytest.mark.parametrize("place", IN_ITS_PLACE)
@pytest.mark.parametrize(
    "name", ["info.json", "changelog.txt", "README.md", "factorio-release.yml", "a.png"]
)
def test_what_is_no_file_or_has_no_end(
    limited: Limited, repository: ModRepository, portal: LocalPortal, name: str, place: str
) -> None:
    put, says = IN_ITS_PLACE[place]
    repository.write("README.md", "Lamps.\n")
    repository.write("a.png", png())
    repository.config |= {
        "description": "README.md",
        "images": ["a.png"],
        "exclude": ["*.md", "a.png"],
    }
    repository.save()
    (repository.root / name).unlink()
    put(repository.root / name)
    code, text = limited(
        "plan", str(repository.root), "--portal-url", portal.url, "--fail-on", "warning"
    )
    assert code in {2, 3}, text[-2000:]
    assert name in text
    others = {
        ("changelog.txt", "a device"): "a link that leaves the mod folder",
        ("changelog.txt", "a pipe"): "is neither a file nor a link",
        ("README.md", "a device"): "README.md lies outside of the repository",
        ("a.png", "a device"): "a.png names no file",
        ("a.png", "a pipe"): "a.png names no file",
    }
    assert others.get((name, place), says) in text, text[-2000:]


README = {
    "quotes without end": (">" * 8_000_000, "it is larger than 512 KiB"),
    "quotes": (">" * 500_000, "more than 100 quotes and lists in one line"),
    "lists": ("- " * 150 + "a\n" + "x\n" * 1000, "more than 100 quotes and lists in one line"),
    "a long line of wrong links": (
        "".join(f"[ä](../../{number}) " for number in range(25_000)),
        "24,900 more like this from here on",
    ),
    "a link that begins with quote marks": ("[a](" + ">" * 400_000 + ")", ""),
    "a list of sources": ('<img srcset="' + "," * 400_000 + '">', ""),
    "markers in one line": ("<!-- portal:only x --> " * 20_000, ""),
    "open brackets": ("[" * 500_000, ""),
}


@pytest.mark.parametrize("name", README)
def test_a_readme_that_grows_in_the_parser(
    limited: Limited, repository: ModRepository, portal: LocalPortal, name: str
) -> None:
    content, says = README[name]
    repository.write("README.md", content)
    repository.config |= {"description": "README.md"}
    repository.save()
    code, text = limited("plan", str(repository.root), "--portal-url", portal.url)
    assert (code, says in text) == (3 if says else 0, True), text[-2000:]


def test_thousands_of_findings(limited: Limited, repository: ModRepository, tmp_path: Path) -> None:
    bad = "\n".join(f"x {number}" for number in range(6_000))
    repository.write("changelog.txt", f"{'-' * 99}\nVersion: 1.0.0\n  Features:\n{bad}\n")
    repository.write("locale/en/a.cfg", bad)
    requires = "".join(f'require("x.y{number}")\n' for number in range(6_000))
    repository.write("control.lua", requires)
    reports = [
        tmp_path / "limited" / "dist" / f"report.{form}" for form in ("json", "sarif", "xml")
    ]
    for report in reports:
        code, text = limited("check", str(repository.root), "--report", str(report))
        assert code == 3
        assert "more like this from here on" in text, text[-3000:]
        assert report.stat().st_size < 2_000_000


def test_files_beyond_their_bound(limited: Limited, repository: ModRepository) -> None:
    for name, size in {"changelog.txt": 50_000_000, "info.json": 3_000_000}.items():
        repository.write(name, "Version: 1.0.0\n" * (size // 15))
        code, text = limited("check", str(repository.root))
        assert (code, f"{name} is larger than" in text or "info.json that can be read" in text) == (
            3,
            True,
        )
        repository.git("checkout", "--quiet", "--", name)


@pytest.mark.parametrize("tracked", [True, False], ids=["tracked", "in a plain folder"])
def test_folders_in_folders(
    limited: Limited, repository: ModRepository, tracked: bool, tmp_path: Path
) -> None:
    root = repository.root
    if not tracked:
        root = tmp_path / "plain"
        root.mkdir()
        (root / "info.json").write_bytes((repository.root / "info.json").read_bytes())
    deep = "/".join("a" * 1500)
    with nested(root, 1500, "x.lua"):
        if tracked:
            blob = repository.git("hash-object", "-w", "control.lua").strip()
            repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{deep}/x.lua")
        for command in (("check", str(root)), ("mods", str(root)), ("check", f"{root}/**")):
            code, text = limited(*command)
            assert (code, "nested deeper than 100 folders" in text) == (3, True), text[-2000:]


@contextmanager
def nested(top: Path, depth: int, name: str) -> Iterator[None]:
    """Make folders in folders, deeper than a path may be long, and take them away again.

    What removes temporary folders after a test run does so by recursion, and would fail.
    """
    with _inside(top):
        for _ in range(depth):
            Path("a").mkdir()
            os.chdir("a")
        Path(name).touch()
    try:
        yield
    finally:
        with _inside(top):
            for _ in range(depth):
                os.chdir("a")
            Path(name).unlink()
            for _ in range(depth):
                os.chdir("..")
                Path("a").rmdir()


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        yield
    finally:
        os.fchdir(before)
        os.close(before)


def test_a_pattern_over_links_to_their_own_folder(
    limited: Limited, repository: ModRepository
) -> None:
    mods = repository.root.parent / "mods"
    mods.mkdir()
    repository.root.rename(mods / "lamp-post")
    for name in ("one", "two"):
        (mods / name).symlink_to(".")
        (mods / "lamp-post" / name).symlink_to("..")
    code, text = limited("check", f"{mods}/**", "--verbose")
    assert (code, text.count("checking ")) == (0, 1), text[-2000:]
    code, text = limited("mods", f"{mods}/**")
    assert (code, text.count('"mod"')) == (0, 1), text[-2000:]


@pytest.mark.parametrize("wide", [False, True], ids=["32 bits", "64 bits"])
def test_a_zip_with_a_list_of_entries_without_end(
    limited: Limited, repository: ModRepository, tmp_path: Path, wide: bool
) -> None:
    """The end of the zip says how long the list is: it is believed before the list is read."""
    path = tmp_path / "lamp-post_1.0.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lamp-post_1.0.0/info.json", json.dumps(repository.info))
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    if wide:
        claim = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
        data = data[:end] + claim + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + data[end:]
    else:
        data = data[: end + 12] + struct.pack("<L", 0x7FFFFFFF) + data[end + 16 :]
    path.write_bytes(data)
    code, text = limited("check", str(path))
    assert (code, "the list of entries in" in text) == (3, True), text[-2000:]


def test_a_picture_in_a_zip_larger_than_the_memory(
    limited: Limited, repository: ModRepository, tmp_path: Path
) -> None:
    """Twelve megabytes that unpack to more than the limit: they are read in pieces."""
    path = tmp_path / "lamp-post_1.0.0.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("lamp-post_1.0.0/info.json", json.dumps(repository.info))
        archive.writestr(zipfile.ZipInfo("lamp-post_1.0.0/noise.png"), os.urandom(12_000_000))
        with archive.open("lamp-post_1.0.0/big.png", "w", force_zip64=True) as member:
            for _ in range(550):
                member.write(bytes(1_000_000))
    code, text = limited("check", str(path), address_bytes=512 << 20)
    assert code in {0, 3}, text[-2000:]
    assert "Memory" not in text


@pytest.mark.parametrize(("reads", "seconds"), [(True, MAX_PAGE_SECONDS), (False, 0.2)])
def test_a_pattern_for_addresses_that_matches_in_all_ways(
    tmp_path: Path, reads: bool, seconds: float
) -> None:
    """The time is a parameter of the reader: with the program's own this would take half a minute."""
    length = 3 if reads else 30  # of so many letters it takes minutes
    (tmp_path / "README.md").write_text(f"[a]({'a' * length}!)\n")
    declared = DeclaredPage(description=("README.md",), url_match="^(a+)+$", root=tmp_path)
    tree = RepositoryTree(tmp_path)
    text = DocumentReader(declared, tmp_path, tree, None, max_seconds=seconds).read("description")
    assert text
    found = {finding.code: finding.message for finding in text.findings}
    assert ("page-url-match" in found) is not reads
    assert reads or "0.2 seconds of processor time" in found["page-url-match"]
    assert DocumentReader._field_defaults["max_seconds"] == MAX_PAGE_SECONDS


@pytest.mark.parametrize("pattern", ["+(a|aa)b", "*(a|*)b", "**/a/**/a/**/a/**/b"])
def test_a_glob_that_matches_in_all_ways(
    limited: Limited, repository: ModRepository, pattern: str
) -> None:
    repository.write("a" * 200, "x")
    repository.write("a/" * 90 + "x", "x")
    repository.config |= {"exclude": [pattern]}
    repository.save()
    code, text = limited("check", str(repository.root))
    assert (code, "pattern-unusable" in text) == (3, True), text[-2000:]
