from __future__ import annotations

import pytest

from factorio_release.forges import FORGES
from factorio_release.mod_page import GalleryImage, ModPage
from factorio_release.page.gallery import image_reference
from factorio_release.page.pins import keep_pins
from factorio_release.page.source_urls import SourceUrls

OLD, NEW = "a" * 40, "b" * 40
GITHUB = SourceUrls("https://github.com/o/r", FORGES["github"], NEW)
FORGEJO = SourceUrls("https://codeberg.org/o/r", FORGES["forgejo"], NEW)
GITLAB = SourceUrls("https://gitlab.com/g/s/r", FORGES["gitlab"], NEW)


def page_of(source: SourceUrls, text: str = "[a]({page}) ![b]({raw}) [c]({folder})\n\nend\n") -> str:
    page, raw = source.page("docs/a b.md"), source.raw("img/b.png")
    return text.format(page=page, raw=raw, folder=source.folder(""))


def at(source: SourceUrls, ref: str) -> SourceUrls:
    return SourceUrls(source.home, source.forge, ref)


def never(ref: str, path: str) -> bool:
    return False


@pytest.mark.parametrize("source", [GITHUB, FORGEJO, GITLAB], ids=lambda source: source.forge)
@pytest.mark.parametrize("ref", [OLD, "v1.0.0", "release/1.0", NEW])
def test_another_pin_alone_is_no_change(source: SourceUrls, ref: str) -> None:
    live = page_of(at(source, ref)).replace("\n", "\r\n")
    asked: list[tuple[str, str]] = []

    def changed(ref: str, path: str) -> bool:
        asked.append((ref, path))
        return False

    kept = keep_pins(ModPage(description=page_of(source)), ModPage(description=live), source, changed)
    assert kept.description == live
    assert sorted(asked) == [(ref, ""), (ref, "docs/a b.md"), (ref, "img/b.png")]


def test_a_file_that_changed_needs_the_new_pin() -> None:
    wanted = ModPage(faq=page_of(GITHUB), description="x")
    live = ModPage(faq=page_of(at(GITHUB, OLD)), description="x")
    assert keep_pins(wanted, live, GITHUB, lambda _ref, path: path == "img/b.png") == wanted
    assert keep_pins(wanted, live, GITHUB, never) == live


DIFFERENT = {
    "text": page_of(at(GITHUB, OLD)).replace("end", "END"),
    "another file": page_of(at(GITHUB, OLD)).replace("img/b.png", "img/c.png"),
    "another repository": page_of(SourceUrls("https://github.com/o/fork", FORGES["github"], OLD)),
    "an image for a link": page_of(at(GITHUB, OLD)).replace("/blob/", "/raw/"),
    "empty": "",
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_whatever_else_differs_is_a_change(case: str) -> None:
    wanted = ModPage(description=page_of(GITHUB))
    assert keep_pins(wanted, ModPage(description=DIFFERENT[case]), GITHUB, never) == wanted


def test_what_is_not_declared_stays_undeclared() -> None:
    wanted = ModPage(description=None, faq="")
    assert keep_pins(wanted, ModPage(description="live", faq="live"), GITHUB, never) == wanted


def test_gallery_images_are_compared_by_their_address() -> None:
    image = GalleryImage("c" * 40, url="https://assets.example.org/c.png")
    wanted = ModPage(description=page_of(GITHUB) + f"![]({image_reference(image.id)})")
    live = ModPage(description=page_of(at(GITHUB, OLD)) + f"![]({image.url})", images=(image,))
    assert keep_pins(wanted, live, GITHUB, never).description == live.description
