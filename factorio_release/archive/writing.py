"""Writes members in order while the next ones are compressed in other threads."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

from factorio_release.archive.archive import ArchivedFile
from factorio_release.archive.compressing import DEFLATED, STORED
from factorio_release.archive.huge_file import LAST_BLOCK, PIECE, joinable
from factorio_release.archive.reading_ahead import in_order
from factorio_release.archive.zip_format import Entry, central_header, end_records, local_header
from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from factorio_release.archive.compressing import Effort
    from factorio_release.archive.reading_ahead import Packed
    from factorio_release.mod.files import PackageFile


class ZipWriter:
    """Writes one zip into `stream`, hashing what it writes; `moment` is every member's time."""

    def __init__(self, stream: BinaryIO, top: str, moment: tuple[int, int], effort: Effort) -> None:
        self.size = 0
        self.sha1 = hashlib.sha1(usedforsecurity=False)
        self.sha256 = hashlib.sha256()
        self._stream = stream
        self._top = top
        self._moment = moment
        self._effort = effort
        self._entries: list[Entry] = []

    def write(
        self, files: Iterable[PackageFile], threads: int, written: Callable[[int], None]
    ) -> tuple[ArchivedFile, ...]:
        """Write all members and the directory; `written` hears the size of each file that is done."""
        done = []
        with ThreadPoolExecutor(threads) as pool:
            try:
                for file, packed in in_order(pool, files, self._effort):
                    entry = self._add(file, packed) if packed else self._add_huge(pool, threads, file)
                    done.append(ArchivedFile(file.path, file.size, entry.compressed))
                    written(file.size)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._finish()
        return tuple(done)

    def _add(self, file: PackageFile, packed: Packed) -> Entry:
        entry = self._begin(file.path, packed.method, packed.crc, file.size, len(packed.payload))
        self._put(packed.payload)
        return entry

    def _add_huge(self, pool: ThreadPoolExecutor, threads: int, file: PackageFile) -> Entry:
        """Write a file in pieces, twice over: its header comes first and wants the sum and the sizes."""
        with tempfile.TemporaryFile() as spool:
            crc = 0
            deflating = _is_worth_it(self._effort, file)
            for data, packed in _pieces(pool, threads, file, self._effort.level if deflating else 0):
                crc = zlib.crc32(data, crc)
                spool.write(packed)
            if deflating:
                spool.write(LAST_BLOCK)
            length = spool.tell()
            if deflating and length < file.size:
                entry = self._begin(file.path, DEFLATED, crc, file.size, length)
                spool.seek(0)
                self._copy(spool)
            else:
                entry = self._begin(file.path, STORED, crc, file.size, file.size)
                with file.open() as stream:
                    crc = self._copy(stream)
                _same(file, entry.crc == crc)
        return entry

    def _begin(self, path: str, method: int, crc: int, size: int, compressed: int) -> Entry:
        entry = Entry(f"{self._top}/{path}".encode(), method, crc, size, compressed, self.size)
        self._entries.append(entry)
        self._put(local_header(entry, self._moment))
        return entry

    def _copy(self, stream: BinaryIO) -> int:
        crc = 0
        while block := stream.read(PIECE):
            crc = zlib.crc32(block, crc)
            self._put(block)
        return crc

    def _put(self, data: bytes | bytearray) -> None:
        self._stream.write(data)
        self.sha1.update(data)
        self.sha256.update(data)
        self.size += len(data)

    def _finish(self) -> None:
        start = self.size
        self._put(b"".join(central_header(entry, self._moment) for entry in self._entries))
        self._put(end_records(len(self._entries), self.size - start, start))


def _pieces(
    pool: ThreadPoolExecutor, threads: int, file: PackageFile, level: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield a file's pieces in order, plain and joinable (empty at level 0)."""
    total = 0
    waiting: deque[tuple[bytes, Future[bytes] | None]] = deque()
    with file.open() as stream:
        while data := stream.read(PIECE):
            total += len(data)
            waiting.append((data, pool.submit(joinable, data, level) if level else None))
            if len(waiting) > 2 * threads:
                yield _piece(*waiting.popleft())
    while waiting:
        yield _piece(*waiting.popleft())
    _same(file, total == file.size)


def _piece(data: bytes, future: Future[bytes] | None) -> tuple[bytes, bytes]:
    return data, future.result() if future else b""


def _is_worth_it(effort: Effort, file: PackageFile) -> bool:
    with file.open() as stream:
        sample = stream.read(PIECE)
        stream.seek(file.size // 2)
        sample += stream.read(PIECE)
    return effort.is_worth_it(file.path, len(sample), sample)


def _same(file: PackageFile, unchanged: bool) -> None:  # noqa: FBT001 reads as a sentence where it is used
    if not unchanged:
        hint = "let nothing write into the mod folder meanwhile, and run again"
        raise ModError(f"{file.path} changed while it was being packaged", hint)
