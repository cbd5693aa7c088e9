"""The bytes of an upload, in a file without a name: no other program can change or replace them."""

from __future__ import annotations

import hashlib
import os
import stat
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK_BYTES: Final = 1 << 20
# O_NONBLOCK: a pipe that replaced the file after it was judged would stop the run.
_READ_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_NAMELESS_FLAG: Final = getattr(os, "O_TMPFILE", 0)  # of Linux
_RUN_AGAIN_HINT: Final = "let nothing write to it meanwhile, and run again"


class PrivateFile:
    """A temporary file without a name, open for reading and writing.

    It is on the disk of `folder`, None for the system's temporary folder. Windows has no files
    without a name: there it is in the temporary folder in any case. `close` may be called at any time, and
    is called when the last reference is gone. `is_given_away` says that it has got a name, so that nothing
    may be sent from it or written to it any more.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if os.name == "nt":
            folder = None  # in the output folder its name would be seen
        self.folder = folder
        self.is_given_away = False
        self.stream = _nameless(folder) or _temporary(folder)
        self.close = weakref.finalize(self, _close, self.stream)

    @property
    def size(self) -> int:
        """The number of bytes in it."""
        return self.stream.seek(0, os.SEEK_END)

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on; fewer only at the end."""
        self.stream.seek(offset)
        return self.stream.read(size)

    def blocks(self) -> Iterator[bytes]:
        """Yield the whole content in blocks of 1 MiB."""
        return _blocks(self.read_at)

    def append(self, blocks: Iterable[bytes]) -> int:
        """Write blocks at the end and return the offset of the first; after an error none of them is left."""
        start = self.size
        try:
            for block in blocks:
                self.stream.write(block)
            self.stream.flush()
        except BaseException:
            self.cut(start)
            raise
        return start

    def cut(self, size: int) -> None:
        """Remove everything from the offset `size` on, also what the disk did not take.

        What is written next begins there.
        """
        try:
            self.stream.seek(size)
        except OSError:
            # The stream would try to write the rest again before each seek, also for a read.
            self._give_up_the_rest()
            self.stream.seek(size)
        self.stream.truncate()

    def _give_up_the_rest(self) -> None:
        stuck = self.stream
        self.stream = os.fdopen(os.dup(stuck.fileno()), "r+b")
        self.close.detach()
        self.close = weakref.finalize(self, _close, self.stream)
        _close(stuck)


class UploadContent(NamedTuple):
    """What one upload sends: `size` bytes of `file` from offset `start`, with the file name `name`.

    `sha1` is the SHA-1 that the plan has and the user confirmed, in lower-case hex.
    """

    name: str
    size: int
    sha1: str
    file: PrivateFile
    start: int = 0

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on; fewer only at the end."""
        return self.file.read_at(self.start + offset, min(size, self.size - offset))

    def blocks(self) -> Iterator[bytes]:
        """Yield the whole content in blocks of 1 MiB."""
        return _blocks(self.read_at)


def _nameless(folder: Path | None) -> BinaryIO | None:
    """Return a new file without a name that may still get one, None where the system has none."""
    if folder is None or not _NAMELESS_FLAG:
        return None
    try:
        # Without O_EXCL, which `tempfile` sets: with it the file could never get a name.
        handle = os.open(folder, _NAMELESS_FLAG | os.O_RDWR, 0o600)
    except OSError:
        return None  # not every file system has them
    return os.fdopen(handle, "w+b")


def _temporary(folder: Path | None) -> BinaryIO:
    import tempfile  # noqa: PLC0415 start-up: not for a check

    opened = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 it stays open as long as the PrivateFile
    return cast("BinaryIO", opened)


def _close(stream: BinaryIO) -> None:
    with suppress(OSError):  # nobody needs any more what the disk does not take
        stream.close()


def _blocks(read_at: Callable[[int, int], bytes]) -> Iterator[bytes]:
    offset = 0
    while block := read_at(offset, BLOCK_BYTES):
        yield block
        offset += len(block)


def copy_content(path: Path, file: PrivateFile, name: str = "") -> UploadContent:
    """Append the file at `path` to `file`, and return the copy; its name is that of the file unless given.

    Raises ModError when it cannot be read, or the disk has no space for it.
    """
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        start = file.append(_hashed_blocks(path, digest.update))
    except OSError as error:
        raise ModError(f"{path} cannot be copied: {error.strerror}", _RUN_AGAIN_HINT) from None
    return UploadContent(name or path.name, file.size - start, digest.hexdigest(), file, start)


def _hashed_blocks(path: Path, update: Callable[[bytes], None]) -> Iterator[bytes]:
    with _open_regular(path) as source:
        while block := source.read(BLOCK_BYTES):
            update(block)
            yield block


def _open_regular(path: Path) -> BinaryIO:
    handle = os.open(path, _READ_FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ModError(f"{path} is no longer a regular file", _RUN_AGAIN_HINT)
    return os.fdopen(handle, "rb")
