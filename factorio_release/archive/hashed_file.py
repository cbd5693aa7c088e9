"""A file that is hashed while it is written, with one thread for each hash."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, Final, Self

if TYPE_CHECKING:
    from concurrent.futures import Future

_BLOCK_BYTES: Final = 1 << 20


class HashedFile:
    """Writes to `stream` in blocks of about 1 MiB, and hashes each block.

    `size` is the number of bytes given so far. `hashes` are the SHA-1 and the SHA-256 in lower-case hex,
    known when the `with` block has ended.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.size = 0
        self.hashes = ("", "")
        self._stream = stream
        self._parts: list[bytes | bytearray] = []
        self._buffered_bytes = 0
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self._updates = (self._sha1.update, self._sha256.update)
        self._threads = ThreadPoolExecutor(2)
        self._hashing: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._flush()
        self._threads.shutdown()
        self.hashes = (self._sha1.hexdigest(), self._sha256.hexdigest())

    def write(self, data: bytes | bytearray) -> None:
        """Write bytes, which must not be changed afterwards: other threads still read them."""
        self._parts.append(data)
        self._buffered_bytes += len(data)
        self.size += len(data)
        if self._buffered_bytes >= _BLOCK_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._parts:
            return
        block = self._parts[0]
        if len(self._parts) > 1:
            block = b"".join(self._parts)
        # At most one block waits: so the blocks are hashed in order, and memory is bounded.
        for earlier in self._hashing:
            earlier.result()
        self._hashing = [self._threads.submit(update, block) for update in self._updates]
        self._stream.write(block)
        self._parts = []
        self._buffered_bytes = 0
