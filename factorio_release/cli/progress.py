"""Shows an upload: a bar that redraws itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Stream(Protocol):
        """Where lines go."""

        def write(self, text: str, /) -> int: ...  # noqa: D102
        def flush(self) -> None: ...  # noqa: D102
        def isatty(self) -> bool: ...  # noqa: D102


EVERY_SECONDS: Final = 5.0
EVERY_SHARE: Final = 0.1
REDRAW_SECONDS: Final = 0.1
WIDTH: Final = 30
MEGABYTE: Final = 1_000_000


class UploadProgress:
    """Told the bytes done and the total; small uploads that are over at once are not shown."""

    def __init__(self, stream: Stream, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._began = self._shown_at = clock()
        self._shown_share = 0.0
        self._last = 0

    def __call__(self, done: int, total: int) -> None:
        """Show how far the upload is, if it is time to."""
        now = self._clock()
        if done < self._last:  # another upload, or the same one again
            self._began, self._shown_share = now, 0.0
        self._last = done
        share = done / total if total else 1.0
        if self._is_time(now, share):
            self._shown_at, self._shown_share = now, share
            self._stream.write(self._line(done, total, now - self._began, share))
            self._stream.flush()

    def _is_time(self, now: float, share: float) -> bool:
        waited = now - self._shown_at
        if self._terminal:
            return waited >= REDRAW_SECONDS or (share >= 1 and self._shown_share > 0)
        long = waited >= EVERY_SECONDS or (share - self._shown_share >= EVERY_SHARE and waited >= 1)
        return long or (share >= 1 and self._shown_share > 0)

    def _line(self, done: int, total: int, seconds: float, share: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        left = f", {(total - done) / rate:.0f} s left" if rate and done < total else ""
        sizes = f"{done / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB"
        facts = f"{share:4.0%}  {sizes}, {rate / MEGABYTE:.1f} MB/s{left}"
        if not self._terminal:
            return f"uploading {facts.strip()}\n"
        bar = "#" * round(share * WIDTH)
        return f"\r\x1b[Kuploading [{bar:<{WIDTH}}] {facts}" + ("\n" if done >= total else "")
