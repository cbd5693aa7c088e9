"""What was built."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.disk.upload_content import UploadContent


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One member: its path below the top folder, its size and what it takes up in the zip, in bytes."""

    path: str
    size: int
    compressed: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished zip; `name` is `{name}_{version}.zip`, the hashes are lower-case hex.

    `content` is what an upload sends. `path` is a copy of it for the user, which others may change.

    `compressor` says what made the bytes, for somebody who wants to make the same ones.
    """

    path: Path
    name: str
    size: int
    sha1: str
    sha256: str
    files: tuple[ArchivedFile, ...]
    compressor: str
    content: UploadContent | None = field(default=None, repr=False, compare=False)

    def is_at_its_path(self) -> bool:
        """Tell whether the copy at `path` is still this zip."""
        try:
            with self.path.open("rb") as copy:
                return (
                    hashlib.file_digest(copy, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
                    == self.sha1
                )
        except OSError:
            return False
