"""Pictures and sounds that are not what their names say, and the thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Found
from factorio_release.checks.facts.contents import extension
from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.contents import Content, Contents
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.package.file_set import FileSet

THUMBNAIL: Final = "thumbnail.png"
_EDGE: Final = 144
_EXPECTED: Final = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "ogg": "Ogg", "wav": "WAV"}
_OTHER_TYPES: Final = frozenset({"jpg", "jpeg", "gif", "webp", "bmp", "svg"})
_SIGNS: Final = (
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
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Media:
    """What a picture or sound file really is (`""` for nothing known); pixels for a PNG, else 0."""

    kind: str
    width: int = 0
    height: int = 0


def read_media(contents: Contents) -> Mapping[str, Media]:
    """Look at the first bytes of every file that is named as a picture or a sound."""
    return {
        path: _recognised(content)
        for path, content in contents.items()
        if extension(path) in _EXPECTED and not is_lfs_pointer(content.data)
    }


def _recognised(content: Content) -> Media:
    data = content.data
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:  # noqa: PLR2004 the header's length
        return Media("PNG", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    return Media(_kind(data))


def _kind(data: bytes) -> str:
    return next((kind for kind, at, sign in _SIGNS if data.startswith(sign, at)), "")


def broken_media(
    lua: LuaTree, assets: tuple[AssetReference, ...], media: Mapping[str, Media]
) -> Iterator[Problem]:
    """Report files that loaded Lua names and that are no picture or sound at all."""
    used = _used(lua, assets)
    return (_nothing_known(path) for path, found in media.items() if not found.kind and path in used)


def disguised_media(
    lua: LuaTree, assets: tuple[AssetReference, ...], media: Mapping[str, Media]
) -> Iterator[Problem]:
    """Report files of another type than their name says, and unused ones that are of none."""
    used = _used(lua, assets)
    for path, found in media.items():
        expected = _EXPECTED[extension(path)]
        if found.kind and found.kind != expected:
            yield Problem(
                f"{path} is a {found.kind} file, not {expected}", path, hint=f"Convert it to {expected}."
            )
        elif not found.kind and path not in used:
            yield _nothing_known(path)


def _used(lua: LuaTree, assets: tuple[AssetReference, ...]) -> set[str]:
    return {
        a.path for a in assets if a.found is Found.YES and a.complete and a.certain and a.file in lua.loaded
    }


def _nothing_known(path: str) -> Problem:
    return Problem(
        f"{path} is not a {_EXPECTED[extension(path)]} file",
        path,
        hint="Save it anew: its content is damaged.",
    )


def thumbnail_size(media: Mapping[str, Media]) -> Iterator[Problem]:
    """Report a thumbnail of other than the documented size."""
    found = media.get(THUMBNAIL)
    if found and found.kind == "PNG" and (found.width, found.height) != (_EDGE, _EDGE):
        yield Problem(
            f"{THUMBNAIL} is {found.width}x{found.height} pixels", THUMBNAIL, hint=f"Make it {_EDGE}x{_EDGE}."
        )


def thumbnail_type(files: FileSet) -> Iterator[Problem]:
    """Report a thumbnail of a type that neither the game nor the portal looks for."""
    if not any(file.path.lower() == THUMBNAIL for file in files.files):
        for file in files.files:
            if file.path.lower().startswith("thumbnail.") and extension(file.path) in _OTHER_TYPES:
                yield Problem(
                    f"{file.path} is not read: the thumbnail is {THUMBNAIL}",
                    file.path,
                    hint=f"Convert it to a PNG of {_EDGE}x{_EDGE} pixels.",
                )
