"""Gives files the line ends that git has, where a checkout changed them and nothing else.

Git writes LF as CRLF into the working tree where `core.autocrlf` (the default of Git for Windows) or an
attribute says so. Packed as they are on disk, the files of one commit would make another zip there. Nothing
is guessed here: the object id in git's index proves what git has.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.limits import MAX_ALL_TEXT_BYTES, MAX_GIT_OUTPUT_BYTES
from factorio_release.package.file_set import RestoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.git.repository import Repository
    from factorio_release.package.file_set import DiskFile

_SHA1_HEX_DIGITS: Final = 40  # longer object ids are SHA-256
# What git writes for the attribute `ident`, and the form in which it stores that (gitattributes, "ident").
_IDENT_BYTES: Final = 256  # by which it may make a small file larger
_IDENT: Final = lazy_pattern(rb"\$Id:[^$\n]*\$")


class _Tracked(NamedTuple):
    """A file that git tracks in `repository`, with the object id that the index has."""

    file: DiskFile
    blob: str
    repository: Repository


class LineEnds:
    """Restores line ends; `blobs` has the object ids of the index by the paths on disk.

    `repositories` are those in which the files are tracked, the outermost first.
    """

    def __init__(self, repositories: Iterable[Repository], blobs: Mapping[Path, str]) -> None:
        self._repositories = tuple(repositories)
        self._blobs = blobs

    def restored(self, files: Iterable[DiskFile]) -> Iterator[DiskFile]:
        """Yield those of the files that differ from git in line ends alone, with git's content.

        Only files whose size differs from git's are read, and at most MAX_ALL_TEXT_BYTES. Raises ModError
        when a file cannot be read.
        """
        left_bytes, unclear_bytes = MAX_ALL_TEXT_BYTES, MAX_GIT_OUTPUT_BYTES // 4
        unclear = []
        for tracked in self._of_other_size(files):
            left_bytes -= tracked.file.size
            if left_bytes < 0:
                break
            data = tracked.file.read()
            with_lf = data.replace(b"\r\n", b"\n")
            if _is_content_of(with_lf, tracked.blob):
                yield _restored(tracked.file, with_lf)
            elif len(data) < unclear_bytes:
                unclear_bytes -= len(data)
                unclear.append((tracked, with_lf))
        yield from _with_mixed_line_ends(unclear)

    def _of_other_size(self, files: Iterable[DiskFile]) -> Iterator[_Tracked]:
        """Yield the tracked files whose size may differ from git's because of their line ends."""
        of_repository: dict[Repository, list[_Tracked]] = {}
        for file in files:
            blob, source = file.blob, file.source
            if not blob:
                source = Path(os.path.realpath(source))
                blob = self._blobs.get(source, "")
            repository = self._repository_of(source) if blob else None
            if repository:
                tracked = _Tracked(file, blob, repository)
                of_repository.setdefault(repository, []).append(tracked)
        for repository, tracked_files in of_repository.items():
            sizes = repository.blob_sizes(one.blob for one in tracked_files)
            for tracked, size in zip(tracked_files, sizes, strict=True):
                if _may_be_line_ends(tracked.file.size, size):
                    yield tracked

    def _repository_of(self, source: Path) -> Repository | None:
        """Return the innermost repository around a file."""
        if len(self._repositories) == 1:
            return self._repositories[0]
        inner = None
        for repository in self._repositories:
            is_deeper = inner is None or len(repository.root.parts) > len(inner.root.parts)
            if is_deeper and source.is_relative_to(repository.root):
                inner = repository
        return inner


def _may_be_line_ends(on_disk: int, in_git: int) -> bool:
    """Return whether other line ends can make the difference in size: a line end has one byte or two.

    -1 stands for a size that is not known. A pointer of Git LFS is far smaller than its file.
    """
    if in_git < 0:
        return True
    smaller, larger = sorted((on_disk, in_git))
    return smaller < larger <= 2 * smaller + _IDENT_BYTES


def _is_content_of(data: bytes, blob: str) -> bool:
    """Return whether git has this content under an object id, perhaps with `$Id$` as it stores it."""
    if _object_id(data, blob) == blob:
        return True
    stored = _IDENT.sub(b"$Id$", data)
    return stored != data and _object_id(stored, blob) == blob


def _object_id(data: bytes, like: str) -> str:
    # The hash of this header and the content ("Git Internals", "Git Objects").
    algorithm = "sha1" if len(like) == _SHA1_HEX_DIGITS else "sha256"
    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def _with_mixed_line_ends(unclear: list[tuple[_Tracked, bytes]]) -> Iterator[DiskFile]:
    """Yield files of which git has both kinds of line ends, or CRLF alone; others were really changed."""
    for repository in {tracked.repository for tracked, _ in unclear}:
        mine = [one for one in unclear if one[0].repository is repository]
        contents = repository.blobs(tracked.blob for tracked, _ in mine)
        for (tracked, with_lf), content in zip(mine, contents, strict=True):
            if content is not None and content.replace(b"\r\n", b"\n") == with_lf:
                yield _restored(tracked.file, content)


def _restored(file: DiskFile, content: bytes) -> RestoredFile:
    return RestoredFile(file.path, file.source, file.blob, content)
