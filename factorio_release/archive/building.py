"""Builds the package of a mod, or uses a zip that was built before, as it is."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from factorio_release.archive.archive import Archive, ArchivedFile
from factorio_release.archive.packing import pack
from factorio_release.disk.atomic_write import name_file, new_file, prove_writable
from factorio_release.disk.replace_rules import remedy, replaces_only
from factorio_release.disk.upload_content import PrivateFile, UploadContent
from factorio_release.errors import ModError
from factorio_release.package.zip_member import ZipMember

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.archive.packing import Packed, Progress
    from factorio_release.archive.packing_ahead import PackingAhead
    from factorio_release.mod.mod import Mod

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
    ahead: PackingAhead | None = None,
    is_sent: bool = True,
) -> Archive:
    """Write `{name}_{version}.zip` into `output_dir`; the bytes of a given zip are not changed.

    `epoch` is the time of all members in seconds since 1970 (`SOURCE_DATE_EPOCH`), 1980-01-01 when None.
    The bytes depend only on the files, the name, the version, `compression` and `epoch`. They are appended
    to the private file that `private` returns for the output folder, and are the archive's `content`; those
    that `ahead` has packed with the same options are taken instead. Then they are copied to `output_dir`,
    where the zip appears complete or not at all. One that is not sent has no `content`, and its private file
    becomes the zip without a copy where the system can do that. Raises ModError when the mod has no usable
    name and version, when it changed since it was checked, and when the zip cannot be written.
    """
    path = output_dir / zip_name(mod)
    try:
        if mod.files.bundle is not None:
            return _use_given_zip(mod, mod.files.bundle, path, progress)
        prove_writable(path, MAY_REPLACE)
        if ahead is not None:
            ahead.show(progress)
            packed = ahead.take()
        else:
            # On the disk of the output folder, which needs free space for the package anyway.
            target = private(path.parent)
            packed = pack(mod, target, compression, progress, epoch=epoch, threads=threads)
        return _published(packed, path, is_sent=is_sent)
    except OSError as error:
        raise ModError(f"{path} cannot be written: {error.strerror}", remedy(error)) from error


def pack_privately(
    mod: Mod,
    target: PrivateFile,
    compression: str,
    progress: Progress | None = None,
    *,
    epoch: int | None = None,
) -> UploadContent:
    """Append the package of a folder to `target`, for a run that only reads it; no file gets a name.

    The bytes are those of `build_archive`. Raises ModError as that does.
    """
    name = zip_name(mod)
    try:
        return pack(mod, target, compression, progress, epoch=epoch).content
    except OSError as error:
        raise ModError(
            f"{name} cannot be packed in the temporary folder: {error.strerror}",
            "free some space there, or name another folder with TMPDIR",
        ) from error


def _published(packed: Packed, path: Path, *, is_sent: bool) -> Archive:
    """Put the package to `path`; without success nothing of it is left in the private file either."""
    content = packed.content
    try:
        is_named = not is_sent and _give_name(content, path)
        if not is_named:
            _copy_to(path, content)
    except BaseException:
        content.file.cut(content.start)
        raise
    archive = _archive(content, path, packed.sha256, packed.files, packed.compressor)
    return archive._replace(content=None) if is_named else archive


def _give_name(content: UploadContent, path: Path) -> bool:
    """Make a private file that holds nothing else the file at `path`, if the system can do it."""
    file = content.file
    if content.start or file.size != content.size:
        return False
    file.stream.flush()
    file.is_given_away = name_file(file.stream.fileno(), path, MAY_REPLACE)
    return file.is_given_away


def _use_given_zip(
    mod: Mod, private: PrivateFile, path: Path, progress: Progress | None
) -> Archive:
    """Hash the given zip, and copy it to `path`; no byte of it changes.

    `private` is the copy that the checks have read. Raises OSError if `path` cannot be written.
    """
    done, size = 0, private.size
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    for block in private.blocks():
        sha1.update(block)
        sha256.update(block)
        done += len(block)
        if progress is not None:
            progress(done, size)
    content = UploadContent(path.name, size, sha1.hexdigest(), private)
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


def put_in_place(path: Path, content: UploadContent) -> None:
    """Write a package that is part of another file to `path`. Raises ModError when it cannot be written."""
    try:
        _copy_to(path, content)
    except OSError as error:
        raise ModError(f"{path} cannot be written: {error.strerror}", remedy(error)) from error


def _copy_to(path: Path, content: UploadContent) -> None:
    with new_file(path, MAY_REPLACE) as stream:
        for block in content.blocks():
            stream.write(block)


def zip_name(mod: Mod) -> str:
    """Return the file name of the package. Raises ModError when info.json has no usable name and version."""
    if not mod.name or mod.version is None:
        raise ModError("the package takes its name from info.json", "set name and version there")
    # A name with `/` would lead out of the output folder.
    if _NOT_IN_FILE_NAMES.search(mod.name):
        raise ModError(
            f"{mod.name!r} cannot be part of a file name",
            "choose a name of letters, digits, - and _",
        )
    return f"{mod.name}_{mod.version}.zip"
