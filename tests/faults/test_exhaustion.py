"""Inputs of a pull request that would take all memory or time: refused with a sentence, within limits.

The limits of the process are about thirty times what the program needs, so that a busy machine or
another allocator decides nothing, and far below what each input took before it was bounded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import environment, png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process as POSIX has them")

MAX_ADDRESS_BYTES = 2 << 30
MAX_CPU_SECONDS = 60
LIMITED = f"""
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MAX_ADDRESS_BYTES}, {MAX_ADDRESS_BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({MAX_CPU_SECONDS}, {MAX_CPU_SECONDS}))
os.execv(sys.executable, [sys.executable, "-m", "factorio_release", *sys.argv[1:]])
"""


class Limited:
    """The program as a process that may use only so much."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, *arguments],
            cwd=cwd or self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
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
@pytest.mark.parametrize("name", ["info.json", "changelog.txt", "README.md", "factorio-release.yml", "a.png"])
def test_what_is_no_file_or_has_no_end(
    limited: Limited, repository: ModRepository, portal: LocalPortal, name: str, place: str
) -> None:
    put, says = IN_ITS_PLACE[place]
    repository.write("README.md", "Lamps.\n")
    repository.write("a.png", png())
    repository.config |= {"description": "README.md", "images": ["a.png"], "exclude": ["*.md", "a.png"]}
    repository.save()
    (repository.root / name).unlink()
    put(repository.root / name)
    code, text = limited("plan", str(repository.root), "--portal-url", portal.url, "--fail-on", "warning")
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
