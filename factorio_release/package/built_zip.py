"""A package that was built before: the list of its files, and bounds against hostile zips."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import refuse_depth
from factorio_release.disk.upload_content import BLOCK_BYTES, PrivateFile
from factorio_release.errors import ModError
from factorio_release.limits import (
    MAX_FILES,
    MAX_PACKAGE_BYTES,
    MAX_ZIP_DIRECTORY_BYTES,
    size_words,
)
from factorio_release.package.boundary import names_git_data
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.package.zip_member import REBUILD_HINT, ZipMember
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_MB: Final = 1_000_000
_REBUILD: Final = "Build it anew: `factorio-release build`."
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
# The end of a zip (APPNOTE 4.3.14 to 4.3.16): in large zips a record with 64-bit numbers and a pointer to
# it, then in every zip the last record, which a comment may follow.
_END64_RECORD_BYTES: Final = 56
_END64_POINTER_BYTES: Final = 20
_END_RECORD_BYTES: Final = 22
_MAX_COMMENT_BYTES: Final = 0xFFFF
_MAX_RATIO: Final = 100  # unpacked to packed size; deflate reaches 1,032
_RATIO_COUNTS_FROM_BYTES: Final = 200 * _MB


def private_copy(path: Path) -> PrivateFile:
    """Copy the zip at `path` into a file of our own, so that no other program can change it any more.

    Raises ModError for a file beyond MAX_PACKAGE_BYTES, or one that cannot be copied.
    """
    copy = PrivateFile()
    try:
        with path.open("rb") as source:
            if os.fstat(source.fileno()).st_size > MAX_PACKAGE_BYTES:
                message = f"{path} has more than {MAX_PACKAGE_BYTES // _MB} MB, which no mod has"
                raise ModError(message, "give a built mod")
            shutil.copyfileobj(source, copy.stream, BLOCK_BYTES)
    except OSError as error:
        raise ModError(
            f"{path} cannot be copied into the temporary folder: {error.strerror}",
            "check its rights, and the space on the disk (TMPDIR names another folder)",
        ) from None
    return copy


def files_of_zip(path: Path, content: PrivateFile | None = None) -> FileSet:
    """List the files below the top folder of the zip at `path`.

    `content` is a copy of the zip that is read in its place. Left out, each with a problem, are entries
    beside the top folder, links, second entries of a name, and names that only some programs can read.
    Raises ModError for a file that is no zip, or that goes beyond the bounds.
    """
    bundle = _open(path, content)
    entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
    _refuse_bomb(path, entries, content.size if content else path.stat().st_size)
    top = _top_folder(entries)
    # An empty folder has only an entry of its own; the portal counts it as a second top folder.
    problems = list(_problems_of_top_folder(bundle.infolist(), top))
    files: dict[str, ZipMember] = {}
    left_out = []
    for entry in entries:
        inner = entry.filename.removeprefix(top)
        problem = _problem_of_entry(entry, top, is_second=inner in files)
        if problem is None:
            files[inner] = ZipMember(inner, entry.file_size, bundle, entry.filename)
        else:
            code, reason = problem
            message = f"{entry.filename} {reason}"
            problems.append(Problem(message, entry.filename, hint=_REBUILD, code=code))
            left_out.append(LeftOut(entry.filename, reason))
    return FileSet(
        tuple(files[name] for name in sorted(files)),
        tuple(left_out),
        tuple(problems),
        "zip",
        content,
    )


def _open(path: Path, content: PrivateFile | None) -> zipfile.ZipFile:
    import zipfile  # noqa: PLC0415 start-up: only for a finished zip

    try:
        if content is not None:
            _refuse_large_directory(path, content.stream)
            bundle = zipfile.ZipFile(content.stream)
        else:
            with path.open("rb") as stream:
                _refuse_large_directory(path, stream)
            bundle = zipfile.ZipFile(path)
    except OSError as error:
        raise ModError(f"{path} cannot be read: {error.strerror}", "check the path") from None
    except ModError:
        raise
    except Exception as error:  # noqa: BLE001 zipfile raises more than BadZipFile for a damaged directory
        raise ModError(f"{path} is not a zip that can be read: {error}", REBUILD_HINT) from None
    if not all(entry.filename for entry in bundle.infolist()):
        raise ModError(f"{path} is not a zip that can be read: an entry has no name", REBUILD_HINT)
    return bundle


def _refuse_large_directory(path: Path, stream: BinaryIO) -> None:
    """Refuse a directory (the list of entries) that would fill the memory, before zipfile reads it.

    zipfile reads as many bytes as the end record says, and makes an object of each entry.
    """
    in_front = _END64_RECORD_BYTES + _END64_POINTER_BYTES
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - in_front - _END_RECORD_BYTES - _MAX_COMMENT_BYTES))
    tail = stream.read()
    stream.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return  # no zip: zipfile says so
    directory_bytes = int.from_bytes(tail[end + 12 : end + 16], "little")
    pointer = end - _END64_POINTER_BYTES
    if end >= in_front and tail.startswith(b"PK\x06\x07", pointer):
        record = end - in_front
        directory_bytes = int.from_bytes(tail[record + 40 : record + 48], "little")
    if directory_bytes > MAX_ZIP_DIRECTORY_BYTES:
        message = (
            f"the list of entries in {path} is larger than {size_words(MAX_ZIP_DIRECTORY_BYTES)}"
        )
        raise ModError(message, REBUILD_HINT)


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    """Refuse a zip with too many or too large files; no member is read beyond the size that it states."""
    if len(entries) > MAX_FILES:
        message = f"{path} holds {len(entries):,} files, and at most {MAX_FILES:,} are read"
        raise ModError(message, REBUILD_HINT)
    for entry in entries:
        refuse_depth(entry.filename)
    unpacked_bytes = sum(entry.file_size for entry in entries)
    is_dense = (
        unpacked_bytes > _RATIO_COUNTS_FROM_BYTES and unpacked_bytes > packed_bytes * _MAX_RATIO
    )
    if unpacked_bytes > MAX_PACKAGE_BYTES or is_dense:
        sizes = f"{unpacked_bytes // _MB} MB from {packed_bytes // _MB} MB"
        raise ModError(
            f"{path} unpacks to {sizes}, which no mod does",
            f"up to {MAX_PACKAGE_BYTES // _MB} MB are read, and {_MAX_RATIO} times the zip's own size",
        )


def _top_folder(entries: Iterable[zipfile.ZipInfo]) -> str:
    """Return the folder that holds the info.json, with `/` at its end; empty when there is none.

    The game reads info.json one folder deep only.
    """
    for entry in entries:
        top, slash, rest = entry.filename.partition("/")
        if rest == INFO_FILE:
            return top + slash
    return ""


def _problems_of_top_folder(entries: list[zipfile.ZipInfo], top: str) -> Iterator[Problem]:
    if not top:
        message = "the zip has no folder with an info.json at its top"
        yield Problem(message, hint=_REBUILD, code="zip-top-folder")
        return
    others = sorted({entry.filename.partition("/")[0] for entry in entries} - {top.rstrip("/")})
    if others:
        message = f"beside {top} the zip holds {', '.join(others[:3])}: the game takes one top folder only"
        yield Problem(message, hint=_REBUILD, code="zip-top-folder")


def _problem_of_entry(
    entry: zipfile.ZipInfo, top: str, *, is_second: bool
) -> tuple[str, str] | None:
    """Return the code and the text of the first problem of an entry, None when it has none."""
    name = entry.filename
    parts = name.split("/")
    is_outside = not name.startswith(top)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_encrypted = bool(entry.flag_bits & _ENCRYPTED_FLAG)
    has_no_encoding = not name.removeprefix(top).isascii() and not entry.flag_bits & _UTF8_FLAG
    conditions = (
        # On Windows zipfile turns backslashes into slashes in `filename`.
        (
            "\\" in entry.orig_filename,
            "zip-name",
            "has a backslash in its name: the portal refuses it",
        ),
        (".." in parts or "" in parts, "zip-name", "has a name that leads out of the folder"),
        (names_git_data(name), "zip-name", "is git's own data: it may hold passwords"),
        (is_outside, "zip-top-folder", "lies beside the top folder"),
        (is_second, "duplicate-path", "is in the zip twice"),
        (is_link, "zip-symlink", "is a link: the game follows none in a zip"),
        (is_encrypted, "zip-encrypted", "is encrypted"),
        (has_no_encoding, "file-name-encoding", "has a name that is not marked as UTF-8"),
    )
    for is_problem, code, reason in conditions:
        if is_problem:
            return code, reason
    return None
