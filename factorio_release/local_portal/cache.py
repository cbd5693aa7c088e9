"""Reads are kept for a while, by the exact address: a random query reads past the cache."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.answers import Answer

CACHE_SECONDS = 900.0
# Every random query makes an entry of its own: without a bound they would fill the memory.
MAX_CACHED_ANSWERS = 500


class ReadCache:
    """Answers by address, each until its time is up; `seconds` of 0 keeps nothing.

    At most `MAX_CACHED_ANSWERS` are kept; the oldest is removed first.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, tuple[float, Answer]] = {}
        self._lock = threading.Lock()

    def get(self, address: str) -> Answer | None:
        """Return the kept answer, unless its time is up."""
        with self._lock:
            expires, answer = self._kept.get(address, (0.0, None))
            return answer if self._clock() < expires else None

    def keep(self, address: str, answer: Answer) -> None:
        """Keep an answer."""
        if not self._seconds:
            return
        with self._lock:
            self._kept.pop(address, None)
            self._kept[address] = (self._clock() + self._seconds, answer)
            while len(self._kept) > MAX_CACHED_ANSWERS:
                del self._kept[next(iter(self._kept))]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
