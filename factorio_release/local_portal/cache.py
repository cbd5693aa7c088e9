"""The cache of reads, by exact URL: a query with a random value reads past it (observed)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.answers import Answer

# Observed: answers of the read API can be up to 15 minutes old.
CACHE_SECONDS = 900.0
# Every random query makes an entry of its own: without a bound they would fill the memory.
MAX_CACHED_ANSWERS = 500


class ReadCache:
    """Answers by URL, each for `seconds`; 0 turns the cache off.

    At most `MAX_CACHED_ANSWERS` are kept; the oldest is removed first.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, tuple[float, Answer]] = {}
        self._lock = threading.Lock()

    def get(self, address: str) -> Answer | None:
        """Return the cached answer, None when there is none or it has expired."""
        with self._lock:
            if address not in self._kept:
                return None
            expires, answer = self._kept[address]
            if self._clock() >= expires:
                return None
            return answer

    def keep(self, address: str, answer: Answer) -> None:
        """Cache an answer."""
        if not self._seconds:
            return
        with self._lock:
            # Removed first, so that the new entry becomes the youngest of the dictionary.
            self._kept.pop(address, None)
            self._kept[address] = (self._clock() + self._seconds, answer)
            while len(self._kept) > MAX_CACHED_ANSWERS:
                del self._kept[next(iter(self._kept))]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
