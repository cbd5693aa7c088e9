"""Packs the files of a mod into a private file; nobody else sees the package yet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.archive.compressing import EFFORTS, compressor_name
from factorio_release.archive.hashed_file import HashedFile
from factorio_release.archive.writing import ZipWriter
from factorio_release.archive.zip_format import dos_time
from factorio_release.disk.upload_content import UploadContent

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from factorio_release.archive.archive import ArchivedFile
    from factorio_release.disk.upload_content import PrivateFile
    from factorio_release.mod.mod import Mod

    Progress = Callable[[int, int], None]  # bytes done, bytes in all


class Packed(NamedTuple):
    """A zip in a private file, with all that an `Archive` tells about it."""

    content: UploadContent
    sha256: str
    files: tuple[ArchivedFile, ...]
    compressor: str


def pack(
    mod: Mod,
    target: PrivateFile,
    compression: str,
    progress: Progress | None = None,
    *,
    epoch: int | None = None,
    threads: int | None = None,
    slot: AbstractContextManager[object] | None = None,
) -> Packed:
    """Append the mod's zip to `target`; after an error, also one of `progress`, nothing of it is left there.

    `progress` is called in this thread, once for each file and, with no more bytes done, for each piece of a
    large one. `slot` is held by each thread while it compresses files. Raises OSError when it cannot be
    written, and ModError when the mod changed since it was checked.
    """
    effort = EFFORTS[compression]
    top = f"{mod.name}_{mod.version}"
    report = _ProgressCounter(mod.files.size, progress)
    start = target.size
    try:
        with HashedFile(target.stream) as stream:
            writer = ZipWriter(stream, target.folder, top, dos_time(epoch), effort)
            files = writer.write(mod.files.files, threads or cores(), report.add, slot)
    except BaseException:
        target.cut(start)
        raise
    sha1, sha256 = stream.hashes
    content = UploadContent(f"{top}.zip", stream.size, sha1, target, start)
    return Packed(content, sha256, files, compressor_name(effort))


def cores() -> int:
    """Return the number of cores that this process may use; in a container these are not all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _ProgressCounter:
    """Adds up the bytes that are done and reports them, with the bytes in all, to `progress`."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done = 0
        self._total = total
        self._progress = progress

    def add(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress(self._done, self._total)
