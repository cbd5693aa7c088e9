"""The real type of each image and sound, by its first bytes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension
from factorio_release.git.lfs import is_lfs_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.checks.facts.contents import Content, Contents

# Extensions of the files that the game can load, and the type that each promises.
PROMISED_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "ogg": "Ogg", "wav": "WAV"}
)
_SIGNATURES: Final = (  # type, offset, bytes
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("Ogg", 0, b"OggS"),
    ("WAV", 8, b"WAVE"),
    ("WebP", 8, b"WEBP"),
    ("GIF", 0, b"GIF8"),
    ("MP3", 0, b"ID3"),
    ("MP3", 0, b"\xff\xfb"),
    ("AVIF", 4, b"ftypavif"),
    ("HEIC", 4, b"ftypheic"),
    ("FLAC", 0, b"fLaC"),
    ("DDS", 0, b"DDS "),
    ("BMP", 0, b"BM"),
)
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_BYTES: Final = (
    24  # the signature, then length and name of the chunk IHDR, width, height
)


class Media(NamedTuple):
    """The real type of an image or sound, `""` when it is not recognised; pixels of a PNG, else 0."""

    type: str
    width: int = 0
    height: int = 0


def read_media(contents: Contents) -> Mapping[str, Media]:
    """Recognise every file whose name promises an image or a sound; Git LFS pointers are left out.

    A pointer is reported under a code of its own.
    """
    return {
        path: _recognise(content)
        for path, content in contents.items()
        if extension(path) in PROMISED_TYPES and not is_lfs_pointer(content.data)
    }


def _recognise(content: Content) -> Media:
    data = content.data
    if (
        data.startswith(_PNG_SIGNATURE)
        and data[12:16] == b"IHDR"
        and len(data) >= _PNG_HEADER_BYTES
    ):
        return Media("PNG", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    for name, offset, signature in _SIGNATURES:
        if data.startswith(signature, offset):
            return Media(name)
    return Media("")
