"""A path that names no file: what it probably means, without looking outside of its folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from factorio_release.page.near_names import near_path
from factorio_release.page.repository_tree import RepositoryTree
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ModRepository

MEANT = {
    "READM.md": "README.md",
    "readme.md": "README.md",
    "galery/*.png": "gallery/*.png",
    "gallery/lmap.png": "gallery/lamp.png",
    "./gallery/Lamp.png": "./gallery/lamp.png",
    "gallery/cafe\u0301.png": "gallery/café.png",
    "README\u200b.md": "README.md",
    "nothing-like-it.txt": "",
    "gallery/*.jpg": "",
    "../READM.md": "",
    "link/sceret.md": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "gallery").mkdir(parents=True)
    for name in ("README.md", "gallery/lamp.png", "gallery/café.png"):
        (folder / name).touch()
    (tmp_path / "README.md").touch()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").touch()
    if os.name != "nt":
        (folder / "link").symlink_to(outside)
    return folder


@pytest.mark.parametrize("written", MEANT)
def test_the_similar_path(folder: Path, written: str) -> None:
    assert near_path(folder, written) == MEANT[written]


def test_of_thousands_of_wrong_links_the_first_ones_get_a_suggestion(folder: Path) -> None:
    tree = RepositoryTree(folder)
    near = [tree.near(f"READM{number}.md") for number in range(100)]
    assert set(near[:20]) == {"README.md"}
    assert set(near[20:]) == {""}
    assert tree.near("gallery/Lamp.png") == "gallery/lamp.png"


def test_a_link_that_differs_in_what_nobody_sees_names_the_file(
    repository: ModRepository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.config |= {"description": "README.md", "category": "utilities\u00a0"}
    repository.write("README.md", "# Lamp\n\n[a](docs/cafe\u0301.md) [b](docs/Shop.md)\n")
    repository.write("docs/café.md", "# Café\n")
    repository.write("docs/shop.md", "# Shop\n")
    repository.git("remote", "add", "origin", "https://github.com/o/r")
    repository.save()
    monkeypatch.chdir(repository.root)
    done = run_here(capsys, "check", "--format", "json")
    of_page = [one for one in done.findings if one["code"].startswith("page-")]
    assert [(one["message"], one["hint"]) for one in of_page] == [
        ("the portal has no category 'utilities<U+00A0>'", "Did you mean utilities?"),
        (
            "docs/cafe<U+0301>.md differs in the form of an accent from docs/café.md",
            "Write docs/café.md.",
        ),
        ("docs/Shop.md differs in upper and lower case from docs/shop.md", "Write docs/shop.md."),
    ]
