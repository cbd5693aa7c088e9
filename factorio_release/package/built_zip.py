"""A package that is already built, read as it is: its members as files, its shape as facts."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Final, cast

from factorio_release.disk.folder_walk import refuse_depth
from factorio_release.disk.upload_content import BLOCK_BYTES, PrivateFile
from factorio_release.errors import ModError
from factorio_release.limits import MAX_FILES, MAX_PACKAGE_BYTES, MAX_ZIP_DIRECTORY_BYTES, size_words
from factorio_release.package.boundary import names_git_data
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO, BinaryIO

    from _typeshed import WriteableBuffer as Buffer

_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_END64_BYTES: Final = 56 + 20  # the 64-bit record and the pointer to it, in front of the last record
_END_BYTES: Final = _END64_BYTES + 22 + 0xFFFF  # with the longest comment
_MODEST: Final = 200_000_000  # up to here a zip may be as dense as it likes
_DENSEST: Final = 100
_BUILD: Final = "build it anew: `factorio-release build`"


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file inside a zip; `member` is its full name there, `path` the one below the top folder.

    All members share the one open `bundle`: opening it reads its whole directory.
    """

    path: str
    size: int
    bundle: zipfile.ZipFile = field(repr=False, compare=False)
    member: str

    @property
    def compressed(self) -> int:
        """How many bytes it takes up in the zip."""
        return self.bundle.getinfo(self.member).compress_size

    def open(self) -> BinaryIO:
        """Return its content as a stream, unpacked once before and again as it is read.

        ModError as from `read`, whatever is read of it: a member that breaks off is found here.
        """
        with self._stream() as stream:
            while stream.read(BLOCK_BYTES):
                pass
        return self._stream()

    def _stream(self) -> BinaryIO:
        try:
            stream = self.bundle.open(self.member)
        except Exception as error:  # noqa: BLE001 as below
            raise self.unreadable(error) from None
        return cast("BinaryIO", BufferedReader(_MemberStream(self, stream)))

    def unreadable(self, error: Exception) -> ModError:
        """Return what is raised for a member that no decoder can read."""
        return ModError(f"{self.member} in the zip cannot be read: {error}", _BUILD)

    def wrong_length(self) -> ModError:
        """Return what is raised for content that is not as long as the directory says."""
        return ModError(f"{self.member} in the zip is not as long as it says", _BUILD)

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield its content in blocks of `size` bytes."""
        with self._stream() as stream:
            while block := stream.read(size):
                yield block

    def read(self) -> bytes:
        """Return its content; ModError when it does not fit its checksum or its size."""
        try:
            with self.bundle.open(self.member) as stream:
                content = stream.read(self.size + 1)
        except Exception as error:  # noqa: BLE001 of a broken member, zipfile lets through what any decoder raises
            raise self.unreadable(error) from None
        if len(content) != self.size:
            raise self.wrong_length()
        return content


class _MemberStream(RawIOBase):
    """A member's content as it is unpacked, with its length and checksum judged at the end."""

    def __init__(self, member: ZipMember, stream: IO[bytes]) -> None:
        self._member = member
        self._stream = stream
        self._left = member.size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            block = self._stream.read(min(len(view), self._left + 1))
        except Exception as error:  # noqa: BLE001 as above
            raise self._member.unreadable(error) from None
        self._left -= len(block)
        if self._left < 0 or (not block and self._left):
            raise self._member.wrong_length()
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def private_copy(path: Path) -> PrivateFile:
    """Copy the zip at `path` into a file of our own, so that nobody changes it any more."""
    copy = PrivateFile()
    try:
        with path.open("rb") as source:
            if os.fstat(source.fileno()).st_size > MAX_PACKAGE_BYTES:
                raise ModError(
                    f"{path} has more than {MAX_PACKAGE_BYTES // 1_000_000} MB, which no mod has",
                    "give a built mod",
                )
            shutil.copyfileobj(source, copy.stream, BLOCK_BYTES)
    except OSError as error:
        raise ModError(
            f"{path} cannot be copied into the temporary folder: {error.strerror}",
            "check its rights, and the room on the disk (TMPDIR names another folder)",
        ) from None
    return copy


def files_of_zip(path: Path, content: PrivateFile | None = None) -> FileSet:
    """List the files below the zip's top folder; ModError when it is no zip, or one beyond the bounds.

    `content` is a copy of the zip to read in its place; `path` then only names it. Entries that lie
    elsewhere, links, twins and names that only some programs can read are stated as problems and
    left out.
    """
    bundle = _open(path, content)
    entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
    _refuse_bomb(path, entries, content.size if content else path.stat().st_size)
    top = _top_folder(entries)
    problems = list(_shape(entries, top))
    files: dict[str, ZipMember] = {}
    left_out = []
    for entry in entries:
        inner = entry.filename.removeprefix(top)
        fault = _fault(entry, inner, outside=not entry.filename.startswith(top), twin=inner in files)
        if fault:
            code, why = fault
            problems.append(Problem(f"{entry.filename} {why}", entry.filename, hint=_BUILD, code=code))
            left_out.append(LeftOut(entry.filename, why))
        else:
            files[inner] = ZipMember(inner, entry.file_size, bundle, entry.filename)
    return FileSet(tuple(files[name] for name in sorted(files)), tuple(left_out), tuple(problems), "zip")


def _open(path: Path, content: PrivateFile | None) -> zipfile.ZipFile:
    import zipfile  # noqa: PLC0415 start-up: only for a finished zip

    try:
        if content:
            _refuse_directory(path, content.stream)
        else:
            with path.open("rb") as stream:
                _refuse_directory(path, stream)
        bundle = zipfile.ZipFile(content.stream if content else path)
    except OSError as error:
        raise ModError(f"{path} cannot be read: {error.strerror}", "check the path") from None
    except Exception as error:  # noqa: BLE001 as above
        raise ModError(f"{path} is not a zip that can be read: {error}", _BUILD) from None
    if not all(entry.filename for entry in bundle.infolist()):
        raise ModError(f"{path} is not a zip that can be read: an entry has no name", _BUILD)
    return bundle


def _refuse_directory(path: Path, stream: BinaryIO) -> None:
    """Refuse a list of entries that alone would fill the memory, before it is read."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _END_BYTES))
    tail = stream.read(_END_BYTES)
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    claimed = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if at >= _END64_BYTES and tail[at - 20 : at - 16] == b"PK\x06\x07":  # a 64-bit record says it anew
        record = at - _END64_BYTES
        claimed = int.from_bytes(tail[record + 40 : record + 48], "little")
    if claimed > MAX_ZIP_DIRECTORY_BYTES:
        raise ModError(
            f"the list of entries in {path} is larger than {size_words(MAX_ZIP_DIRECTORY_BYTES)}", _BUILD
        )


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse what would fill the memory; no member is read beyond the size that it claims here."""
    if len(entries) > MAX_FILES:
        raise ModError(f"{path} holds {len(entries):,} files, and at most {MAX_FILES:,} are read", _BUILD)
    for entry in entries:
        refuse_depth(entry.filename)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_PACKAGE_BYTES or (unpacked > _MODEST and unpacked > packed * _DENSEST):
        raise ModError(
            f"{path} unpacks to {unpacked // 1_000_000} MB from {packed // 1_000_000} MB, which no mod does",
            f"up to {MAX_PACKAGE_BYTES // 1_000_000} MB are read, and {_DENSEST} times the zip's own size",
        )


def _top_folder(entries: Iterable[zipfile.ZipInfo]) -> str:
    """Return the folder with the info.json, `/` included; the game wants it one level deep."""
    names = [entry.filename for entry in entries]
    for name in names:
        top, slash, rest = name.partition("/")
        if rest == "info.json":
            return top + slash
    return ""


def _shape(entries: list[zipfile.ZipInfo], top: str) -> Iterator[Problem]:
    if not top:
        message = "the zip has no folder with an info.json at its top"
        yield Problem(message, hint=_BUILD, code="zip-top-folder")
    strays = (
        sorted({entry.filename.partition("/")[0] for entry in entries} - {top.rstrip("/")}) if top else []
    )
    if strays:
        message = f"beside {top} the zip holds {', '.join(strays[:3])}: one top folder is all the game takes"
        yield Problem(message, hint=_BUILD, code="zip-top-folder")


def _fault(entry: zipfile.ZipInfo, inner: str, *, outside: bool, twin: bool) -> tuple[str, str] | None:
    parts = entry.filename.split("/")
    unmarked = not inner.isascii() and not entry.flag_bits & _UTF8
    faults = (
        ("\\" in entry.orig_filename, "zip-name", "has a backslash in its name: the portal refuses it"),
        (".." in parts or "" in parts, "zip-name", "has a name that leads out of the folder"),
        (names_git_data(entry.filename), "zip-name", "is git's own data: it may hold passwords"),
        (outside, "zip-top-folder", "lies beside the top folder"),
        (twin, "duplicate-path", "is in the zip twice"),
        (stat.S_ISLNK(entry.external_attr >> 16), "zip-symlink", "is a link: the game follows none in a zip"),
        (bool(entry.flag_bits & _ENCRYPTED), "zip-encrypted", "is encrypted"),
        (unmarked, "file-name-encoding", "has a name that is not marked as UTF-8"),
    )
    return next(((code, why) for holds, code, why in faults if holds), None)
