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
    """How hard to try: libdeflate's `level`, and which files are worth it.

    `trusts_names` stores what its name says is compressed. `pays` is the share of a sample of a
    larger file that must remain for deflating the whole: 1 tries every file.
    """

    name: str
    level: int
    trusts_names: bool = False
    pays: float = 1.0
    sampled_from: int = 64 << 10

    def compress(self, path: str, data: bytes) -> tuple[int, bytes | bytearray]:
        """Return the method and the bytes for a whole file."""
        if not data or not self.is_worth_it(path, len(data), data):
            return STORED, data
        packed = deflate.deflate_compress(data, self.level)
        return (DEFLATED, packed) if len(packed) < len(data) else (STORED, data)

    def is_worth_it(self, path: str, size: int, data: bytes) -> bool:
        """Tell whether deflating may pay, from the name and a sample of the file."""
        if self.trusts_names and path.lower().endswith(_COMPRESSED):
            return False
        if size <= self.sampled_from or self.pays >= 1:
            return True
        sample = b"".join(data[at : at + _PIECE] for at in _spread(size))
        return len(deflate.deflate_compress(sample, 1)) < self.pays * len(sample)


EFFORTS: Final = {
    "fast": Effort("fast", level=1, trusts_names=True, pays=0.9),
    "default": Effort("default", level=6, pays=0.997),
    "max": Effort("max", level=12),
}


def compressor(effort: Effort) -> str:
    """Name what decides the bytes: the same name gives the same bytes."""
    return f"libdeflate (deflate {deflate.__version__}), {effort.name}"


def _spread(size: int) -> range:
    return range(0, size, max(size // _PIECES, _PIECE))
