"""The kind of an image, read from its content; its file name is ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

# Which formats the public portal accepts is not established; these were observed in galleries.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
# A shorter file holds no picture in any of these formats; a PNG has its size in the first 24 bytes.
_MIN_IMAGE_BYTES = 26


def image_extension(head: bytes) -> str | None:
    """Return `png`, `jpg` or `gif` by the first bytes of a file, None when it is none of them."""
    if len(head) < _MIN_IMAGE_BYTES:
        return None
    for signature, extension in SIGNATURES:
        if head.startswith(signature):
            if extension == "png" and not _has_png_size(head):
                return None
            return extension
    return None


def _has_png_size(head: bytes) -> bool:
    """Return whether a PNG begins with its header and has a size, so that a cut file is refused."""
    width = int.from_bytes(head[16:20])
    height = int.from_bytes(head[20:24])
    return head[12:16] == b"IHDR" and width > 0 and height > 0


def check_image(path: Path) -> str:
    """Return the extension of an uploaded image.

    Raises:
        Refusal: InvalidImageUpload when the content is no image (documented).
    """
    with path.open("rb") as file:
        extension = image_extension(file.read(64))
    if extension is None:
        raise Refusal("InvalidImageUpload", "Invalid image file")
    return extension
