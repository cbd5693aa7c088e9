"""The files of a package as values: which are packaged, from where, and why the others are not."""

from __future__ import annotations

import io
import os
import stat
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple, Protocol

from factorio_release.errors import ModError
from factorio_release.limits import size_words
from factorio_release.package.seen_content import ContentDigest, SeenContent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.disk.upload_content import PrivateFile
    from factorio_release.parsers.problem import Problem

# O_NOFOLLOW: a link that replaced the file after it was listed could lead to a file outside of the mod.
# O_NONBLOCK: a pipe that replaced it would stop the run. Windows has neither flag.
_READ_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_RUN_AGAIN_HINT: Final = "let nothing write into the mod folder meanwhile, and run again"


class PackageFile(Protocol):
    """A file of the package: `path` inside the mod with `/` separators, `size` in bytes."""

    @property
    def path(self) -> str:
        """The path below the mod's top folder."""

    @property
    def size(self) -> int:
        """The number of bytes."""

    def open(self) -> BinaryIO:
        """Open it for reading; raises ModError when that fails."""

    def read(self) -> bytes:
        """Return its whole content; raises ModError when it changed since it was listed or read."""

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield its whole content in blocks of `size` bytes; raises ModError as `read` does."""

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Return its first and its last bytes, as many as asked for; raises ModError as `open` does."""


class DiskFile:
    """A file on disk; `source` may lie elsewhere than `path` (the target of a link, an extra root).

    `blob` is the object id of its content in git's index, empty when git does not track it. A read that
    gives other content than the first one fails, so that the package holds what the checks have seen.
    """

    def __init__(
        self, path: str, size: int, source: Path, blob: str = "", seen: SeenContent | None = None
    ) -> None:
        self.path = path
        self.size = size
        self.source = source
        self.blob = blob
        self.seen = SeenContent() if seen is None else seen

    def open(self) -> BinaryIO:
        """Open it to read a part of it; raises ModError when it is no longer the file that was listed."""
        self.seen.was_read_in_part = True
        return self._open()

    def _open(self) -> BinaryIO:
        return os.fdopen(self._handle(), "rb")

    def _handle(self) -> int:
        try:
            handle = os.open(self.source, _READ_FLAGS)
        except OSError as error:
            raise ModError(
                f"{self.path} cannot be read: {error.strerror}", _RUN_AGAIN_HINT
            ) from None
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size != self.size:
            os.close(handle)
            raise self._changed()
        self.seen.opened(state)
        return handle

    def read(self) -> bytes:
        """Return its content, of exactly `size` bytes."""
        handle = self._handle()
        try:
            content = _read(handle, self.size + 1)
            digest = ContentDigest(self.size)
            digest.update(content)
            self._require_same(handle, len(content), digest)
        finally:
            os.close(handle)
        return content

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield its content in blocks of `size` bytes; raises ModError after the last if it changed."""
        digest = ContentDigest(self.size)
        total = 0
        with self._open() as stream:
            while block := stream.read(size):
                digest.update(block)
                total += len(block)
                yield block
            self._require_same(stream.fileno(), total, digest)

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Return its first and its last bytes, as many as asked for."""
        self.seen.was_read_in_part = True
        handle = self._handle()  # without a buffered stream: every check does this for each picture
        try:
            beginning = _read(handle, min(first, self.size))
            if self.size <= first:
                return beginning, beginning[-last:]
            os.lseek(handle, max(0, self.size - last), os.SEEK_SET)
            return beginning, _read(handle, min(last, self.size))
        finally:
            os.close(handle)

    def read_from_disk(self) -> bytes:
        """Return the content of the file on disk, which git may have with other line ends."""
        return self.read()

    def require_unchanged(self) -> None:
        """Raise ModError unless what was read since the first opening was the same content.

        For a file that was packed before the checks ended: a part that they read after that proves nothing,
        so that size and times decide then.
        """
        try:
            if self.seen.is_as_first_opened(self.source.lstat()):
                return
        except OSError:
            raise self._changed() from None
        if self.seen.was_read_in_part:
            raise self._changed()
        for _ in self.blocks(1 << 20):  # a formatter may have written the same content
            pass

    def _require_same(self, handle: int, length: int, digest: ContentDigest) -> None:
        state = os.fstat(handle)
        if length != self.size or not self.seen.is_same(state, digest.value):
            raise self._changed()

    def _changed(self) -> ModError:
        return ModError(f"{self.path} changed while the mod was being read", _RUN_AGAIN_HINT)


def _read(handle: int, size: int) -> bytes:
    """Return the next `size` bytes, fewer at the end of the file; one read may return a part of them."""
    data = os.read(handle, size)
    while 0 < len(data) < size and (more := os.read(handle, size - len(data))):
        data += more
    return data


class RestoredFile(DiskFile):
    """A tracked file that differs on disk from what git has in line ends alone; `content` is git's.

    Git writes CRLF at checkout on Windows, or where an attribute says so: the package is the same everywhere.
    `size` is that of `content`.
    """

    def __init__(self, path: str, source: Path, blob: str, content: bytes) -> None:
        super().__init__(path, len(content), source, blob)
        self.content = content

    def open(self) -> BinaryIO:
        """Open the content for reading."""
        return io.BytesIO(self.content)

    def read(self) -> bytes:
        """Return the content."""
        return self.content

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Return its first and its last bytes, as many as asked for."""
        return self.content[:first], self.content[-last:]

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield the content in blocks of `size` bytes."""
        for start in range(0, self.size, size):
            yield self.content[start : start + size]

    def require_unchanged(self) -> None:
        """Return: the content is in memory."""

    def read_from_disk(self) -> bytes:
        """Return the content of the file on disk."""
        return DiskFile(self.path, self.source.stat().st_size, self.source).read()


def read_whole(file: PackageFile, max_bytes: int) -> bytes:
    """Return the content of a packaged file; raises ModError when it has more than `max_bytes`."""
    if file.size > max_bytes:
        message = f"{file.path} is larger than {size_words(max_bytes)}: it has {file.size:,} bytes"
        raise ModError(message, "make it smaller, or leave it out of the package")
    return file.read()


# A named tuple: every check defines it, and a dataclass takes five times as long.
class LeftOut(NamedTuple):
    """A path that is not packaged, and the reason; a path with `/` at its end is a whole folder.

    `untracked` is True when git does not track the path, so that no rule had to leave it out.
    """

    path: str
    reason: str
    untracked: bool = False


class FileSet:
    """All files of the package, sorted by path, and the paths that were left out with their reasons.

    `problems` are for the checks to judge, each with its code. `origin` is where the list comes from:
    `git`, the whole `folder`, or a finished `zip`. `bundle` is the private copy of that zip.
    """

    def __init__(
        self,
        files: tuple[PackageFile, ...] = (),
        left_out: tuple[LeftOut, ...] = (),
        problems: tuple[Problem, ...] = (),
        origin: Literal["git", "folder", "zip"] = "folder",
        bundle: PrivateFile | None = None,
    ) -> None:
        self.files = files
        self.left_out = left_out
        self.problems = problems
        self.origin = origin
        self.bundle = bundle

    @cached_property
    def _by_path(self) -> dict[str, PackageFile]:
        return {file.path: file for file in self.files}

    @cached_property
    def size(self) -> int:
        """The bytes of all files together, before compression."""
        return sum(file.size for file in self.files)

    def get(self, path: str) -> PackageFile | None:
        """Return the packaged file with exactly this path, None when there is none."""
        return self._by_path.get(path)

    def require_unchanged(self) -> None:
        """Raise ModError if the content of a file on disk may have changed since it was first read."""
        for file in self.files:
            if isinstance(file, DiskFile):
                file.require_unchanged()
