"""Images are judged by what they are, not by what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

# Which formats the real portal takes is not established; these are the ones seen in galleries.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
_MIN_IMAGE_BYTES = 26


def image_extension(head: bytes) -> str | None:
    """Return an image's kind by its first bytes, None when it is not an image that the portal knows."""
    if len(head) < _MIN_IMAGE_BYTES:
        return None
    kind = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)
    if kind == "png":
        width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        return kind if head[12:16] == b"IHDR" and width and height else None
    return kind


def check_image(path: Path) -> str:
    """Return the extension of an uploaded image.

    Raises:
        Refusal: InvalidImageUpload when the content is no image.
    """
    with path.open("rb") as file:
        extension = image_extension(file.read(64))
    if extension is None:
        raise Refusal("InvalidImageUpload", "Invalid image file")
    return extension
