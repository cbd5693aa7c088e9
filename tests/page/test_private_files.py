"""Files that the page never shows: git's own data and ignored files, also behind symbolic links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program

SECRET = "a password that nobody else knows"


@pytest.fixture
def lamp(repository: ModRepository, picture: Callable[..., bytes]) -> ModRepository:
    repository.write(".gitignore", "private/\nsecret.md\n/*.png\n")
    repository.write("README.md", "# Lamp\n\n![](shot.png) ![](links/linked.jpg)\n")
    repository.git("config", "http.extraHeader", SECRET)
    repository.save()
    repository.write("secret.md", SECRET)
    repository.write("shot.png", picture(1))
    repository.write("private/a.png", picture(2))
    if os.name != "nt":
        links = repository.root / "links"
        links.mkdir()
        (links / "linked.md").symlink_to("../.git/config")
        (links / "data").symlink_to("../.git")
        (links / "linked.jpg").symlink_to("../private/a.png")
    repository.config |= {"exclude": ["links/**", "*.md"]}
    return repository


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "git's config": ({"description": ".git/config"}, ".git/config is git's own data"),
    "as faq": ({"faq": "./.git/config"}, ".git/config is git's own data"),
    "through a link": ({"description": "links/linked.md"}, "links/linked.md is git's own data"),
    "through a linked folder": (
        {"faq": "links/data/config"},
        "links/data/config is git's own data",
    ),
    "ignored": ({"description": "secret.md"}, "secret.md is ignored by git"),
    "ignored image": ({"images": ["shot.png"]}, "shot.png is ignored by git"),
    "ignored folder": ({"images": ["private/*.png"]}, "private/a.png is ignored by git"),
    "ignored through a link": ({"images": ["links/*.jpg"]}, "links/linked.jpg is ignored by git"),
    "image of git's": ({"images": [".git/conf*"]}, "is git's own data"),
    "image of a text": (
        {"description": "README.md", "markdown-images": "gallery"},
        "shot.png is ignored by git",
    ),
    "linked image of a text": (
        {"description": "README.md", "markdown-images": "gallery"},
        "links/linked.jpg is ignored by git",
    ),
}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("case", CASES)
def test_a_private_file_is_not_published(
    program: Program, lamp: ModRepository, portal: LocalPortal, key: str, case: str
) -> None:
    declared, message = CASES[case]
    lamp.config |= declared
    lamp.save()
    env = {"FACTORIO_API_KEY": key}
    ran = program("release", str(lamp.root), "--yes", "--portal-url", portal.url, env=env)
    assert ran.code == 3, ran.err
    assert message in " ".join(finding["message"] for finding in ran.mod["findings"])
    assert SECRET not in ran.out + ran.err + str(ran.report)
    assert [record.method for record in portal.log if record.method == "POST"] == []


def test_a_page_file_in_a_dot_folder_that_is_written_is_published(
    program: Program, lamp: ModRepository, portal: LocalPortal, key: str
) -> None:
    lamp.write(".github/README.md", "# Lamp\n\nLight.\n")
    lamp.config |= {"description": ".github/README.md"}
    lamp.save()
    env = {"FACTORIO_API_KEY": key}
    ran = program("release", str(lamp.root), "--yes", "--portal-url", portal.url, env=env)
    assert ran.code == 0, ran.out + ran.err
    assert portal.state.mods["lamp-post"].description.startswith("# Lamp")
