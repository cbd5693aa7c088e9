"""A file that is hashed while it is written, each hash in a thread of its own."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, Final, Self

if TYPE_CHECKING:
    from concurrent.futures import Future

_BLOCK: Final = 1 << 20


class HashedFile:
    """Writes to `stream` in large blocks; `size` counts what was given, `hashes` is known after the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self.size = 0
        self.hashes = ("", "")
        self._stream = stream
        self._parts: list[bytes | bytearray] = []
        self._waiting = 0
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
        """Take bytes that nobody changes afterwards."""
        self._parts.append(data)
        self._waiting += len(data)
        self.size += len(data)
        if self._waiting >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        block = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        for earlier in self._hashing:
            earlier.result()  # at most one block waits: hashes go in order, and memory stays bounded
        self._hashing = [self._threads.submit(update, block) for update in self._updates]
        self._stream.write(block)
        self._parts, self._waiting = [], 0
