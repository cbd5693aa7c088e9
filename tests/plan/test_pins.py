from __future__ import annotations

from dataclasses import replace

import pytest

from factorio_release.forges import FORGES
from factorio_release.live.models import LiveMod
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.page.image_references import image_reference
from factorio_release.page.source_urls import SourceUrls
from factorio_release.plan import Desired, EditDetails, make_plan
from factorio_release.plan.pins import with_live_pins

OLD, NEW = "a" * 40, "b" * 40
GITHUB = SourceUrls("https://github.com/o/r", FORGES["github"], NEW)
FORGEJO = SourceUrls("https://codeberg.org/o/r", FORGES["forgejo"], NEW)
GITLAB = SourceUrls("https://gitlab.com/g/s/r", FORGES["gitlab"], NEW)


def page_of(
    source: SourceUrls, text: str = "[a]({page}) ![b]({raw}) [c]({folder})\n\nend\n"
) -> str:
    page, raw = source.page("docs/a b.md"), source.raw("img/b.png")
    return text.format(page=page, raw=raw, folder=source.folder(""))


def at(source: SourceUrls, ref: str) -> SourceUrls:
    return SourceUrls(source.home, source.forge, ref)


def never(ref: str, path: str) -> bool:
    return False


@pytest.mark.parametrize("source", [GITHUB, FORGEJO, GITLAB], ids=lambda source: source.forge)
@pytest.mark.parametrize("ref", [OLD, "v1.0.0", "release/1.0"])
def test_another_pin_alone_is_no_change(source: SourceUrls, ref: str) -> None:
    live = page_of(at(source, ref)).replace("\n", "\r\n")
    asked: list[tuple[str, str]] = []

    def changed(ref: str, path: str) -> bool:
        asked.append((ref, path))
        return False

    kept = with_live_pins(
        ModPage(description=page_of(source)), ModPage(description=live), source, changed
    )
    assert kept.description == live
    assert sorted(asked) == [(ref, ""), (ref, "docs/a b.md"), (ref, "img/b.png")]


def test_the_same_text_is_left_alone_without_a_question_about_its_files() -> None:
    def changed(ref: str, path: str) -> bool:
        raise AssertionError(f"{path} at {ref}")

    page = ModPage(description=page_of(GITHUB))
    live = ModPage(description=page_of(GITHUB).replace("\n", "\r\n"))
    assert with_live_pins(page, live, GITHUB, changed) == page


def test_a_file_that_changed_needs_the_new_pin() -> None:
    page = ModPage(faq=page_of(GITHUB), description="x")
    live = ModPage(faq=page_of(at(GITHUB, OLD)), description="x")
    assert with_live_pins(page, live, GITHUB, lambda _ref, path: path == "img/b.png") == page
    assert with_live_pins(page, live, GITHUB, never) == live


DIFFERENT = {
    "text": page_of(at(GITHUB, OLD)).replace("end", "END"),
    "another file": page_of(at(GITHUB, OLD)).replace("img/b.png", "img/c.png"),
    "another repository": page_of(SourceUrls("https://github.com/o/fork", FORGES["github"], OLD)),
    "an image for a link": page_of(at(GITHUB, OLD)).replace("/blob/", "/raw/"),
    "empty": "",
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_whatever_else_differs_is_a_change(case: str) -> None:
    page = ModPage(description=page_of(GITHUB))
    assert with_live_pins(page, ModPage(description=DIFFERENT[case]), GITHUB, never) == page


def test_what_is_not_declared_stays_undeclared() -> None:
    page = ModPage(description=None, faq="")
    assert with_live_pins(page, ModPage(description="live", faq="live"), GITHUB, never) == page


def test_texts_are_compared_with_the_addresses_of_their_gallery_images() -> None:
    image = GalleryImage("c" * 40, url="https://assets.example.org/c.png")
    description = page_of(GITHUB) + f"![]({image_reference(image.id)})"
    shown = page_of(at(GITHUB, OLD)) + f"![]({image.url})"
    live = LiveMod("lamp", EMPTY_PAGE._replace(description=shown, images=(image,)))
    desired = Desired("lamp", None, ModPage(description=description), source=GITHUB, changed=never)
    assert make_plan(desired, live).changes == ()
    changed = replace(desired, changed=lambda _ref, path: path == "img/b.png")
    (edit,) = make_plan(changed, live).changes
    assert isinstance(edit, EditDetails)
    assert edit.after == {"description": page_of(GITHUB) + f"![]({image.url})"}


def test_without_an_answer_about_the_files_links_get_the_new_pin() -> None:
    live = LiveMod("lamp", EMPTY_PAGE._replace(faq=page_of(at(GITHUB, OLD))))
    desired = Desired("lamp", None, ModPage(faq=page_of(GITHUB)), source=GITHUB)
    assert len(make_plan(desired, live).changes) == 1
