from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factorio_release.mod_page import LICENSES
from factorio_release.page.declared import DeclaredPage, fmtk_page
from factorio_release.page.vocabulary import (
    category_hint,
    category_named,
    license_hint,
    license_id,
    tag_hint,
)

# FMTK's package object, and what of the declaration differs from the one that comes with any page.
PACKAGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "readme": ({"readme": "README.md"}, {"description": ("README.md",)}),
    "faq": ({"faq": "docs/FAQ.md"}, {"faq": ("docs/FAQ.md",)}),
    "sync alone": ({"sync_portal_details": True}, {}),
    "gallery": ({"gallery": ["a.png", "b/*"]}, {"images": ("a.png", "b/*"), "prune_images": True}),
    "no gallery, no pruning": ({"prune_gallery": True}, {}),
    "prune off": ({"gallery": [], "prune_gallery": False}, {"images": (), "prune_images": False}),
    "first header kept": (
        {"markdown": {"strip_first_header": False}},
        {"strip_first_heading": False},
    ),
    "images by url": (
        {"markdown": {"images": "url", "base_url": "https://x.y"}},
        {"markdown_images": "url", "base_url": "https://x.y"},
    ),
    "url match": ({"markdown": {"url_match": "^wiki"}}, {"url_match": "^wiki"}),
    "wrong types": (
        {"readme": 1, "faq": "", "gallery": "a.png", "markdown": [], "prune_gallery": "no"},
        {},
    ),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_fmtks_package_declares_what_fmtk_would_send(case: str) -> None:
    package, differing = PACKAGES[case]
    common: dict[str, Any] = {
        "strip_first_heading": True,
        "markdown_images": "gallery",
        "fmtk_details": True,
    }
    root = Path("mod")
    assert fmtk_page(package, root) == DeclaredPage(root=root, **(common | differing))


@pytest.mark.parametrize(
    "package",
    [{}, {"ignore": ["*.xcf"], "scripts": {"publish": "x"}}, {"sync_portal_details": False}],
    ids=str,
)
def test_a_package_object_without_page_keys_declares_nothing(package: dict[str, Any]) -> None:
    declaration = fmtk_page(package)
    assert declaration.is_empty
    assert declaration == DeclaredPage()


def test_settings_override_the_package_object() -> None:
    fmtk = fmtk_page(
        {"readme": "readme.md", "faq": "faq.md", "gallery": ["a.png"]},
        Path("mod"),
        {"description": ("info.json", 3, 5), "faq": ("info.json", 4, 5)},
    )
    options = DeclaredPage(
        description=("docs/portal.md",),
        images=("b.png",),
        root=Path(),
        places={"description": ("c.yml", 1, 1)},
    )
    both = options.over(fmtk)
    assert (both.description, both.faq, both.images) == (
        ("docs/portal.md",),
        ("faq.md",),
        ("b.png",),
    )
    assert (both.folder_of("description"), both.folder_of("faq")) == (Path(), Path("mod"))
    assert both.prune_images is None, "the gallery is not FMTK's, so neither is the pruning"
    assert (both.place_of("description")[0], both.place_of("faq")[0]) == ("c.yml", "info.json")
    assert both.place_of("title") == ("", 0, 0)


def test_empty_is_declared_and_unset_is_not() -> None:
    fmtk = fmtk_page({"readme": "readme.md", "gallery": ["a.png"]})
    both = DeclaredPage(description=(), images=(), deprecated=False).over(fmtk)
    assert (both.description, both.images, both.deprecated) == ((), (), False)
    assert DeclaredPage().over(fmtk).prune_images is True
    assert DeclaredPage().is_empty
    assert DeclaredPage(strip_first_heading=True, prune_images=True).is_empty
    assert not DeclaredPage(images=()).is_empty
    assert not DeclaredPage(deprecated=False).is_empty


LICENSE_IDS = {
    "default_mit": "default_mit",
    "MIT": "default_mit",
    " the  MIT License ": "default_mit",
    "GPL-3.0-or-later": "default_gnugplv3",
    "gplv3": "default_gnugplv3",
    "LGPL-3.0-only": "default_gnulgplv3",
    "MPL-2.0": "default_mozilla2",
    "Apache-2.0": "default_apache2",
    "Unlicense": "default_unlicense",
    "custom_0123456789abcdef01234567": "custom_0123456789abcdef01234567",
    "custom_0123456789ABCDEF01234567": "custom_0123456789abcdef01234567",
    "custom_0123456789abcdef0123456": None,
    "custom_0123456789abcdef0123456g": None,
    "GPL-2.0": None,
    "proprietary": None,
    "": None,
}

HINTS = {
    "default_gplv3": "Did you mean default_gnugplv3 (GPL-3.0)",
    "MTI": "Did you mean default_mit (MIT)",
    "Apache 2.0": "Did you mean default_apache2 (Apache-2.0)",
    "custom_12": "24 hex digits",
    "CC-BY-NC-ND": "make a custom one",
}


@pytest.mark.parametrize("written", LICENSE_IDS, ids=repr)
def test_licences_are_known_by_id_and_by_name(written: str) -> None:
    assert license_id(written) == LICENSE_IDS[written]


def test_every_licence_of_the_portal_is_known_by_both() -> None:
    for id_, spdx in LICENSES.items():
        assert license_id(id_) == license_id(spdx) == id_


@pytest.mark.parametrize("written", HINTS)
def test_an_unknown_licence_has_a_hint(written: str) -> None:
    assert HINTS[written] in license_hint(written)


WORDS = {
    "general": "content",
    "non-game-changing": "tweaks",
    "helper-mods": "utilities",
    "utility": "utilities",
    "balancing": "tweaks",
    "Overhaul": "overhaul",
    "mod packs": "mod-packs",
    "utilites": "utilities",
    "library": "internal",
}


@pytest.mark.parametrize("written", WORDS)
def test_an_unknown_category_has_a_hint(written: str) -> None:
    assert category_named(written) is None
    assert category_hint(written) == f"Did you mean {WORDS[written]}?"


def test_categories() -> None:
    assert category_named("") == "no-category"
    assert category_named("utilities") == "utilities"
    assert "no-category, content" in category_hint("xyzzy")


@pytest.mark.parametrize(
    ("written", "meant"), [("train", "trains"), ("Planets", "planets"), ("logistic", "logistics")]
)
def test_an_unknown_tag_has_a_hint(written: str, meant: str) -> None:
    assert tag_hint(written) == f"Did you mean {meant}?"
    assert "transportation" in tag_hint("qqq")
