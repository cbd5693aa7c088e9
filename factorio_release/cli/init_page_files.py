"""The page that the portal has, as files of the repository: `init --from-portal` writes them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.portal_clients import run_time_of, transport_of
from factorio_release.page.image_file import image_format
from factorio_release.portal.pictures import PictureReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.cli.session import Session
    from factorio_release.live.models import LiveMod
    from factorio_release.mod_page import GalleryImage
    from factorio_release.scaffold.found_page import FoundPage
    from factorio_release.settings.options import Settings

FOLDER: Final = "portal"
_GALLERY: Final = f"{FOLDER}/gallery"


class PageFiles(NamedTuple):
    """The files, by their path below the mod folder, and what the page would be found as with them.

    `same` are the fields that these files leave as they are. `notes` say what could not be had.
    """

    files: dict[str, bytes]
    found: FoundPage
    same: tuple[str, ...]
    notes: tuple[str, ...] = ()


def page_files(
    session: Session, settings: Settings, live: LiveMod, found: FoundPage, same: Sequence[str]
) -> PageFiles:
    """Return the texts and the gallery that the repository does not have yet.

    A picture is taken only if it has the SHA-1 that the portal knows it by: with other bytes it would be a
    new picture. If one cannot be had, none is written.
    """
    page = live.page
    files: dict[str, bytes] = {}
    paths: dict[str, str] = {}
    for name, text in (("description", page.description), ("faq", page.faq)):
        if text and name not in same and name not in found.by_package:
            paths[name] = f"{FOLDER}/{name}.md"
            files[paths[name]] = text.encode()
    notes: list[str] = []
    images = page.images or ()
    has_gallery = False
    if images and "images" not in same and "images" not in found.by_package:
        transport = transport_of(session, settings.timeout, run_time_of(session, settings))
        pictures = _pictures(PictureReader(transport, settings.portal_url), images)
        has_gallery = bool(pictures)
        files |= pictures
        if not pictures:
            notes.append(
                "the gallery was not taken: a picture of it cannot be had as it was uploaded"
            )
    updated = found.with_files(
        description=paths.get("description"),
        faq=paths.get("faq"),
        images=(f"{_GALLERY}/*",) if has_gallery else None,
        exclude=f"{FOLDER}/**" if files else "",
    )
    taken = (*same, *paths, *(["images"] if has_gallery else []))
    return PageFiles(files, updated, taken, tuple(notes))


def _pictures(reader: PictureReader, images: Sequence[GalleryImage]) -> dict[str, bytes]:
    """Return each picture by its path, numbered in the gallery's order; nothing where one is missing."""
    width = len(str(len(images)))
    found: dict[str, bytes] = {}
    for number, image in enumerate(images, 1):
        data = reader.read(image.url)
        if data is None or hashlib.sha1(data, usedforsecurity=False).hexdigest() != image.id:
            return {}
        _, suffixes = image_format(data)
        suffix = suffixes[0] if suffixes else ".png"
        found[f"{_GALLERY}/{number:0{width}}{suffix}"] = data
    return found
