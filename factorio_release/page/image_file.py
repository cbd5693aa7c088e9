"""An image file as a gallery image: its format by its content, its id, and why a gallery cannot have it."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.git.lfs import LFS_POINTER_START
from factorio_release.limits import MAX_IMAGE_BYTES
from factorio_release.mod_page import GalleryImage

if TYPE_CHECKING:
    from pathlib import Path

# Observed: the formats in galleries of the portal. None are documented.
_GALLERY_FORMATS: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG", (".png",)),
    (b"\xff\xd8\xff", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    (b"GIF87a", "GIF", (".gif",)),
    (b"GIF89a", "GIF", (".gif",)),
)
# Formats that a gallery cannot have, named so that the message helps.
_OTHER_FORMATS: Final = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WebP"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "AVIF"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"(?:II\*\x00|MM\x00\*)"), "TIFF"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"gimp xcf"), "GIMP"),
    (re.compile(rb"DDS "), "DDS"),
    (re.compile(re.escape(LFS_POINTER_START)), "a Git LFS pointer, its content is not checked out"),
    (re.compile(rb"\s*<(?:\?xml|svg|!--|!DOCTYPE svg)", re.IGNORECASE), "SVG"),
)
FORMAT_HEAD_BYTES: Final = 64  # enough of a file's beginning for every pattern above


class ImageFile(NamedTuple):
    """A file read as an image; `image` is None when a gallery cannot have it, and `problem` says why.

    `suffixes` are those that files of the `format` have; `size` is in bytes.
    """

    image: GalleryImage | None
    problem: str = ""
    format: str = ""
    suffixes: tuple[str, ...] = ()
    size: int = 0


def image_format(head: bytes) -> tuple[str, tuple[str, ...]]:
    """Return a format by a file's first bytes, and its suffixes; no suffix where a gallery cannot have it."""
    for signature, name, suffixes in _GALLERY_FORMATS:
        if head.startswith(signature):
            return name, suffixes
    for pattern, name in _OTHER_FORMATS:
        if pattern.match(head):
            return name, ()
    return "no image", ()


def read_image(path: Path) -> ImageFile:
    """Read the file at `path`; every problem is returned, nothing is raised."""
    try:
        data = read_file(path, MAX_IMAGE_BYTES)
    except OSError as error:
        return ImageFile(None, f"it cannot be read: {error.strerror}")
    if not data:
        return ImageFile(None, "it is empty")
    name, suffixes = image_format(data[:FORMAT_HEAD_BYTES])
    if not suffixes:
        return ImageFile(None, f"it is {name}", name)
    if not _has_width_and_height(data):
        return ImageFile(None, f"it is a damaged {name}: it has no width and height", name)
    # Documented: the portal's id of an image is the SHA-1 of its bytes.
    id_ = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    image = GalleryImage(id_, path.name, path, f"image/{name.lower()}")
    return ImageFile(image, "", name, suffixes, len(data))


def _has_width_and_height(data: bytes) -> bool:
    import imagesize  # type: ignore[import-untyped]  # noqa: PLC0415 it has no types; start-up: only for a gallery

    try:
        width, height = imagesize.get(io.BytesIO(data))
    except ValueError:  # the header is cut off
        return False
    return bool(width > 0 and height > 0)
