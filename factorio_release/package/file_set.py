"""The files of a package as values: what ships, from where, and why the rest does not."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from factorio_release.errors import ModError
from factorio_release.limits import size_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.disk.upload_content import PrivateFile
    from factorio_release.parsers.problem import Problem

# A link put in a file's place after it was listed is not followed; Windows knows no such flag.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class PackageFile(Protocol):
    """A file that ships: `path` inside the mod with `/` separators, `size` in bytes."""

    @property
    def path(self) -> str:
        """Where it lies below the mod's top folder."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    def open(self) -> BinaryIO:
        """Open it for reading; ModError when it cannot be."""

    def read(self) -> bytes:
        """Return its whole content."""

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield its whole content in blocks of `size` bytes; ModError when it changed since it was read."""


class SeenContent:
    """What was seen of a file, so that a later look notices that it changed.

    The digest of the whole content decides. Where only a part was read so far, the state of the file
    (size and times) decides.
    """

    def __init__(self) -> None:
        self._state: tuple[int, ...] | None = None
        self._digest = b""

    def opened(self, state: os.stat_result) -> None:
        """Note the state of the file when it was opened for the first time."""
        if self._state is None:
            self._state = _times(state)

    def is_still(self, state: os.stat_result, digest: bytes) -> bool:
        """Tell whether the content that was read now, up to `state`, is the one that was seen before."""
        known, self._digest = self._digest, self._digest or digest
        return digest == known if known else _times(state) == self._state


def _times(state: os.stat_result) -> tuple[int, ...]:
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file on disk; `source` may lie elsewhere than `path` says (a link's target, an extra root).

    `blob` is the id of its content in git's index, empty when git does not track it. What is read a
    second time is what was read the first time: the checks and the package see the same content.
    """

    path: str
    size: int
    source: Path
    blob: str = ""
    seen: SeenContent = field(default_factory=SeenContent, repr=False, compare=False)

    def open(self) -> BinaryIO:
        """Open it for reading; ModError when it is no longer the file that was listed."""
        try:
            handle = os.open(self.source, _READ)
        except OSError as error:
            raise ModError(f"{self.path} cannot be read: {error.strerror}", _RUN_AGAIN) from None
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size != self.size:
            os.close(handle)
            raise self._changed()
        self.seen.opened(state)
        return os.fdopen(handle, "rb")

    def read(self) -> bytes:
        """Return its content, which is as long as `size` says."""
        with self.open() as stream:
            content = stream.read(self.size + 1)
            self._compare(stream, len(content), hashlib.sha256(content).digest())
        return content

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield its content in blocks of `size` bytes; ModError after the last when it changed."""
        digest, total = hashlib.sha256(), 0
        with self.open() as stream:
            while block := stream.read(size):
                digest.update(block)
                total += len(block)
                yield block
            self._compare(stream, total, digest.digest())

    def _compare(self, stream: BinaryIO, length: int, digest: bytes) -> None:
        state = os.fstat(stream.fileno())
        if length != self.size or not self.seen.is_still(state, digest):
            raise self._changed()

    def _changed(self) -> ModError:
        return ModError(f"{self.path} changed while the mod was being read", _RUN_AGAIN)


def read_whole(file: PackageFile, max_bytes: int) -> bytes:
    """Return the content of a file that ships; ModError when it is larger than `max_bytes`."""
    if file.size > max_bytes:
        message = f"{file.path} is larger than {size_words(max_bytes)}: it has {file.size:,} bytes"
        raise ModError(message, "make it smaller, or leave it out of the package")
    return file.read()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that does not ship, and the rule that says so; a path ending in `/` is a whole folder."""

    path: str
    reason: str


@dataclass(frozen=True)
class FileSet:
    """Everything that ships, sorted by path, and everything else with its reason.

    `problems` are facts for the checks to judge, each with its code. `origin` says what decided:
    `git`, the whole `folder`, or a finished `zip`, of which `bundle` is a copy of our own.
    """

    files: tuple[PackageFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()
    origin: Literal["git", "folder", "zip"] = "folder"
    bundle: PrivateFile | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _by_path(self) -> dict[str, PackageFile]:
        return {file.path: file for file in self.files}

    @cached_property
    def size(self) -> int:
        """The bytes of all files together, before compression."""
        return sum(file.size for file in self.files)

    def get(self, path: str) -> PackageFile | None:
        """Return the file that ships under exactly this path."""
        return self._by_path.get(path)


_RUN_AGAIN = "let nothing write into the mod folder meanwhile, and run again"
