"""What a mod's page on the portal shows: one type for what is wanted and for what is live."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

# Source of the lists: the official API pages; `planets` and `character` were observed since 2.0.46.
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
LICENSES: Final = {
    "default_mit": "MIT",
    "default_gnugplv3": "GPL-3.0",
    "default_gnulgplv3": "LGPL-3.0",
    "default_mozilla2": "MPL-2.0",
    "default_apache2": "Apache-2.0",
    "default_unlicense": "Unlicense",
}


@dataclass(frozen=True, slots=True)
class GalleryImage:
    """An image of the gallery; `id` is the SHA-1 of its bytes, in lower-case hex.

    A wanted image has its `path` on disk, the `name` its author gave it and its `content_type`
    (`image/png`); a live one has `url`.
    """

    id: str
    name: str = ""
    path: Path | None = None
    content_type: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ModPage:
    """The fields of a page, under the names of `edit_details`.

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


DETAIL_FIELDS: Final = tuple(field.name for field in fields(ModPage) if field.name != "images")
