"""Opens a finished zip, with bounds on what is read, and says what a file is that is no zip."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.file_kinds import KIND_BYTES, kind_of
from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.limits import MAX_ZIP_DIRECTORY_BYTES, size_words
from factorio_release.package.zip_member import REBUILD_HINT
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO, BinaryIO

    from factorio_release.disk.upload_content import PrivateFile
    from factorio_release.package.packed_content import PackedContent

# The end of a zip (APPNOTE 4.3.14 to 4.3.16): in large zips a record with 64-bit numbers and a pointer to
# it, then in every zip the last record, which a comment may follow.
_END64_RECORD_BYTES: Final = 56
_END64_POINTER_BYTES: Final = 20
_END_RECORD_BYTES: Final = 22
_MAX_COMMENT_BYTES: Final = 0xFFFF
_ENTRY_START: Final = b"PK\x03\x04"
_END_START: Final = b"PK\x05\x06"


def open_zip(path: Path, content: PrivateFile | PackedContent | None) -> zipfile.ZipFile:
    """Open the zip at `path`, or its bytes in `content`.

    Raises ModError for a file that is no zip, has a list of entries that would fill the memory, or an entry
    without a name.
    """
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
        raise _no_zip(path, content, error) from None
    if not all(entry.filename for entry in bundle.infolist()):
        raise ModError(f"{path} is not a zip that can be read: an entry has no name", REBUILD_HINT)
    return bundle


def _tail(stream: IO[bytes]) -> bytes:
    """Return the end of a file, as far as the end records of a zip can reach."""
    records = _END64_RECORD_BYTES + _END64_POINTER_BYTES + _END_RECORD_BYTES
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - records - _MAX_COMMENT_BYTES))
    return stream.read()


def _no_zip(path: Path, content: PrivateFile | PackedContent | None, error: Exception) -> ModError:
    """Return the error for a file that zipfile cannot read, with what the file is."""
    try:
        with path.open("rb") if content is None else nullcontext(content.stream) as stream:
            tail = _tail(stream)
            stream.seek(0)
            head = stream.read(KIND_BYTES)
    except OSError:
        head = tail = b""
    kind = kind_of(head)
    if is_lfs_pointer(head):
        return ModError(f"{path} is a Git LFS pointer, not a zip", "fetch it: `git lfs pull`")
    if head.startswith(_ENTRY_START) and _END_START not in tail:
        reason = "is a zip that is cut short: the list of its entries, which comes last, is missing"
    elif head.startswith(_ENTRY_START):
        reason = f"is a damaged zip: {error}"
    else:
        reason = f"is {kind}, not a zip" if kind else f"is not a zip that can be read: {error}"
    return ModError(f"{path} {reason}", REBUILD_HINT)


def _refuse_large_directory(path: Path, stream: BinaryIO) -> None:
    """Refuse a directory (the list of entries) that would fill the memory, before zipfile reads it.

    zipfile reads as many bytes as the end record says, and makes an object of each entry.
    """
    in_front = _END64_RECORD_BYTES + _END64_POINTER_BYTES
    tail = _tail(stream)
    stream.seek(0)
    end = tail.rfind(_END_START)
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


def bytes_around(bundle: zipfile.ZipFile) -> Iterator[Problem]:
    """Report bytes in front of the zip and behind it, which zipfile passes over."""
    stream = bundle.fp
    if stream is None or not bundle.infolist():
        return
    stream.seek(0)
    if stream.read(len(_ENTRY_START)) != _ENTRY_START:
        message = "the file does not begin with the zip: other bytes come first"
        yield Problem(message, hint=REBUILD_HINT, code="zip-garbage")
    tail = _tail(stream)
    end = tail.rfind(_END_START) + _END_RECORD_BYTES
    behind = len(tail) - end - int.from_bytes(tail[end - 2 : end], "little")
    if behind > 0:
        message = f"{behind:,} bytes follow the end of the zip"
        yield Problem(message, hint=REBUILD_HINT, code="zip-garbage")
