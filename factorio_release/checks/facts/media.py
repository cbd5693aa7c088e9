"""The real type of each image and sound, and whether it is whole."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension, read_ends
from factorio_release.checks.facts.media_structure import (
    LINE_ENDS,
    PNG_SIGNATURE,
    Damage,
    changed_signature,
    ends_as_png,
    ogg_damage,
    png_damage,
    png_header_damage,
    wav_damage,
)
from factorio_release.file_kinds import kind_of
from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.file_set import RestoredFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.checks.facts.contents import Content, Contents
    from factorio_release.package.file_set import FileSet, PackageFile

# Extensions of the files that the game can load, and the type that each promises.
PROMISED_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "ogg": "Ogg", "wav": "WAV"}
)
# Types that no part of the game reads, whatever the name of the file. Of other pictures, such as GIF and BMP,
# it is not known what the game makes of them.
_SURELY_UNREADABLE: Final = frozenset(
    {
        *("WebP", "AVIF", "HEIC", "JPEG XL", "SVG", "TIFF", "GIMP", "PDF"),
        *("MP3", "AAC", "FLAC", "MP4", "MIDI", "AIFF", "AVI", "WebM"),
    }
)
_PICTURES: Final = frozenset({"PNG", "JPEG"})
_SOUNDS: Final = frozenset({"Ogg", "WAV"})
# Types of images and sounds that the game may or may not read; every other file is none.
_OTHER_TYPES: Final = frozenset({"GIF", "BMP", "DDS", "Photoshop"})
_KNOWN_TYPES: Final = _PICTURES | _SOUNDS | _OTHER_TYPES | _SURELY_UNREADABLE
_LINK: Final = lazy_pattern(rb"[\w ./\\-]{1,300}\.(?:png|jpe?g|ogg|wav)\s*")
LINK_TEXT: Final = "is the text of a link to another file, as a checkout without links writes it"
_LONE_LF: Final = lazy_pattern(rb"(?<!\r)\n")
_MAX_WALKED_BYTES: Final = 64 << 20  # of a PNG that does not end as it should


class Media(NamedTuple):
    """What an image or sound is: its real `type`, such as `PNG` or `an HTML page`, `""` when not recognised.

    `damage` says what happened to the file, where that can be told. `unreadable` means that the game
    surely cannot read it. `width` and `height` are pixels of a PNG, else 0.
    """

    type: str
    width: int = 0
    height: int = 0
    damage: str = ""
    unreadable: bool = False


def read_media(contents: Contents, files: FileSet) -> Mapping[str, Media]:
    """Recognise every file whose name promises an image or a sound; Git LFS pointers are left out.

    A pointer is reported under a code of its own.
    """
    return {
        path: _recognise(content, PROMISED_TYPES[extension(path)], files.get(path))
        for path, content in contents.items()
        if extension(path) in PROMISED_TYPES and not is_lfs_pointer(content.data)
    }


def look_at(file: PackageFile) -> Media | None:
    """Recognise one file whose name promises an image or a sound, None for another and a Git LFS pointer."""
    promised = PROMISED_TYPES.get(extension(file.path))
    if promised is None:
        return None
    content = read_ends(file)
    return None if is_lfs_pointer(content.data) else _recognise(content, promised, file)


def _recognise(content: Content, promised: str, file: PackageFile | None) -> Media:
    data = content.data
    if data.startswith(PNG_SIGNATURE):
        return _png(content, file)
    kind = kind_of(data)
    damage = None
    if isinstance(file, RestoredFile) and _has_lost_returns(file):
        damage = Damage(LINE_ENDS)
    elif kind == "Ogg" and promised == "Ogg" and file:
        damage = ogg_damage(data, content.end, file.size)
    elif kind == "WAV" and file:
        damage = wav_damage(data, file.size, whole=content.whole)
    elif kind not in _KNOWN_TYPES:
        return Media(kind, damage=_what_happened(data), unreadable=True)
    if damage:
        return Media(kind, damage=damage.text, unreadable=damage.sure)
    is_sound_for_picture = kind in _SOUNDS and promised in _PICTURES
    is_picture_for_sound = kind in _PICTURES | _OTHER_TYPES and promised in _SOUNDS
    unreadable = kind in _SURELY_UNREADABLE or is_sound_for_picture or is_picture_for_sound
    return Media(kind, unreadable=unreadable)


def _has_lost_returns(file: RestoredFile) -> bool:
    """Return whether git's content of a file lacks carriage returns that the file on disk has.

    Where git wrote the file on disk with CRLF, it has no LF alone: then git's content is the right one.
    """
    return b"\r\n" not in file.content and bool(_LONE_LF.search(file.read_from_disk()))


def _png(content: Content, file: PackageFile | None) -> Media:
    data = content.data
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    damage = png_header_damage(data)
    if damage is None and content.whole:
        damage = png_damage(data)
    elif damage is None and not ends_as_png(content.end) and file:
        # Read whole only here: hardly any file ends in another way.
        damage = png_damage(file.read()) if file.size <= _MAX_WALKED_BYTES else None
    if damage:
        return Media("PNG", width, height, damage.text, unreadable=damage.sure)
    return Media("PNG", width, height)


def _what_happened(data: bytes) -> str:
    """Return how a file became no image and no sound, `""` when that cannot be told."""
    return LINK_TEXT if _LINK.fullmatch(data) else changed_signature(data)
