"""`init` begins with the page that the portal has, so that the first sync changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.first_files import NOWHERE, commit, config

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal


@pytest.fixture
def public(portal: LocalPortal, picture: Callable[..., bytes]) -> LocalPortal:
    """A portal that has the mod, with a page that was made by hand."""
    portal.seed_mod(
        "lamp-post",
        title="The lamp post",
        summary="Light at night.",
        description="# By hand\n\nWritten on the website.\n",
        faq="**Why?** Because.",
        category="content",
        tags=["power", "environment"],
        license="default_apache2",
        homepage="https://example.org/lamp",
        source_url="https://github.com/OWNER/elsewhere",
        deprecated=True,
        images=[picture(1), picture(2)],
        releases=["1.0.0"],
    )
    return portal


def changes(program: Any, repository: Any, portal: LocalPortal) -> list[Any]:
    """Return what the first sync of the page would change."""
    ran = program("page", "--plan", str(repository.root), "--portal-url", portal.url)
    assert ran.code == 0, ran.err
    planned: list[Any] = ran.mod["plan"]
    return planned


@pytest.mark.usefixtures("public")
def test_the_values_of_a_public_mod_come_from_its_page(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal
) -> None:
    bare.write("README.md", "# Lamp post\n\nFor developers.\n")
    commit(bare)
    ran = init()
    assert config(bare) == {
        "category": "content",
        "tags": ["power", "environment"],
        "license": "default_apache2",
        "title": "The lamp post",
        "homepage": "https://example.org/lamp",
        "source-url": "https://github.com/OWNER/elsewhere",
        "deprecated": "true",
    }
    text = (bare.root / "factorio-release.yml").read_text("utf-8")
    assert "Remove the # to sync README.md with each release:\n# description: README.md\n" in text
    assert "README.md is not the description on the portal" in ran.err
    assert "  -Written on the website.\n" in ran.err
    assert "  +For developers.\n" in ran.err
    assert "choose" not in ran.err
    assert "1. factorio-release rehearse --from-portal: " in ran.err
    assert changes(program, bare, portal) == []


@pytest.mark.usefixtures("public")
def test_a_readme_that_the_page_shows_already_is_synced(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal
) -> None:
    bare.write("README.md", "# By hand\n\nWritten on the website.\n")
    commit(bare)
    init()
    assert config(bare)["description"] == "README.md"
    assert changes(program, bare, portal) == []


@pytest.mark.usefixtures("public")
def test_the_whole_page_is_written_into_files(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal, picture: Any
) -> None:
    bare.write("README.md", "# Lamp post\n")
    commit(bare)
    ran = init("--from-portal")
    assert ran.code == 0
    written = config(bare)
    assert written["description"] == "portal/description.md"
    assert written["faq"] == "portal/faq.md"
    assert written["images"] == ["portal/gallery/*"]
    assert written["exclude"] == ["portal/**"]
    assert (bare.root / "portal/gallery/1.png").read_bytes() == picture(1)
    commit(bare)
    assert changes(program, bare, portal) == []
    assert "portal/" not in program("build", str(bare.root)).out


def test_a_picture_with_other_bytes_leaves_the_gallery_alone(
    init: Callable[..., Any], bare: Any, public: LocalPortal, picture: Callable[..., bytes]
) -> None:
    for file in Path(public.state.store.directory).rglob("*"):
        if file.is_file() and file.read_bytes().startswith(b"\x89PNG"):
            file.write_bytes(picture(9))
    ran = init("--from-portal")
    assert ran.code == 0
    assert "warning: the gallery was not taken" in ran.err
    assert "images" not in config(bare)


def test_from_portal_needs_the_mod_and_the_portal(
    init: Callable[..., Any], program: Any, bare: Any
) -> None:
    ran = init("--from-portal")
    assert (ran.code, "has no mod lamp-post" in ran.err) == (2, True)
    ran = program("init", "--from-portal", "--retries", "0", cwd=bare.root, env=NOWHERE)
    assert ran.code == 5
    assert not (bare.root / "factorio-release.yml").exists()


def test_without_an_answer_nothing_of_the_page_is_switched_on(program: Any, bare: Any) -> None:
    bare.write("README.md", "# Lamp post\n")
    commit(bare)
    assert program("init", cwd=bare.root, env=NOWHERE).code == 0
    assert config(bare) == {}
    text = (bare.root / "factorio-release.yml").read_text("utf-8")
    assert "may have been written by hand" in text
    assert "# description: README.md\n" in text
