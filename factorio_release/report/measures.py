"""How numbers read."""

from __future__ import annotations

_STEP = 1000


def size_text(size: int) -> str:
    """Return a number of bytes as people read it: `999 bytes`, `1.2 kB`, `34.5 MB`."""
    if size < _STEP:
        return counted(size, "byte")
    amount, unit = size / _STEP, "kB"
    for larger in ("MB", "GB"):
        if amount < _STEP:
            break
        amount, unit = amount / _STEP, larger
    return f"{amount:.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """Return `1 error`, `3 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
