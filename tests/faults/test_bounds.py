"""Each text file has a largest size: one byte more is refused, or is not read as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.limits import (
    MAX_CHANGELOG_BYTES,
    MAX_INFO_BYTES,
    MAX_PAGE_TEXT_BYTES,
    MAX_TEXT_BYTES,
    size_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

INFO = json.dumps(
    {
        "name": "lamp-post",
        "version": "1.0.0",
        "title": "Lamp post",
        "author": "demo",
        "factorio_version": "2.0",
        "dependencies": ["base >= 2.0.0"],
        "description": "Light at night.",
    }
)
CHANGELOG = f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - Lights"
BOUNDS = {
    "info.json": (INFO, MAX_INFO_BYTES),
    "changelog.txt": (CHANGELOG, MAX_CHANGELOG_BYTES),
    "README.md": ("Lamps.", MAX_PAGE_TEXT_BYTES),
}
TOKEN = f"ghp_{'a1' * 18}"


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("beyond", [0, 1])
def test_a_file_of_the_largest_size_and_one_byte_more(
    repository: ModRepository, portal: LocalPortal, run: Callable[..., Any], name: str, beyond: int
) -> None:
    begin, max_bytes = BOUNDS[name]
    repository.config |= {"description": "README.md", "exclude": ["README.md"]}
    repository.write("README.md", "Lamps.\n")
    repository.write(name, begin + " " * (max_bytes - len(begin) - 1 + beyond) + "\n")
    repository.write("factorio-release.yml", json.dumps(repository.config))
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Change")
    ran = run("plan", str(repository.root), f"--portal-url={portal.url}")
    said = f"larger than {size_words(max_bytes)}" in ran.text
    assert (said, name in ran.text and ran.code != 0) == (bool(beyond), bool(beyond)), ran.text[
        -2000:
    ]


@pytest.mark.parametrize("beyond", [0, 1])
def test_of_a_larger_text_file_only_the_beginning_is_checked(
    repository: ModRepository, run: Callable[..., Any], beyond: int
) -> None:
    repository.write("notes.txt", "-" * (MAX_TEXT_BYTES - len(TOKEN) - 1 + beyond) + f"\n{TOKEN}")
    repository.git("add", "--all")
    assert ("contains a GitHub token" in run("check", str(repository.root)).text) is not bool(
        beyond
    )
