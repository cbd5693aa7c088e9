"""How a file's bytes go into the zip: deflated where that pays, stored where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import deflate

STORED: Final = 0
DEFLATED: Final = 8

_PIECES: Final = 4
_PIECE: Final = 2 << 10
# Formats that are compressed inside; deflate takes another 0 to 3 % off them.
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_SOUNDS: Final = (".ogg", ".opus", ".mp3", ".flac", ".m4a", ".mp4", ".webm")
_ARCHIVES: Final = (".zip", ".7z", ".gz", ".xz", ".zst", ".bz2")
_COMPRESSED: Final = (*_PICTURES, *_SOUNDS, *_ARCHIVES)


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try, in levels of libdeflate, and which files are worth it.

    `again` is the level for what its name says is compressed already, 0 to store it. A larger
    file is tried when a sample of it shrinks below the share `pays`; 1 tries every file.
    """

    name: str
    level: int
    again: int
    pays: float = 1.0
    sampled_from: int = 128 << 10

    def level_of(self, path: str) -> int:
        """Return the level for a file of this name; 0 stores it."""
        return self.again if path.lower().endswith(_COMPRESSED) else self.level

    def compress(self, path: str, data: bytes) -> tuple[int, bytes | bytearray]:
        """Return the method and the bytes for a whole file."""
        if not data or not self.is_worth_it(path, len(data), data):
            return STORED, data
        packed = deflate.deflate_compress(data, self.level_of(path))
        return (DEFLATED, packed) if len(packed) < len(data) else (STORED, data)

    def is_worth_it(self, path: str, size: int, data: bytes) -> bool:
        """Tell whether deflating may pay, from the name and a sample of the file."""
        if not self.level_of(path):
            return False
        if size <= self.sampled_from or self.pays >= 1:
            return True
        sample = b"".join(data[at : at + _PIECE] for at in _spread(size))
        return len(deflate.deflate_compress(sample, 1)) < self.pays * len(sample)


EFFORTS: Final = {
    "fast": Effort("fast", level=1, again=0, pays=0.9),
    "default": Effort("default", level=9, again=6, pays=0.998),
    "max": Effort("max", level=12, again=12),
}


def compressor(effort: Effort) -> str:
    """Name what decides the bytes: the same name gives the same bytes."""
    return f"libdeflate (deflate {deflate.__version__}), {effort.name}"


def _spread(size: int) -> range:
    return range(0, size, max(size // _PIECES, _PIECE))
