"""How counts and sizes are written in what users read."""

from __future__ import annotations

from typing import Final

_BYTES_PER_KB: Final = 1000


def size_text(size: int) -> str:
    """Return a number of bytes in decimal units: `999 bytes`, `1.2 kB`, `34.5 MB`."""
    if size < _BYTES_PER_KB:
        return counted(size, "byte")
    amount, unit = size / _BYTES_PER_KB, "kB"
    for larger_unit in ("MB", "GB"):
        if amount < _BYTES_PER_KB:
            break
        amount, unit = amount / _BYTES_PER_KB, larger_unit
    return f"{amount:.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """Return `1 error` or `3 errors`, with commas in large numbers."""
    plural = "" if number == 1 else "s"
    return f"{number:,} {noun}{plural}"
