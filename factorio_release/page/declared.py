"""What the author says of the page, before any file is read: options first, FMTK's `package` as defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from factorio_release.parsers.info import Info

MarkdownImages = Literal["url", "gallery"]
SourcePlace = tuple[str, int, int]  # file, line, column

_NOT_MERGED: Final = ("root", "roots", "places")
_WITH_PATHS: Final = ("description", "faq", "images")
_FMTK_PATHS: Final = {
    "description": ("readme",),
    "faq": ("faq",),
    "images": ("gallery",),
    "url_match": ("markdown", "url_match"),
}
FMTK_PAGE_KEYS: Final = ("readme", "faq", "gallery", "prune_gallery", "markdown")


@dataclass(frozen=True, slots=True)
class DeclaredPage:
    """The page as declared; `None` is unset and leaves the live value alone, empty clears it.

    `description`, `faq` and `images` (paths and globs, in order) are relative to `root`, or to the
    folder that `roots` has for the field. `license` may be an SPDX name, `source_url` may be `auto`
    for the repository's own address. `base_url` and `url_match` are FMTK's. With `fmtk_details`, what
    FMTK's `details` sends without being told is declared too: title, summary and homepage of
    info.json, `readme.md` and `faq.md` if they are there. `places` say where a field was written.
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
    images: tuple[str, ...] | None = None
    prune_images: bool | None = None
    strip_first_heading: bool | None = None
    markdown_images: MarkdownImages | None = None
    base_url: str | None = None
    url_match: str | None = None
    fmtk_details: bool | None = None
    root: Path = Path()
    roots: Mapping[str, Path] = field(default_factory=dict)
    places: Mapping[str, SourcePlace] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of the page is declared, so that the live page is none of our business."""
        declared = (getattr(self, name) for name in _PAGE_FIELDS)
        return not self.fmtk_details and all(value is None for value in declared)

    def folder_of(self, name: str) -> Path:
        """Return the folder that the paths of this field are relative to."""
        return self.roots.get(name, self.root)

    def place_of(self, name: str) -> SourcePlace:
        """Return where a field was written, ("", 0, 0) when that is not known."""
        return self.places.get(name, ("", 0, 0))

    def over(self, defaults: DeclaredPage) -> DeclaredPage:
        """Return this declaration with what it leaves unset taken from `defaults`.

        Whether to prune is never taken along for images that were declared here.
        """
        taken = {
            name: getattr(defaults, name)
            for name in _MERGED
            if getattr(self, name) is None and getattr(defaults, name) is not None
        }
        if self.images is not None:
            taken.pop("prune_images", None)
        roots: dict[str, Path] = {name: defaults.folder_of(name) for name in _WITH_PATHS if name in taken}
        places = {name: defaults.places[name] for name in taken if name in defaults.places}
        return replace(self, **taken, roots={**self.roots, **roots}, places={**self.places, **places})


_MERGED: Final = tuple(field.name for field in fields(DeclaredPage) if field.name not in _NOT_MERGED)
_PAGE_FIELDS: Final = (*_MERGED[: _MERGED.index("images")], "images")


def fmtk_page(
    package: Mapping[str, Any], root: Path = Path(), places: Mapping[str, SourcePlace] | None = None
) -> DeclaredPage:
    """Read info.json's `package` object as FMTK does; paths are relative to `root`, the mod folder.

    It speaks of the page only when it names `readme`, `faq`, `gallery`, `prune_gallery` or `markdown`,
    or asks for `sync_portal_details`: an object that has but `ignore` or `scripts` declares nothing.
    Values of a wrong type are as good as absent. FMTK's defaults apply: first heading stripped,
    images to the gallery, pruned only when a gallery is named.
    """
    if not (package.get("sync_portal_details") is True or any(key in package for key in FMTK_PAGE_KEYS)):
        return DeclaredPage(root=root)
    markdown = package.get("markdown")
    markdown = markdown if isinstance(markdown, Mapping) else {}
    gallery = package.get("gallery")
    images = tuple(g for g in gallery if isinstance(g, str)) if isinstance(gallery, list) else None
    prune = package.get("prune_gallery")
    return DeclaredPage(
        description=_text(package, "readme"),
        faq=_text(package, "faq"),
        images=images,
        prune_images=None if images is None else prune is not False,
        strip_first_heading=markdown.get("strip_first_header") is not False,
        markdown_images="url" if markdown.get("images") == "url" else "gallery",
        base_url=_text(markdown, "base_url"),
        url_match=_text(markdown, "url_match"),
        fmtk_details=True,
        root=root,
        places=places or {},
    )


def fmtk_places(info: Info) -> dict[str, SourcePlace]:
    """Return where in info.json FMTK's object has the fields of a declaration."""
    return {
        name: ("info.json", *info.places["package", *path])
        for name, path in _FMTK_PATHS.items()
        if ("package", *path) in info.places
    }


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None
