"""The bytes of an upload, in a file that only this process has open: nobody can replace them by a path."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES: Final = 1 << 20
# A pipe that was put in the file's place must not block the run; Windows knows neither flag.
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_RUN_AGAIN: Final = "let nothing write to it meanwhile, and run again"


class PrivateFile:
    """A temporary file without a name, open for reading and writing.

    `folder` says on which disk it lies: the system's temporary folder unless given. Windows cannot
    keep an open file without a name; there it lies in the temporary folder in any case. `close` may
    be called at any time; it is called at the latest when the last reference is gone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        place = None if os.name == "nt" else folder
        opened = tempfile.TemporaryFile(dir=place)  # noqa: SIM115 it stays open as long as this object
        self.stream = cast("BinaryIO", opened)
        self.close = weakref.finalize(self, self.stream.close)

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return self.stream.seek(0, os.SEEK_END)

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on; fewer only at the end."""
        self.stream.seek(offset)
        return self.stream.read(size)

    def blocks(self) -> Iterator[bytes]:
        """Yield the whole content in blocks of 1 MiB."""
        offset = 0
        while block := self.read_at(offset, BLOCK_BYTES):
            yield block
            offset += len(block)


@dataclass(frozen=True, slots=True)
class UploadContent:
    """What one upload sends: `size` bytes from `start` on in `file`, under the file name `name`.

    `sha1` is the SHA-1 that was planned and shown, in lower-case hex.
    """

    name: str
    size: int
    sha1: str
    file: PrivateFile = field(repr=False, compare=False)
    start: int = 0

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on; fewer only at the end."""
        return self.file.read_at(self.start + offset, min(size, self.size - offset))


def copy_content(path: Path, file: PrivateFile, name: str = "") -> UploadContent:
    """Append the file at `path` to `file` and return it as content; ModError when it cannot be read."""
    start = file.size
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        with _regular(path) as source:
            while block := source.read(BLOCK_BYTES):
                file.stream.write(block)
                digest.update(block)
    except OSError as error:
        raise ModError(f"{path} cannot be read: {error.strerror}", _RUN_AGAIN) from None
    return UploadContent(name or path.name, file.size - start, digest.hexdigest(), file, start)


def _regular(path: Path) -> BinaryIO:
    handle = os.open(path, _READ)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ModError(f"{path} is no regular file any more", _RUN_AGAIN)
    return os.fdopen(handle, "rb")
