"""Packaged pictures that are for the mod's page: those of its gallery, and those that a README shows."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension, words
from factorio_release.disk.bounded_file import read_file
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.limits import MAX_PAGE_TEXT_BYTES
from factorio_release.package.file_set import DiskFile
from factorio_release.package.game_files import DISPLAYED_FILES, GAME_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.mod.mod import Mod
    from factorio_release.mod_page import ModPage

PICTURES: Final = words("png jpg jpeg gif webp svg bmp")
_TEXTS: Final = words("md markdown mkd html rst adoc")
_README: Final = re.compile(r"readme\.(?:md|markdown|rst)", re.IGNORECASE)
# A word that ends like a picture, in any form of link: `![](a.png)`, `<img src="a.png">`, `[a]: a.png`.
_LINK: Final = lazy_pattern(
    r"[^\s\"'()<>\[\]|=]{1,300}\.(?:png|jpe?g|gif|webp|svg|bmp)\b", re.IGNORECASE
)
# Searched for first, since it begins with a text: most lines of most documents have no picture.
_ENDING: Final = lazy_pattern(r"\.(?:png|jpe?g|gif|webp|svg|bmp)\b", re.IGNORECASE)
_MAX_PICTURES: Final = 100  # all Lua is searched for the name of each


class PagePictures(NamedTuple):
    """The paths in the package; `in_texts` are not in the gallery."""

    gallery: tuple[str, ...]
    in_texts: tuple[str, ...]


def page_pictures(mod: Mod, contents: Contents, page: ModPage) -> PagePictures:
    """Return the pictures of the declared gallery, and those that a Markdown file of the mod shows."""
    images = {image.path.resolve() for image in page.images or () if image.path}
    names = {
        path.name.lower() for path in images
    }  # to resolve a path asks the disk for each folder
    gallery = [
        file.path
        for file in mod.files.files
        if isinstance(file, DiskFile)
        and file.source.name.lower() in names
        and file.source.resolve() in images
    ]
    pictures = {
        path
        for path in contents
        if extension(path) in PICTURES
        and path not in DISPLAYED_FILES
        and path.partition("/")[0] not in GAME_FOLDERS
    }
    shown = _shown(mod, contents) & pictures if pictures else set()
    return PagePictures(
        tuple(gallery[:_MAX_PICTURES]), tuple(sorted(shown - {*gallery})[:_MAX_PICTURES])
    )


def _shown(mod: Mod, contents: Contents) -> set[str]:
    """Return the paths in the mod that its Markdown files, and the READMEs around it, link to."""
    from urllib.parse import unquote  # noqa: PLC0415 start-up: only for a mod with such pictures

    found: set[str] = set()
    for folder, text in _texts(mod, contents):
        for link in _links(text):
            path = unquote(link)
            found.add(posixpath.normpath(posixpath.join(folder, path.lstrip("/"))))
            if "://" in path:  # https://raw.githubusercontent.com/OWNER/REPO/BRANCH/a/b.png
                parts = path.split("/")
                found.update("/".join(parts[start:]) for start in range(5, len(parts)))
    inside = _folder_in_repository(mod)
    return {path.removeprefix(f"{inside}/") for path in found} | found if inside else found


def _links(text: str) -> Iterator[str]:
    end = 0
    for ending in _ENDING.finditer(text):
        if ending.start() >= end:
            start = text.rfind("\n", 0, ending.start()) + 1
            end = text.find("\n", ending.end())
            end = len(text) if end < 0 else end
            yield from _LINK.findall(text, start, end)


def _texts(mod: Mod, contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield the text of each Markdown file, and the folder from which its links lead."""
    for path, content in contents.items():
        if extension(path) in _TEXTS and content.whole and len(content.data) <= MAX_PAGE_TEXT_BYTES:
            yield posixpath.dirname(path), content.data.decode(errors="replace")
    if mod.repository is None or mod.is_zip:
        return
    for folder in {mod.path, mod.repository.root}:
        for text in _readmes(folder, contents if folder == mod.path else ()):
            yield "", text


def _folder_in_repository(mod: Mod) -> str:
    """Return the path of the mod's folder from the repository's root, empty for the root itself."""
    if mod.repository is None or mod.is_zip:
        return ""
    root, folder = mod.repository.root.resolve(), mod.path.resolve()
    inside = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""
    return "" if inside == "." else inside


def _readmes(folder: Path, packed: Container[str]) -> Iterator[str]:
    """Yield the texts of the READMEs in a folder that are not in the package, where they can be read."""
    try:
        names = sorted(path.name for path in folder.iterdir() if _README.fullmatch(path.name))
    except OSError:
        return
    for name in names:
        path = folder / name
        if name in packed or path.is_symlink():
            continue
        try:
            yield read_file(path, MAX_PAGE_TEXT_BYTES).decode(errors="replace")
        except OSError:
            continue  # the file is not part of the mod, so it stops nothing
