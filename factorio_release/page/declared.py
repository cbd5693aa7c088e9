"""The page as its author declares it, before any file is read; FMTK's `package` object has the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from factorio_release.mod_page import PAGE_FIELDS
from factorio_release.page.presence import fmtk_declares_page

if TYPE_CHECKING:
    from factorio_release.parsers.info import Info

MarkdownImages = Literal["url", "gallery"]
SourcePlace = tuple[str, int, int]  # file, line, column

# Where FMTK's object has a field, by the field's name here.
_FMTK_KEYS: Final = {
    "description": ("readme",),
    "faq": ("faq",),
    "images": ("gallery",),
    "url_match": ("markdown", "url_match"),
}


class DeclaredPage(NamedTuple):
    """The page as declared; `None` is unset and leaves the live value alone, empty clears it.

    `description` and `faq` (paths, whose texts follow each other) and `images` (paths and globs, in order)
    are relative to `root`, or to the folder that `roots` has for the field. `license` may be an SPDX name,
    `source_url` may be `auto` for the repository's own address. `base_url` and `url_match` are FMTK's.
    `fmtk_details` declares what FMTK's command `details` sends by default: title, summary and homepage of
    info.json, `readme.md` and `faq.md` if they exist. `places` has, by field, where the field was written.
    """

    title: str | None = None
    summary: str | None = None
    description: tuple[str, ...] | None = None
    faq: tuple[str, ...] | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    license: str | None = None
    homepage: str | None = None
    source_url: str | None = None
    deprecated: bool | None = None
    images: tuple[str, ...] | None = None
    prune_images: bool | None = None
    strip_first_heading: bool | None = None
    markdown_images: MarkdownImages | None = None
    base_url: str | None = None
    url_match: str | None = None
    fmtk_details: bool | None = None
    root: Path = Path()
    roots: Mapping[str, Path] = MappingProxyType({})
    places: Mapping[str, SourcePlace] = MappingProxyType({})

    @property
    def is_empty(self) -> bool:
        """Whether no page field is declared: the live page is then left alone."""
        if self.fmtk_details:
            return False
        return all(getattr(self, name) is None for name in PAGE_FIELDS)

    def folder_of(self, name: str) -> Path:
        """Return the folder that the paths of this field are relative to."""
        return self.roots.get(name, self.root)

    def place_of(self, name: str) -> SourcePlace:
        """Return where a field was written, ("", 0, 0) when that is not known."""
        return self.places.get(name, ("", 0, 0))

    def over(self, defaults: DeclaredPage) -> DeclaredPage:
        """Return this page with its unset fields taken from `defaults`, their roots and places too."""
        taken = {name: getattr(defaults, name) for name in _VALUES if getattr(self, name) is None}
        if self.images is not None:
            # The defaults' pruning belongs to their own list of images. Applied to another list, it would
            # remove images that nobody asked to remove.
            taken.pop("prune_images", None)
        roots = dict(self.roots)
        places = dict(self.places)
        for name, value in taken.items():
            if value is None:
                continue
            if name in PAGE_FIELDS and PAGE_FIELDS[name].from_files:
                roots[name] = defaults.folder_of(name)
            if name in defaults.places:
                places[name] = defaults.places[name]
        return self._replace(**taken, roots=roots, places=places)


_VALUES: Final = tuple(
    name for name in DeclaredPage._fields if name not in {"root", "roots", "places"}
)


def fmtk_page(
    package: Mapping[str, Any], root: Path = Path(), places: Mapping[str, SourcePlace] | None = None
) -> DeclaredPage:
    """Return what info.json's `package` object declares, read as FMTK reads it.

    Paths are relative to `root`, the mod folder. The object declares a page only when it has `readme`,
    `faq`, `gallery`, `prune_gallery` or `markdown`, or `sync_portal_details: true`. Values of a wrong
    type count as absent. FMTK's defaults apply: the first heading is stripped, images go to the gallery,
    and the gallery is pruned only when one is named.
    """
    if not fmtk_declares_page(package):
        return DeclaredPage(root=root)
    markdown = package.get("markdown")
    if not isinstance(markdown, Mapping):
        markdown = {}
    images = None
    prune_images = None
    gallery = package.get("gallery")
    if isinstance(gallery, list):
        images = tuple(entry for entry in gallery if isinstance(entry, str))
        prune_images = package.get("prune_gallery") is not False
    return DeclaredPage(
        description=_file(package, "readme"),
        faq=_file(package, "faq"),
        images=images,
        prune_images=prune_images,
        strip_first_heading=markdown.get("strip_first_header") is not False,
        markdown_images="url" if markdown.get("images") == "url" else "gallery",
        base_url=_text(markdown, "base_url"),
        url_match=_text(markdown, "url_match"),
        fmtk_details=True,
        root=root,
        places=places or {},
    )


def fmtk_places(info: Info) -> dict[str, SourcePlace]:
    """Return where in info.json FMTK's object has the fields of a declared page."""
    places: dict[str, SourcePlace] = {}
    for name, keys in _FMTK_KEYS.items():
        found = info.places.get(("package", *keys))
        if found is not None:
            line, column = found
            places[name] = ("info.json", line, column)
    return places


def _file(values: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    path = _text(values, key)
    return None if path is None else (path,)


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    if isinstance(value, str) and value:
        return value
    return None
