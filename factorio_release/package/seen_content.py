"""Whether a file of the mod is read twice with the same content: what was checked is what is packed."""

from __future__ import annotations

import hashlib
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import os

# Of a larger file CRC-32, size and times are compared: it is up to thirty times as fast as SHA-256. That all
# three are the same by accident is not to be expected; CRC-32 alone is no protection against intent.
_MAX_HASHED_BYTES: Final = 128 << 10


class SeenContent:
    """What was read of a file for the first time, to find out whether a later read gives the same.

    The digest of the whole content decides. As long as only a part was read, and for a large file, size and
    times of the file must be the same too. Checks and packaging may read at the same time.
    `was_read_in_part` says that some reader had only a part of it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.was_read_in_part = False
        self._size_and_times: tuple[int, ...] | None = None
        self._digest: bytes | int = b""

    def __getstate__(self) -> dict[str, object]:
        """Return it without the lock: what another process has read is compared here as well."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take what another process has read."""
        vars(self).update(state, _lock=Lock())

    def opened(self, state: os.stat_result) -> None:
        """Store size and times of the file when it is opened for the first time."""
        with self._lock:
            if self._size_and_times is None:
                self._size_and_times = _size_and_times(state)

    def is_as_first_opened(self, state: os.stat_result) -> bool:
        """Return whether size and times are those of the first opening, if there was one."""
        return self._size_and_times in {None, _size_and_times(state)}

    def is_same(self, state: os.stat_result, digest: bytes | int) -> bool:
        """Return whether the content read now is the content seen before; its digest is kept.

        An int is the checksum of a large file: then size and times must be the same as well.
        """
        with self._lock:
            is_first = self._digest == b""
            if is_first:
                self._digest = digest
            elif digest != self._digest:
                return False
        if is_first or isinstance(digest, int):
            return self.is_as_first_opened(state)
        return True


class ContentDigest:
    """The digest of a file with `size` bytes: `value` is the SHA-256, for a large file the CRC-32."""

    def __init__(self, size: int) -> None:
        self._sha256 = hashlib.sha256() if size <= _MAX_HASHED_BYTES else None
        self._crc32 = 0

    def update(self, block: bytes) -> None:
        """Add the next bytes."""
        if self._sha256 is not None:
            self._sha256.update(block)
        else:
            from deflate import crc32  # noqa: PLC0415 start-up: a check reads no large file whole

            self._crc32 = crc32(block, self._crc32)

    @property
    def value(self) -> bytes | int:
        """The digest of what was given so far."""
        return self._crc32 if self._sha256 is None else self._sha256.digest()


def _size_and_times(state: os.stat_result) -> tuple[int, ...]:
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
