"""Builds the package of a mod, or takes the one that was built before."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final

from factorio_release.archive.archive import Archive, ArchivedFile
from factorio_release.archive.compressing import EFFORTS, compressor
from factorio_release.archive.hashed_file import HashedFile
from factorio_release.archive.writing import ZipWriter
from factorio_release.archive.zip_format import dos_time
from factorio_release.disk.atomic_write import new_file, prove_writable, remedy, replaces_only
from factorio_release.disk.upload_content import PrivateFile, UploadContent
from factorio_release.errors import ModError
from factorio_release.package.zip_member import ZipMember

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.archive.compressing import Effort
    from factorio_release.mod.mod import Mod

    Progress = Callable[[int, int], None]  # bytes done, bytes in all

REPLACED: Final = replaces_only(b"PK", "a zip")
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|^\.|[. ]$')


def build_archive(
    mod: Mod,
    output_dir: Path,
    compression: str = "default",
    progress: Progress | None = None,
    *,
    epoch: int | None = None,
    threads: int | None = None,
) -> Archive:
    """Write `{name}_{version}.zip` into `output_dir`; a mod that is a zip is taken over as it is.

    `epoch` is the members' time in seconds since 1970 (`SOURCE_DATE_EPOCH`), 1980-01-01 when
    None. The bytes depend on the files, the name, the version, `compression` and `epoch` alone.
    They are made in a private file, the archive's `content`, and then copied: the zip appears under
    its name when it is whole, and nothing is left behind otherwise. Raises ModError when the mod
    has no usable name and version, or changed since it was checked.
    """
    path = output_dir / _zip_name(mod)
    try:
        if mod.files.bundle is not None:
            return _taken_over(mod, mod.files.bundle, path, progress)
        prove_writable(path, REPLACED)
        effort, moment = EFFORTS[compression], dos_time(epoch)
        told = _Told(mod.files.size, progress)
        return _built(mod, path, effort, moment, told=told, threads=threads or _cores())
    except OSError as error:
        raise ModError(f"{path} cannot be written: {error.strerror}", remedy(error)) from error


def _built(
    mod: Mod, path: Path, effort: Effort, moment: tuple[int, int], *, told: _Told, threads: int
) -> Archive:
    private = PrivateFile(path.parent)
    with HashedFile(private.stream) as target:
        writer = ZipWriter(target, path.parent, path.stem, moment, effort)
        files = writer.write(mod.files.files, threads, told.more)
    _place(private, path)
    return _archive(private, path, target.hashes, files, compressor(effort))


def _taken_over(mod: Mod, private: PrivateFile, path: Path, progress: Progress | None) -> Archive:
    told = _Told(private.size, progress)
    sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
    for block in private.blocks():
        sha1.update(block)
        sha256.update(block)
        told.more(len(block))
    if not (path.exists() and path.samefile(mod.path)):
        _place(private, path)
    members = [file for file in mod.files.files if isinstance(file, ZipMember)]
    files = tuple(ArchivedFile(member.path, member.size, member.compressed) for member in members)
    return _archive(private, path, (sha1.hexdigest(), sha256.hexdigest()), files, "as it was built before")


def _archive(
    private: PrivateFile, path: Path, hashes: tuple[str, str], files: tuple[ArchivedFile, ...], how: str
) -> Archive:
    sha1, sha256 = hashes
    content = UploadContent(path.name, private.size, sha1, private)
    return Archive(path, path.name, private.size, sha1, sha256, files, how, content)


def _place(private: PrivateFile, path: Path) -> None:
    """Copy the private file to `path`, where it appears when it is whole."""
    with new_file(path, REPLACED) as stream:
        for block in private.blocks():
            stream.write(block)


def _zip_name(mod: Mod) -> str:
    if not mod.name or mod.version is None:
        raise ModError("the package takes its name from info.json", "set name and version there")
    name = f"{mod.name}_{mod.version}.zip"
    if _UNFIT.search(mod.name):
        raise ModError(
            f"{mod.name!r} cannot be part of a file name", "choose a name of letters, digits, - and _"
        )
    return name


def _cores() -> int:
    """Return how many cores this process may use, which in a container is less than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Told:
    """Tells how far the work is: bytes done of bytes in all."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done = 0
        self._total = total
        self._progress = progress

    def more(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress(self._done, self._total)
