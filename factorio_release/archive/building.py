"""Builds the package of a mod, or uses a zip that was built before, as it is."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final

from factorio_release.archive.archive import Archive, ArchivedFile
from factorio_release.archive.compressing import EFFORTS, compressor_name
from factorio_release.archive.hashed_file import HashedFile
from factorio_release.archive.writing import ZipWriter
from factorio_release.archive.zip_format import dos_time
from factorio_release.disk.atomic_write import new_file, prove_writable
from factorio_release.disk.replace_rules import remedy, replaces_only
from factorio_release.disk.upload_content import PrivateFile, UploadContent
from factorio_release.errors import ModError
from factorio_release.package.zip_member import ZipMember

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.archive.compressing import Effort
    from factorio_release.mod.mod import Mod

    Progress = Callable[[int, int], None]  # bytes done, bytes in all

MAY_REPLACE: Final = replaces_only(b"PK", "a zip")
_NOT_IN_FILE_NAMES: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|^\.|[. ]$')


def build_archive(
    mod: Mod,
    output_dir: Path,
    compression: str = "default",
    progress: Progress | None = None,
    *,
    epoch: int | None = None,
    threads: int | None = None,
    private: Callable[[Path], PrivateFile] = PrivateFile,
) -> Archive:
    """Write `{name}_{version}.zip` into `output_dir`; the bytes of a given zip are not changed.

    `epoch` is the time of all members in seconds since 1970 (`SOURCE_DATE_EPOCH`), 1980-01-01 when None.
    The bytes depend only on the files, the name, the version, `compression` and `epoch`. They are appended
    to the private file that `private` returns for the output folder, and are the archive's `content`. Then
    they are copied to `output_dir`, where the zip appears complete or not at all. Raises ModError when the
    mod has no usable name and version, when it changed since it was checked, and when the zip cannot be
    written.
    """
    path = output_dir / _zip_name(mod)
    try:
        if mod.files.bundle is not None:
            return _use_given_zip(mod, mod.files.bundle, path, progress)
        prove_writable(path, MAY_REPLACE)
        report = _ProgressCounter(mod.files.size, progress)
        effort = EFFORTS[compression]
        # On the disk of the output folder, which needs free space for the package anyway.
        target = private(path.parent)
        start = target.size
        try:
            return _build(mod, path, target, effort, dos_time(epoch), report, threads or _cores())
        except BaseException:
            target.cut(start)
            raise
    except OSError as error:
        raise ModError(f"{path} cannot be written: {error.strerror}", remedy(error)) from error


def _build(  # noqa: PLR0917 what decides the bytes
    mod: Mod,
    path: Path,
    private: PrivateFile,
    effort: Effort,
    moment: tuple[int, int],
    report: _ProgressCounter,
    threads: int,
) -> Archive:
    start = private.size
    with HashedFile(private.stream) as target:
        writer = ZipWriter(target, path.parent, path.stem, moment, effort)
        files = writer.write(mod.files.files, threads, report.add)
    sha1, sha256 = target.hashes
    content = UploadContent(path.name, target.size, sha1, private, start)
    _copy_to(path, content)
    return _archive(content, path, sha256, files, compressor_name(effort))


def _use_given_zip(
    mod: Mod, private: PrivateFile, path: Path, progress: Progress | None
) -> Archive:
    """Hash the given zip, and copy it to `path`; no byte of it changes.

    `private` is the copy that the checks have read. Raises OSError if `path` cannot be written.
    """
    report = _ProgressCounter(private.size, progress)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    for block in private.blocks():
        sha1.update(block)
        sha256.update(block)
        report.add(len(block))
    content = UploadContent(path.name, private.size, sha1.hexdigest(), private)
    # The given zip may be the output file. The user's file is then left alone.
    is_output = path.exists() and path.samefile(mod.path)
    if not is_output:
        _copy_to(path, content)
    members = [file for file in mod.files.files if isinstance(file, ZipMember)]
    files = tuple(ArchivedFile(member.path, member.size, member.compressed) for member in members)
    return _archive(content, path, sha256.hexdigest(), files, "as it was built before")


def _archive(
    content: UploadContent,
    path: Path,
    sha256: str,
    files: tuple[ArchivedFile, ...],
    compressor: str,
) -> Archive:
    return Archive(path, path.name, content.size, content.sha1, sha256, files, compressor, content)


def _copy_to(path: Path, content: UploadContent) -> None:
    with new_file(path, MAY_REPLACE) as stream:
        for block in content.blocks():
            stream.write(block)


def _zip_name(mod: Mod) -> str:
    if not mod.name or mod.version is None:
        raise ModError("the package takes its name from info.json", "set name and version there")
    # A name with `/` would lead out of the output folder.
    if _NOT_IN_FILE_NAMES.search(mod.name):
        raise ModError(
            f"{mod.name!r} cannot be part of a file name",
            "choose a name of letters, digits, - and _",
        )
    return f"{mod.name}_{mod.version}.zip"


def _cores() -> int:
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
