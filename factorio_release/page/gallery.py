"""The gallery that an author declares: files and globs, as images in order, with the problems in them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.limits import MAX_GALLERY_IMAGES
from factorio_release.package.glob_files import matching_names
from factorio_release.package.globs import split_pattern
from factorio_release.page.findings import page_finding
from factorio_release.page.image_file import read_image
from factorio_release.page.near_names import near_path
from factorio_release.page.repository_tree import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.mod_page import GalleryImage
    from factorio_release.page.declared import DeclaredPage
    from factorio_release.page.documents import DocumentReader
    from factorio_release.page.image_file import ImageFile

# The portal documents no limit. Images in galleries are far smaller.
_LARGE_IMAGE_BYTES: Final = 10_000_000


class Gallery(NamedTuple):
    """The images in order, each once, and the problems found."""

    images: tuple[GalleryImage, ...] = ()
    findings: tuple[Finding, ...] = ()


def declared_gallery(declared: DeclaredPage, reader: DocumentReader) -> Gallery:
    """Read the images that the page declares."""
    findings: list[Finding] = []
    gallery = read_gallery(_declared_files(declared, reader, findings))
    return Gallery(gallery.images, (*findings, *gallery.findings))


def read_gallery(files: Iterable[tuple[Path, str]]) -> Gallery:
    """Read images in order; each file comes with the name that findings carry."""
    images: dict[str, GalleryImage] = {}
    names: dict[str, str] = {}
    findings: list[Finding] = []
    for path, name in files:
        file = read_image(path)
        if file.image is None:
            hint = "Give a PNG, JPEG or GIF."
            findings.append(
                page_finding(
                    "page-image-format",
                    f"{name} cannot be in the gallery: {file.problem}",
                    name,
                    hint=hint,
                )
            )
            continue
        first_name = names.get(file.image.id)
        if first_name is None:
            images[file.image.id] = file.image
            names[file.image.id] = name
            findings.extend(_doubtful(file, name))
        elif first_name != name:  # two globs may name one file; that is no duplicate
            message = f"{name} is the same image as {first_name}"
            findings.append(
                page_finding("page-image-duplicate", message, name, hint="Leave one of them out.")
            )
    return Gallery(tuple(images.values()), tuple(findings))


def _doubtful(file: ImageFile, name: str) -> Iterator[Finding]:
    """Yield findings for an image that the portal takes, but that is probably not as its author meant it."""
    stem, suffix = posixpath.splitext(name)
    if suffix.lower() not in file.suffixes:
        message = f"{name} is {file.format} by its content"
        yield page_finding(
            "page-image-name", message, name, hint=f"Name it {stem}{file.suffixes[0]}."
        )
    if file.size > _LARGE_IMAGE_BYTES:
        message = f"{name} has {file.size / 1e6:.1f} MB"
        yield page_finding(
            "page-image-size", message, name, hint="Make it smaller: every visitor loads it."
        )


def _declared_files(
    declared: DeclaredPage, reader: DocumentReader, findings: list[Finding]
) -> Iterator[tuple[Path, str]]:
    """Yield the declared images with the names that findings carry; a glob's files are sorted by path.

    An entry that names no file is a finding: with `prune-images` a wrong path would remove images.
    """
    place = declared.place_of("images")
    folder = declared.folder_of("images")
    count = 0
    for entry in declared.images or ():
        files = _files_of(folder, entry)
        count += len(files)
        if count > MAX_GALLERY_IMAGES:
            message = (
                f"{entry} makes {count:,} images, and a gallery takes at most {MAX_GALLERY_IMAGES}"
            )
            findings.append(
                page_finding("page-image-many", message, *place, hint="Name fewer images.")
            )
            return
        if not files:
            message = f"{entry} names no file"
            near = near_path(folder, entry)
            hint = "Write a path such as gallery/*.png, relative to the file that names it."
            if near:
                hint = f"Did you mean {near}?"
            findings.append(page_finding("page-image-missing", message, *place, hint=hint))
        for file in files:
            name = reader.shown(file)
            refusal = reader.tree.refusal(file)
            if refusal:
                code, hint = REFUSALS[refusal]
                findings.append(page_finding(code, f"{name} {refusal}", *place, hint=hint))
            else:
                yield file, name


def _files_of(folder: Path, entry: str) -> list[Path]:
    """Return the files that a path or glob names, sorted by path."""
    try:
        if (folder / entry).is_file():  # its name may have characters of globs
            return [folder / entry]
        base, pattern = split_pattern(entry)
        names = sorted(matching_names(folder / base, pattern))
        files = [folder / base / name for name in names]
        # Only plain files: reading a named pipe would wait for a writer.
        return [file for file in files if file.is_file()]
    except (OSError, ValueError):
        # ValueError is a name that no file can have, or, as GlobError, a pattern such as {1..99999}.
        return []
