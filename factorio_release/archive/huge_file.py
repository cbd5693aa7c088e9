"""A file too large for memory: deflated in pieces that join to one stream.

libdeflate takes whole buffers only, and zlib's output differs between its builds. So each piece
is deflated alone and joined the way pigz does it: its last block is marked as not the last, and
an empty stored block brings the stream back to a whole byte. The mark is the first bit of a
block, which is known only of the first one; a piece of several blocks is therefore halved until
it is one block.
"""

from __future__ import annotations

import zlib
from collections import deque
from typing import TYPE_CHECKING, Final

import deflate

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

    from factorio_release.archive.compressing import Effort
    from factorio_release.package.file_set import PackageFile

PIECE_BYTES: Final = 1 << 20
LAST_BLOCK: Final = b"\x03\x00"  # an empty one: it ends the stream after any number of pieces
_LONGEST_BLOCK: Final = 256 << 10
_NOT_LAST: Final = 0xFE
# An empty stored block: three zero bits, up to the whole byte, then its length 0 and ~0. The three
# bits fit into what the block before left of its last byte, or they take another one.
_TAILS: Final = (b"\x00\x00\xff\xff", b"\x00\x00\x00\xff\xff")


def pieces(
    pool: ThreadPoolExecutor, threads: int, file: PackageFile, level: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield a file's pieces in order, plain and joinable (empty at level 0)."""
    total = 0
    waiting: deque[tuple[bytes, Future[bytes] | None]] = deque()
    for data in file.blocks(PIECE_BYTES):
        total += len(data)
        waiting.append((data, pool.submit(joinable, data, level) if level else None))
        if len(waiting) > 2 * threads:
            yield _piece(*waiting.popleft())
    while waiting:
        yield _piece(*waiting.popleft())
    same(file, total == file.size)


def _piece(data: bytes, future: Future[bytes] | None) -> tuple[bytes, bytes]:
    return data, future.result() if future else b""


def is_worth_it(effort: Effort, file: PackageFile) -> bool:
    """Tell from the file's beginning and middle whether deflating it may pay."""
    with file.open() as stream:
        sample = stream.read(PIECE_BYTES)
        stream.seek(file.size // 2)
        sample += stream.read(PIECE_BYTES)
    return effort.is_worth_it(file.path, len(sample), sample)


def same(file: PackageFile, unchanged: bool) -> None:  # noqa: FBT001 reads as a sentence where it is used
    """Raise ModError unless the file stayed what it was."""
    if not unchanged:
        hint = "let nothing write into the mod folder meanwhile, and run again"
        raise ModError(f"{file.path} changed while it was being packaged", hint)


def joinable(data: bytes, level: int) -> bytes:
    """Deflate one piece so that further pieces, or `LAST_BLOCK`, may follow."""
    return b"".join(_blocks(data, level))


def _blocks(data: bytes, level: int) -> Iterator[bytes]:
    at, size = 0, _LONGEST_BLOCK
    while at < len(data):
        part = data[at : at + size]
        packed = deflate.deflate_compress(part, level)
        if packed[0] & 1:  # the first block is the last: there is only one
            yield _open_ended(packed, part)
            at += len(part)
            size = min(size * 2, _LONGEST_BLOCK)
        else:
            size = max(len(part) // 2, 1)


def _open_ended(packed: bytearray, part: bytes) -> bytes:
    block = bytes([packed[0] & _NOT_LAST]) + packed[1:]
    return next(block + tail for tail in _TAILS if _reads_as(block + tail + LAST_BLOCK, part))


def _reads_as(stream: bytes, part: bytes) -> bool:
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return reader.decompress(stream) == part and reader.eof and not reader.unused_data
    except zlib.error:
        return False
