"""The files that a glob matches on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.package.glob_files import matching_names
from factorio_release.package.globs import GlobError

if TYPE_CHECKING:
    from pathlib import Path

PATHS = ("a.png", "b/c.png", "b/d/e.png", "b/d/f.txt", ".x/g.png", ".git/h.png", "b/.y.png")
CASES = {
    "*": "a.png b",
    "*.png": "a.png",
    "**/*.png": "a.png b/c.png b/d/e.png",
    "b/**": "b/c.png b/d b/d/e.png b/d/f.txt",
    "{a,b/c}.png": "a.png b/c.png",
    "b/.*": "b/.y.png",
    "{.x,b}/*.png": ".x/g.png b/c.png",
    "@(.x|b)/*.png": ".x/g.png b/c.png",
    ".*/*": ".x/g.png",
    "*/*.png": "b/c.png",
    "!a*": "",
    "#a": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("pattern", CASES)
def test_a_pattern_matches_names_below_a_folder(folder: Path, pattern: str) -> None:
    assert sorted(matching_names(folder, pattern)) == CASES[pattern].split()


def test_a_link_is_matched_and_not_walked_through(folder: Path) -> None:
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert [name for name in matching_names(folder, "**") if name.startswith("loop")] == ["loop"]


def test_git_data_is_not_entered_even_by_its_name(folder: Path) -> None:
    assert list(matching_names(folder, ".git/*")) == []


@pytest.mark.parametrize("pattern", ["{1..9999}", "**/**/**/**", "+(a|aa)b"])
def test_a_pattern_that_takes_too_long_is_refused(folder: Path, pattern: str) -> None:
    with pytest.raises(GlobError):
        list(matching_names(folder, pattern))
