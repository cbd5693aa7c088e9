"""The files of a package as values: what ships, from where, and why the rest does not."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.mod.problem import Problem

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


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file on disk; `source` may lie elsewhere than `path` says (a link's target, an extra root).

    `blob` is the id of its content in git's index, empty when git does not track it.
    """

    path: str
    size: int
    source: Path
    blob: str = ""

    def open(self) -> BinaryIO:
        """Open it for reading; ModError when it is no longer the file that was listed."""
        try:
            handle = os.open(self.source, _READ)
        except OSError as error:
            raise ModError(f"{self.path} cannot be read: {error.strerror}", _RUN_AGAIN) from None
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size != self.size:
            os.close(handle)
            raise ModError(f"{self.path} changed while the mod was being read", _RUN_AGAIN)
        return os.fdopen(handle, "rb")

    def read(self) -> bytes:
        """Return its content, which is as long as `size` says."""
        with self.open() as stream:
            content = stream.read(self.size + 1)
        if len(content) != self.size:
            raise ModError(f"{self.path} changed while the mod was being read", _RUN_AGAIN)
        return content


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that does not ship, and the rule that says so; a path ending in `/` is a whole folder."""

    path: str
    reason: str


@dataclass(frozen=True)
class FileSet:
    """Everything that ships, sorted by path, and everything else with its reason.

    `problems` are facts for the checks to judge, each with its code. `origin` says what decided:
    `git`, the whole `folder`, or a finished `zip`.
    """

    files: tuple[PackageFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()
    origin: Literal["git", "folder", "zip"] = "folder"

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
