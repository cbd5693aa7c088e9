"""A finished package as a value."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.disk.upload_content import UploadContent


class ArchivedFile(NamedTuple):
    """One file in the zip: its path below the top folder, its size and its compressed size in bytes."""

    path: str
    size: int
    compressed: int


class Archive(NamedTuple):
    """A finished zip with the file name `{name}_{version}.zip`; the hashes are lower-case hex.

    `content` is what an upload sends. The file at `path` is a copy for the user; other programs may change
    it. `compressor` names the library, its version and the level, which are needed to make the same bytes.
    """

    path: Path
    name: str
    size: int
    sha1: str
    sha256: str
    files: tuple[ArchivedFile, ...]
    compressor: str
    content: UploadContent | None = None

    def is_at_its_path(self) -> bool:
        """Return whether the copy at `path` is still this zip."""
        try:
            with self.path.open("rb") as copy:
                digest = hashlib.file_digest(copy, lambda: hashlib.sha1(usedforsecurity=False))
        except OSError:
            return False
        return digest.hexdigest() == self.sha1
