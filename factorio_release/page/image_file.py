"""An image file as a gallery image: its format by its content, its id, and why a gallery cannot have it."""

from __future__ import annotations

import hashlib
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
# ITU-T T.81, table B.1: the frames are C0 to CF without DHT, JPG and DAC. TEM, the restarts, the start of
# the image and its end have no length.
_JPEG_FRAMES: Final = frozenset(
    bytes([c]) for c in range(0xC0, 0xD0) if c not in {0xC4, 0xC8, 0xCC}
)
_JPEG_BARE: Final = frozenset(bytes([c]) for c in (0x01, *range(0xD0, 0xDA)))
_PNG_END: Final = b"IEND"
_MIN_IMAGE_BYTES: Final = 26  # a shorter file holds no picture in any of these formats
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
    if not _has_width_and_height(name, data):
        return ImageFile(None, f"it is a damaged {name}: it has no width and height", name)
    if len(data) < _MIN_IMAGE_BYTES or (name == "PNG" and _PNG_END not in data):
        return ImageFile(None, f"it is a damaged {name}: it is cut off", name)
    # Documented: the portal's id of an image is the SHA-1 of its bytes.
    id_ = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    image = GalleryImage(id_, path.name, path, f"image/{name.lower()}")
    return ImageFile(image, "", name, suffixes, len(data))


def _has_width_and_height(name: str, data: bytes) -> bool:
    """Return whether the header has two numbers above zero; the rest of the image is not decoded."""
    if name == "PNG":  # the chunk IHDR comes first
        return data[12:16] == b"IHDR" and _are_positive(data[16:24], 8)
    if name == "GIF":
        return _are_positive(data[6:10], 4)
    return _jpeg_has_width_and_height(data)


def _jpeg_has_width_and_height(data: bytes) -> bool:
    """Return the same of a JPEG, whose size is in the first segment of the kind "start of frame"."""
    at = len(b"\xff\xd8")
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1 : at + 2]
        if marker == b"\xff":  # a byte of padding before the marker
            at += 1
            continue
        if marker in _JPEG_FRAMES:  # marker, length, precision, height, width
            return _are_positive(data[at + 5 : at + 9], 4)
        at += len(marker) + 1
        if marker not in _JPEG_BARE:
            at += max(2, int.from_bytes(data[at : at + 2]))
    return False


def _are_positive(numbers: bytes, size: int) -> bool:
    """Return whether these are `size` bytes of two numbers, and neither is 0."""
    half = size // 2
    return len(numbers) == size and any(numbers[:half]) and any(numbers[half:])
