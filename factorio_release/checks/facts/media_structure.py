"""What is wrong with the structure of a PNG, Ogg or WAV file: cut short, without content, changed as a text.

Pictures and sounds are not decoded. Only headers are read, the end of each file, and of a PNG that does not
end as it should the list of its chunks.
"""

from __future__ import annotations

import re
import zlib
from typing import Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LINE_ENDS: Final = "has changed line ends, as only a text may have"
OTHER_CODEC: Final = "holds "  # and its name
_AS_TEXT: Final = "was read as a text and written again in UTF-8, which damages it"
# The signature of a PNG is made to show such changes (PNG specification, 5.2).
_CHANGED_SIGNATURES: Final = (
    (lazy_pattern(rb"\x89PNG(?:\r|\n|\r\r\n)\x1a"), LINE_ENDS),
    (lazy_pattern(rb"\x89PNG\r\n\x1a\r\n"), LINE_ENDS),
    (
        lazy_pattern(rb"(?:\xef\xbf\xbd|\xc2\x89|\xe2\x80\xb0|\xef\xbb\xbf..?.?)PNG", re.DOTALL),
        _AS_TEXT,
    ),
    (
        lazy_pattern(rb"(?:\xff\xfe|\xfe\xff|)[\x00-\xff]{1,3}P\0N\0G\0"),
        "was written as a text in UTF-16",
    ),
    (lazy_pattern(rb"\tPNG"), "has lost the eighth bit of each byte"),
)
_PNG_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
_CHUNK_FRAME_BYTES: Final = 12  # length, type, checksum
_IHDR_BYTES: Final = 13
_IHDR_END: Final = len(PNG_SIGNATURE) + _CHUNK_FRAME_BYTES + _IHDR_BYTES
_CHUNK_TYPE: Final = lazy_pattern(rb"[A-Za-z]{4}")
# Bit depths by colour type (PNG specification, table 11.1).
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_MAX_PIXELS: Final = 0x7FFFFFFF
_OGG_HEADER_BYTES: Final = 27  # RFC 3533, section 6; the table of segments follows
_CODECS: Final = (  # documented: the game reads Vorbis and Opus
    (b"\x01vorbis", ""),
    (b"OpusHead", ""),
    (b"\x7fFLAC", "FLAC"),
    (b"Speex   ", "Speex"),
)
_RIFF_HEADER_BYTES: Final = 12
_UNKNOWN_SIZE: Final = (
    0x7FFFF000  # and more: a WAV that was written as a stream, whose length was not known
)
_SECTOR: Final = 2048  # some programs state a size that is rounded up


class Damage(NamedTuple):
    """What is wrong with a file, as the words behind its name; `sure` when no program can read it."""

    text: str
    sure: bool = True


def changed_signature(head: bytes) -> str:
    """Return what happened to a PNG whose signature shows that it was changed, `""` for other files."""
    for pattern, text in _CHANGED_SIGNATURES:
        if pattern.match(head):
            return text
    return ""


def png_header_damage(head: bytes) -> Damage | None:
    """Return what is wrong with the first chunk of a PNG, of which `head` is at least the beginning."""
    if len(head) < _IHDR_END or head[8:16] != b"\0\0\0\x0dIHDR":
        return Damage("is cut short: it has no width and height")
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if not (width and height):
        return Damage(f"has {width}x{height} pixels")
    depth, colour, compression, filtering, interlace = head[24:29]
    is_possible = (
        max(width, height) <= _MAX_PIXELS
        and depth in _DEPTHS.get(colour, ())
        and (compression, filtering) == (0, 0)
        and interlace in {0, 1}
    )
    if not is_possible or zlib.crc32(head[12:29]) != int.from_bytes(head[29:33]):
        return Damage("is damaged: its header is wrong")
    return None


def ends_as_png(end: bytes) -> bool:
    """Return whether these last 12 bytes of a file are the last chunk of a PNG."""
    return end == _PNG_END


def png_damage(data: bytes) -> Damage | None:
    """Return what is wrong with the chunks of a whole PNG whose header is right.

    Bytes behind the last chunk are allowed, and harmless.
    """
    at, has_pixels, in_pixels = len(PNG_SIGNATURE), False, False
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if not _CHUNK_TYPE.fullmatch(kind):
            return Damage(f"is damaged at byte {at:,}", sure=not has_pixels)
        in_pixels = kind == b"IDAT"
        has_pixels = has_pixels or in_pixels
        at += size + _CHUNK_FRAME_BYTES
        if kind == b"IEND" and at <= len(data):
            return None if has_pixels else Damage("has no picture behind its header")
    if not has_pixels:
        return Damage("is cut short: it has no picture behind its header")
    # What is missing behind the pixels is nothing that is shown.
    return Damage("is cut short", sure=in_pixels and at > len(data))


def ogg_damage(head: bytes, end: bytes, size: int) -> Damage | None:
    """Return what is wrong with an Ogg file; `head` and `end` may overlap or be the whole file.

    Bytes behind the last page are allowed, as far as the page is still found.
    """
    first = _page_bytes(head)
    if not first or first >= size:
        return Damage("is cut short: it has no sound behind its header")
    payload = head[_OGG_HEADER_BYTES + head[26] :]
    for start, unreadable in _CODECS:
        if payload.startswith(start) and unreadable:
            return Damage(f"{OTHER_CODEC}{unreadable}: the game reads Vorbis and Opus")
    last = end.rfind(b"OggS")
    if last < 0:
        return Damage("does not end with a page of sound", sure=False)
    page = _page_bytes(end[last:])
    if not page or page > len(end) - last:
        return Damage("is cut short")
    return None


def _page_bytes(page: bytes) -> int:
    """Return the length that the header of a page states, 0 where the header is not whole."""
    if len(page) < _OGG_HEADER_BYTES or len(page) < _OGG_HEADER_BYTES + page[26]:
        return 0
    table = page[_OGG_HEADER_BYTES : _OGG_HEADER_BYTES + page[26]]
    return _OGG_HEADER_BYTES + len(table) + sum(table)


def wav_damage(head: bytes, size: int, *, whole: bool) -> Damage | None:
    """Return what is wrong with a WAV file by its beginning and its size.

    It is surely cut short where both lengths in it say so: programs write a wrong one.
    """
    stated = 8 + int.from_bytes(head[4:8], "little")
    at = _RIFF_HEADER_BYTES
    while at + 8 <= len(head):
        kind, length = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if kind == b"data":
            end = at + 8 + length
            if length >= _UNKNOWN_SIZE or end - size < _SECTOR:
                return None
            return Damage("is cut short", sure=end <= stated)
        at += 8 + length + length % 2
    if whole or at >= size:
        return Damage("is cut short: it has no sound behind its header")
    return None
