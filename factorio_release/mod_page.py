"""A mod's page on the portal: its fields, each declared once, and the words that some of them take.

`ModPage` is the type of both pages, the desired one and the live one. What is done field by field (compare,
read settings, send, the table in docs/page.md) follows from its declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

# Documented: the pages of the portal's API. `planets` and `character` are observed, not documented.
CATEGORIES: Final = (
    "no-category",
    "content",
    "overhaul",
    "tweaks",
    "utilities",
    "scenarios",
    "mod-packs",
    "localizations",
    "internal",
)
TAGS: Final = (
    "transportation",
    "logistics",
    "trains",
    "combat",
    "armor",
    "character",
    "enemies",
    "environment",
    "mining",
    "fluids",
    "logistic-network",
    "circuit-network",
    "manufacturing",
    "planets",
    "power",
    "storage",
    "blueprints",
    "cheats",
)
# By the portal's id, with the SPDX name. Documented.
LICENSES: Final = {
    "default_mit": "MIT",
    "default_gnugplv3": "GPL-3.0",
    "default_gnulgplv3": "LGPL-3.0",
    "default_mozilla2": "MPL-2.0",
    "default_apache2": "Apache-2.0",
    "default_unlicense": "Unlicense",
}


class FieldKind(StrEnum):
    """The kind of a page field's value: how it is declared, read from the portal, compared and sent."""

    LINE = "one line of text"
    DOCUMENT = "Markdown from a file"
    CATEGORY = "a category"
    TAGS = "tags"
    LICENSE = "a licence"
    URL = "a web address"
    FLAG = "true or false"
    IMAGES = "images"


# What the portal shows of a field that was never filled in. Every other kind is text.
_EMPTY: Final[dict[FieldKind, Any]] = {
    FieldKind.TAGS: (),
    FieldKind.FLAG: False,
    FieldKind.IMAGES: (),
}


class PageField(NamedTuple):
    """One field of a page; `name` is also its name in `edit_details` and in the read API.

    `max_characters` is 0 where no limit is documented. `with_first_zip`: the field may be sent together with
    the zip of a new mod. Both are documented by the portal.
    """

    name: str
    kind: FieldKind
    max_characters: int = 0
    with_first_zip: bool = False

    @property
    def option(self) -> str:
        """The name of the setting that declares the field, and that `sync` takes."""
        return self.name.replace("_", "-")

    @property
    def from_files(self) -> bool:
        """Whether the setting holds paths of files, not the value itself."""
        return self.kind in {FieldKind.DOCUMENT, FieldKind.IMAGES}

    @property
    def empty(self) -> Any:
        """The value of a field that is empty."""
        return _EMPTY.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class GalleryImage:
    """An image of the gallery; `id` is the SHA-1 of its bytes, in lower-case hex.

    A desired image has its `path` on disk, the `name` its author gave it and its `content_type`
    (`image/png`); a live one has `url`.
    """

    id: str
    name: str = ""
    path: Path | None = None
    content_type: str = ""
    url: str = ""


def _page_field(kind: FieldKind, *, max_characters: int = 0, with_first_zip: bool = False) -> Any:
    """Declare a page field as a dataclass field; its name is added in `PAGE_FIELDS`."""
    return field(
        default=None,
        metadata={"kind": kind, "max_characters": max_characters, "with_first_zip": with_first_zip},
    )


@dataclass(frozen=True, slots=True)
class ModPage:
    """The values of a page.

    `None` is "not declared": the live value stays. An empty value is "declared empty".
    Of a live page no field is None. `license` is an id (`default_mit`, `custom_…`), `tags` keep
    the order in which they were declared but compare as a set.
    """

    title: str | None = _page_field(FieldKind.LINE, max_characters=250)
    summary: str | None = _page_field(FieldKind.LINE, max_characters=500)
    description: str | None = _page_field(FieldKind.DOCUMENT, with_first_zip=True)
    faq: str | None = _page_field(FieldKind.DOCUMENT)
    category: str | None = _page_field(FieldKind.CATEGORY, with_first_zip=True)
    tags: tuple[str, ...] | None = _page_field(FieldKind.TAGS)
    license: str | None = _page_field(FieldKind.LICENSE, with_first_zip=True)
    homepage: str | None = _page_field(FieldKind.URL, max_characters=256)
    source_url: str | None = _page_field(FieldKind.URL, max_characters=256, with_first_zip=True)
    deprecated: bool | None = _page_field(FieldKind.FLAG)
    images: tuple[GalleryImage, ...] | None = _page_field(FieldKind.IMAGES)


PAGE_FIELDS: Final = {one.name: PageField(one.name, **one.metadata) for one in fields(ModPage)}
# Those that `edit_details` sets. The gallery has endpoints of its own.
DETAIL_FIELDS: Final = tuple(
    one.name for one in PAGE_FIELDS.values() if one.kind is not FieldKind.IMAGES
)
DOCUMENT_FIELDS: Final = tuple(
    one.name for one in PAGE_FIELDS.values() if one.kind is FieldKind.DOCUMENT
)
EMPTY_PAGE: Final = ModPage(**{one.name: one.empty for one in PAGE_FIELDS.values()})
