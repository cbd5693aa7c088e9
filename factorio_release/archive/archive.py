"""What was built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One member: its path below the top folder, its size and what it takes up in the zip, in bytes."""

    path: str
    size: int
    compressed: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished zip at `path`; `name` is `{name}_{version}.zip`, the hashes are lower-case hex.

    `compressor` says what made the bytes, for somebody who wants to make the same ones.
    """

    path: Path
    name: str
    size: int
    sha1: str
    sha256: str
    files: tuple[ArchivedFile, ...]
    compressor: str
