"""Reads and compresses the next files while the present one is written, as far as memory may go."""

from __future__ import annotations

import zlib
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

    from factorio_release.archive.compressing import Effort
    from factorio_release.package.file_set import PackageFile

MAX_IN_MEMORY_BYTES: Final = 32 << 20  # above it a file goes through in pieces
_IN_FLIGHT: Final = 32 << 20  # bytes read and not yet written; their compressed form comes on top
_BATCH: Final = 512 << 10


class Packed(NamedTuple):
    """A member's bytes as they go into the zip."""

    method: int
    crc: int
    payload: bytes | bytearray


def in_order(
    pool: ThreadPoolExecutor, files: Iterable[PackageFile], effort: Effort
) -> Iterator[tuple[PackageFile, Packed | None]]:
    """Yield every file with its packed bytes, None for a huge one, reading ahead as far as memory may go."""
    waiting: deque[tuple[list[PackageFile], int, Future[list[Packed]] | None]] = deque()
    in_flight = 0
    for batch, size in _batches(files):
        while waiting and in_flight + size > _IN_FLIGHT:
            in_flight -= waiting[0][1]
            yield from _finished(*waiting.popleft())
        huge = size > MAX_IN_MEMORY_BYTES
        waiting.append((batch, 0 if huge else size, None if huge else pool.submit(_pack, batch, effort)))
        in_flight += waiting[-1][1]
    while waiting:
        yield from _finished(*waiting.popleft())


def _finished(
    batch: list[PackageFile], _size: int, future: Future[list[Packed]] | None
) -> Iterator[tuple[PackageFile, Packed | None]]:
    yield from zip(batch, future.result() if future else [None], strict=True)


def _batches(files: Iterable[PackageFile]) -> Iterator[tuple[list[PackageFile], int]]:
    """Group small neighbours: a task costs more than a small file's compression."""
    batch: list[PackageFile] = []
    size = 0
    for file in files:
        if batch and size + file.size > _BATCH:
            yield batch, size
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch, size


def _pack(batch: list[PackageFile], effort: Effort) -> list[Packed]:
    packed = []
    for file in batch:
        data = file.read()
        method, payload = effort.compress(file.path, data)
        packed.append(Packed(method, zlib.crc32(data), payload))
    return packed
