"""A mod's page on the portal: its fields, each declared once, and the words that some of them take.

`ModPage` is the type of both pages, the desired one and the live one. What is done field by field (compare,
read settings, send, the table in docs/page.md) follows from its declaration.
"""

from __future__ import annotations

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


class GalleryImage(NamedTuple):
    """An image of the gallery; `id` is the SHA-1 of its bytes, in lower-case hex.

    A desired image has its `path` on disk, the `name` its author gave it and its `content_type`
    (`image/png`); a live one has `url`.
    """

    id: str
    name: str = ""
    path: Path | None = None
    content_type: str = ""
    url: str = ""


class ModPage(NamedTuple):
    """The values of a page.

    `None` is "not declared": the live value stays. An empty value is "declared empty".
    Of a live page no field is None. `license` is an id (`default_mit`, `custom_…`), `tags` keep
    the order in which they were declared but compare as a set.
    """

    title: str | None = None
    summary: str | None = None
    description: str | None = None
    faq: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    license: str | None = None
    homepage: str | None = None
    source_url: str | None = None
    deprecated: bool | None = None
    images: tuple[GalleryImage, ...] | None = None


_FIELDS: Final = (
    PageField("title", FieldKind.LINE, max_characters=250),
    PageField("summary", FieldKind.LINE, max_characters=500),
    PageField("description", FieldKind.DOCUMENT, with_first_zip=True),
    PageField("faq", FieldKind.DOCUMENT),
    PageField("category", FieldKind.CATEGORY, with_first_zip=True),
    PageField("tags", FieldKind.TAGS),
    PageField("license", FieldKind.LICENSE, with_first_zip=True),
    PageField("homepage", FieldKind.URL, max_characters=256),
    PageField("source_url", FieldKind.URL, max_characters=256, with_first_zip=True),
    PageField("deprecated", FieldKind.FLAG),
    PageField("images", FieldKind.IMAGES),
)
PAGE_FIELDS: Final = {one.name: one for one in _FIELDS}
# Those that `edit_details` sets. The gallery has endpoints of its own.
DETAIL_FIELDS: Final = tuple(
    one.name for one in PAGE_FIELDS.values() if one.kind is not FieldKind.IMAGES
)
DOCUMENT_FIELDS: Final = tuple(
    one.name for one in PAGE_FIELDS.values() if one.kind is FieldKind.DOCUMENT
)
EMPTY_PAGE: Final = ModPage(*(one.empty for one in _FIELDS))
