"""A file too large for memory: deflated in pieces, in parallel, that are joined to one stream.

libdeflate compresses whole buffers only, and the output of zlib differs between its builds. So each piece is
compressed alone, and the pieces are joined as pigz does it. A deflate stream is a row of blocks (RFC 1951,
3.2.3). The first bit of each block, BFINAL, marks the last one. In a piece this bit is cleared, and an empty
stored block behind it brings the stream to a whole byte. Only the first block's position in a piece is known,
and so a piece that yields several blocks is halved until it yields one.
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
LAST_BLOCK: Final = (
    b"\x03\x00"  # an empty block with BFINAL: it ends the stream after any number of pieces
)
_MAX_BLOCK_BYTES: Final = 256 << 10
_BFINAL: Final = 0x01
# An empty stored block: three zero bits, zeros up to the next whole byte, then its length 0 and ~0. The three
# bits may fit into the last byte of the block before; else they take another byte. The end of that block
# inside of its last byte is not known, so both forms are tried.
_EMPTY_BLOCKS: Final = (b"\x00\x00\xff\xff", b"\x00\x00\x00\xff\xff")


def pieces(
    pool: ThreadPoolExecutor, threads: int, file: PackageFile, level: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pieces of a file in order, each plain and compressed; at level 0 the second is empty.

    Raises ModError when the file changed since it was checked.
    """
    total = 0
    waiting: deque[tuple[bytes, Future[bytes] | None]] = deque()
    for data in file.blocks(PIECE_BYTES):
        total += len(data)
        future = pool.submit(joinable, data, level) if level else None
        waiting.append((data, future))
        # Two pieces for each thread: no thread waits, and the memory is bounded.
        if len(waiting) > 2 * threads:
            yield _finished(*waiting.popleft())
    while waiting:
        yield _finished(*waiting.popleft())
    if total != file.size:
        raise changed_while_packaged(file)


def _finished(data: bytes, future: Future[bytes] | None) -> tuple[bytes, bytes]:
    if future is None:
        return data, b""
    return data, future.result()


def is_worth_it(effort: Effort, file: PackageFile) -> bool:
    """Return whether compression may make the file smaller, judged by its beginning and its middle."""
    with file.open() as stream:
        sample = stream.read(PIECE_BYTES)
        stream.seek(file.size // 2)
        sample += stream.read(PIECE_BYTES)
    return effort.is_worth_it(file.path, len(sample), sample)


def changed_while_packaged(file: PackageFile) -> ModError:
    """Return the error for a file whose content differs between two reads."""
    hint = "let nothing write into the mod folder meanwhile, and run again"
    return ModError(f"{file.path} changed while it was being packaged", hint)


def joinable(data: bytes, level: int) -> bytes:
    """Compress one piece to blocks behind which further pieces, or `LAST_BLOCK`, may follow."""
    blocks = []
    start = 0
    size = _MAX_BLOCK_BYTES
    while start < len(data):
        part = data[start : start + size]
        packed = deflate.deflate_compress(part, level)
        is_one_block = bool(packed[0] & _BFINAL)
        if is_one_block:
            blocks.append(_without_end(packed, part))
            start += len(part)
            size = min(size * 2, _MAX_BLOCK_BYTES)
        else:
            size = max(len(part) // 2, 1)
    return b"".join(blocks)


def _without_end(packed: bytearray, part: bytes) -> bytes:
    """Return the only block of a stream in a form behind which further blocks may follow."""
    block = bytes([packed[0] & ~_BFINAL]) + packed[1:]
    for empty_block in _EMPTY_BLOCKS:
        if _inflates_to(part, block + empty_block + LAST_BLOCK):
            return block + empty_block
    raise AssertionError("one of the two empty blocks fits behind every block")


def _inflates_to(part: bytes, stream: bytes) -> bool:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(stream)
    except zlib.error:
        return False
    return content == part and inflater.eof and not inflater.unused_data
