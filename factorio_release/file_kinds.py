"""What a file is by its first bytes, whatever its name says; for messages about files of the wrong kind."""

from __future__ import annotations

import re
from typing import Final

from factorio_release.lazy_pattern import lazy_pattern

KIND_BYTES: Final = 512  # enough of a file's beginning for every pattern below
# Name, offset, bytes. The formats' own specifications.
_SIGNATURES: Final = (
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("Ogg", 0, b"OggS"),
    ("WAV", 8, b"WAVE"),
    ("WebP", 8, b"WEBP"),
    ("AVI", 8, b"AVI "),
    ("GIF", 0, b"GIF8"),
    ("MP3", 0, b"ID3"),
    ("MP3", 0, b"\xff\xfb"),
    ("MP3", 0, b"\xff\xf3"),
    ("MP3", 0, b"\xff\xf2"),
    ("AAC", 0, b"\xff\xf1"),
    ("AAC", 0, b"\xff\xf9"),
    ("AVIF", 4, b"ftypavif"),
    ("HEIC", 4, b"ftypheic"),
    ("MP4", 4, b"ftyp"),
    ("JPEG XL", 0, b"\xff\x0a"),
    ("JPEG XL", 4, b"JXL "),
    ("FLAC", 0, b"fLaC"),
    ("MIDI", 0, b"MThd"),
    ("AIFF", 8, b"AIFF"),
    ("WebM", 0, b"\x1a\x45\xdf\xa3"),
    ("DDS", 0, b"DDS "),
    ("TIFF", 0, b"II*\0"),
    ("TIFF", 0, b"MM\0*"),
    ("Photoshop", 0, b"8BPS"),
    ("GIMP", 0, b"gimp xcf"),
    ("PDF", 0, b"%PDF-"),
    ("a Windows icon", 0, b"\0\0\1\0"),
    ("a zip", 0, b"PK\3\4"),
    ("a 7z archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("a RAR archive", 0, b"Rar!\x1a\x07"),
    ("a gzip file", 0, b"\x1f\x8b"),
    ("an xz file", 0, b"\xfd7zXZ\0"),
    ("a bzip2 file", 0, b"BZh"),
    ("a Zstandard file", 0, b"\x28\xb5\x2f\xfd"),
    ("a tar archive", 257, b"ustar"),
    ("BMP", 0, b"BM"),
)
_TEXTS: Final = (
    (
        "SVG",
        lazy_pattern(
            rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!DOCTYPE\s+)?svg",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
    (
        "an HTML page",
        lazy_pattern(
            rb"(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)", re.IGNORECASE | re.DOTALL
        ),
    ),
    ("an XML file", lazy_pattern(rb"<\?xml")),
    ("a JSON file", lazy_pattern(rb"[{\[]\s*[\"{\[]")),
    ("base64 text", lazy_pattern(rb"(?:data:[a-z/]+;base64,|iVBORw0KGgo|T2dnUw|/9j/4)")),
)
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"


def kind_of(head: bytes) -> str:
    """Return what a file with these first bytes is, `""` when it is not known."""
    if not head:
        return "an empty file"
    for name, offset, signature in _SIGNATURES:
        if head.startswith(signature, offset):
            return name
    text = head.lstrip(_BLANKS)
    for name, pattern in _TEXTS:
        if pattern.match(text):
            return name
    return "" if head.strip(b"\0") else "nothing but NUL characters"
