"""Writes the members of a zip in order while the next ones are compressed in other threads."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import deflate

from factorio_release.archive.archive import ArchivedFile
from factorio_release.archive.compressing import DEFLATED, STORED
from factorio_release.archive.huge_file import (
    LAST_BLOCK,
    PIECE_BYTES,
    changed_while_packaged,
    is_worth_it,
    pieces,
)
from factorio_release.archive.reading_ahead import in_order
from factorio_release.archive.zip_format import ZipEntry, central_header, end_records, local_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from factorio_release.archive.compressing import Effort
    from factorio_release.archive.hashed_file import HashedFile
    from factorio_release.archive.reading_ahead import Packed
    from factorio_release.package.file_set import PackageFile


class ZipWriter:
    """Writes one zip into `target`; `top` is the name of its top folder.

    `spool` is a folder with free space for a temporary file, None for the system's; `moment` is the time of
    every member, as `dos_time` returns it.
    """

    def __init__(
        self,
        target: HashedFile,
        spool: Path | None,
        top: str,
        moment: tuple[int, int],
        effort: Effort,
    ) -> None:
        self._target = target
        self._spool = spool
        self._top = top
        self._moment = moment
        self._effort = effort
        self._entries: list[ZipEntry] = []

    def write(
        self,
        files: Iterable[PackageFile],
        threads: int,
        written: Callable[[int], None],
        slot: AbstractContextManager[object] | None = None,
    ) -> tuple[ArchivedFile, ...]:
        """Write all members and the directory.

        `written` is called with the size of each finished file, and with 0 for each piece of a huge one. What
        it raises ends the work. `slot` is for `in_order`.
        """
        done = []
        with ThreadPoolExecutor(threads) as pool:
            try:
                for file, packed in in_order(pool, files, self._effort, slot):
                    entry = (
                        self._add(file, packed)
                        if packed
                        else self._add_huge(pool, threads, file, written)
                    )
                    done.append(ArchivedFile(file.path, file.size, entry.compressed))
                    written(file.size)
            except BaseException:
                # Leaving the block would wait for all files that were read ahead.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._write_directory()
        return tuple(done)

    def _add(self, file: PackageFile, packed: Packed) -> ZipEntry:
        entry = self._begin(file.path, packed.method, packed.crc, file.size, len(packed.payload))
        self._target.write(packed.payload)
        return entry

    def _add_huge(
        self,
        pool: ThreadPoolExecutor,
        threads: int,
        file: PackageFile,
        written: Callable[[int], None],
    ) -> ZipEntry:
        """Write a file in pieces.

        Its header comes first and has the checksum and the compressed size. So the compressed pieces go to a
        temporary file first. A file that is stored is read a second time instead.
        """
        with tempfile.TemporaryFile(dir=self._spool) as spool:
            level = (
                self._effort.level_of(file.path, file.size)
                if is_worth_it(self._effort, file)
                else 0
            )
            crc = 0
            for data, packed in pieces(pool, threads, file, level):
                crc = deflate.crc32(data, crc)
                spool.write(packed)
                written(0)
            spool.write(LAST_BLOCK)
            compressed = spool.tell()
            if level and compressed < file.size:
                entry = self._begin(file.path, DEFLATED, crc, file.size, compressed)
                spool.seek(0)
                self._copy(iter(partial(spool.read, PIECE_BYTES), b""))
                return entry
        entry = self._begin(file.path, STORED, crc, file.size, file.size)
        if self._copy(file.blocks(PIECE_BYTES)) != crc:
            raise changed_while_packaged(file)
        return entry

    def _begin(self, path: str, method: int, crc: int, size: int, compressed: int) -> ZipEntry:
        offset = self._target.size
        entry = ZipEntry(f"{self._top}/{path}".encode(), method, crc, size, compressed, offset)
        self._entries.append(entry)
        self._target.write(local_header(entry, self._moment))
        return entry

    def _copy(self, blocks: Iterable[bytes]) -> int:
        """Write the blocks and return the CRC-32 of all of them."""
        crc = 0
        for block in blocks:
            crc = deflate.crc32(block, crc)
            self._target.write(block)
        return crc

    def _write_directory(self) -> None:
        start = self._target.size
        self._target.write(b"".join(central_header(entry, self._moment) for entry in self._entries))
        size = self._target.size - start
        self._target.write(end_records(len(self._entries), size, start))
