"""Reads and compresses the next files while the present one is written, within a bound on memory."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final, NamedTuple

import deflate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor
    from contextlib import AbstractContextManager

    from factorio_release.archive.compressing import Effort
    from factorio_release.package.file_set import PackageFile

MAX_IN_MEMORY_BYTES: Final = 32 << 20  # a larger file is huge: it is compressed in pieces
_MAX_WAITING_BYTES: Final = 32 << 20  # read and not yet written; the compressed bytes come on top
_BATCH_BYTES: Final = 512 << 10


class Packed(NamedTuple):
    """The bytes of one file as they are written to the zip, and the CRC-32 of its content."""

    method: int
    crc: int
    payload: bytes | bytearray


class _Batch(NamedTuple):
    """Neighbouring files that are compressed in one task; a huge file is alone, without a task."""

    files: list[PackageFile]
    size: int
    task: Future[list[Packed]] | None


def in_order(
    pool: ThreadPoolExecutor,
    files: Iterable[PackageFile],
    effort: Effort,
    slot: AbstractContextManager[object] | None = None,
) -> Iterator[tuple[PackageFile, Packed | None]]:
    """Yield every file with its compressed bytes, in the given order; None for a huge file.

    `slot` is held while files are compressed, so that it can bound how many threads do so at a time.
    """
    waiting: deque[_Batch] = deque()
    waiting_bytes = 0
    for members, size in _batches(files):
        while waiting and waiting_bytes + size > _MAX_WAITING_BYTES:
            batch = waiting.popleft()
            waiting_bytes -= batch.size
            yield from _finished(batch)
        if size > MAX_IN_MEMORY_BYTES:
            waiting.append(_Batch(members, 0, None))
        else:
            waiting.append(
                _Batch(members, size, pool.submit(_pack, members, effort, slot or nullcontext()))
            )
            waiting_bytes += size
    while waiting:
        yield from _finished(waiting.popleft())


def _finished(batch: _Batch) -> Iterator[tuple[PackageFile, Packed | None]]:
    if batch.task is None:
        yield batch.files[0], None
    else:
        yield from zip(batch.files, batch.task.result(), strict=True)


def _batches(files: Iterable[PackageFile]) -> Iterator[tuple[list[PackageFile], int]]:
    """Group small neighbours, with their size in bytes: a task costs more than to compress a small file."""
    batch: list[PackageFile] = []
    size = 0
    for file in files:
        if batch and size + file.size > _BATCH_BYTES:
            yield batch, size
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch, size


def _pack(
    batch: list[PackageFile], effort: Effort, slot: AbstractContextManager[object]
) -> list[Packed]:
    packed = []
    with slot:
        for file in batch:
            data = file.read()
            method, payload = effort.compress(file.path, data)
            packed.append(Packed(method, deflate.crc32(data), payload))
    return packed
