"""Whether and how strongly a file is compressed in the zip."""

from __future__ import annotations

from typing import Final, NamedTuple

import deflate

# Compression methods of the zip format (APPNOTE 4.4.5).
STORED: Final = 0
DEFLATED: Final = 8

_SAMPLE_PARTS: Final = 4
_SAMPLE_PART_BYTES: Final = 8 << 10
# Formats with a compression of their own; deflate makes them 0 to 3 % smaller.
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_SOUNDS: Final = (".ogg", ".opus", ".mp3", ".flac", ".m4a", ".mp4", ".webm")
_ARCHIVES: Final = (".zip", ".7z", ".gz", ".xz", ".zst", ".bz2")
_COMPRESSED_FORMATS: Final = (*_PICTURES, *_SOUNDS, *_ARCHIVES)


class Effort(NamedTuple):
    """One value of the option `compression`, in levels of libdeflate (1 to 12, 0 stores a file).

    `compressed_level` is for files in a compressed format, `large_compressed_level` for those of them with
    more than `large_from_bytes`. Files of more than `sampled_from_bytes`, only those in a compressed format
    unless `samples_all`, are compressed if a sample shrinks to less than the share `max_sample_ratio`; 1
    compresses every file. The figures behind the values are in docs/decisions.md, "Package".
    """

    name: str
    level: int
    compressed_level: int
    large_compressed_level: int
    max_sample_ratio: float = 1.0
    samples_all: bool = False
    sampled_from_bytes: int = 128 << 10
    large_from_bytes: int = 512 << 10

    def level_of(self, path: str, size: int) -> int:
        """Return the level for a file with this name and size; 0 stores it."""
        if not _is_compressed_format(path):
            return self.level
        return (
            self.compressed_level if size <= self.large_from_bytes else self.large_compressed_level
        )

    def compress(self, path: str, data: bytes) -> tuple[int, bytes | bytearray]:
        """Return the method of the zip format and the bytes for a whole file."""
        if not data or not self.is_worth_it(path, len(data), data):
            return STORED, data
        packed = deflate.deflate_compress(data, self.level_of(path, len(data)))
        if len(packed) >= len(data):
            return STORED, data
        return DEFLATED, packed

    def is_worth_it(self, path: str, size: int, data: bytes) -> bool:
        """Return whether compression may make the file smaller, judged by its name and a sample of `data`."""
        if self.level_of(path, size) == 0:
            return False
        if size <= self.sampled_from_bytes or self.max_sample_ratio >= 1:
            return True
        if not (self.samples_all or _is_compressed_format(path)):
            return True
        step = max(size // _SAMPLE_PARTS, _SAMPLE_PART_BYTES)
        sample = b"".join(data[at : at + _SAMPLE_PART_BYTES] for at in range(0, size, step))
        return len(deflate.deflate_compress(sample, 1)) < self.max_sample_ratio * len(sample)


def _is_compressed_format(path: str) -> bool:
    return path.lower().endswith(_COMPRESSED_FORMATS)


EFFORTS: Final = {
    "fast": Effort("fast", 1, 0, 0, max_sample_ratio=0.9, samples_all=True),
    "default": Effort("default", 9, 6, 1, max_sample_ratio=0.994),
    "max": Effort("max", 12, 12, 12),
}


def compressor_name(effort: Effort) -> str:
    """Return a text for everything that decides the bytes: equal texts mean equal bytes."""
    return f"libdeflate (deflate {deflate.__version__}), {effort.name}"
