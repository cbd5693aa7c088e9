"""Shows packaging and uploading: a bar that redraws itself on a terminal, a line now and then elsewhere."""

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
PARTS: Final = 10
REDRAW_SECONDS: Final = 0.1
WIDTH: Final = 30
MEGABYTE: Final = 1_000_000


class Progress:
    """Told the bytes done and the total of some `work` (`uploading`); what is over at once is not shown."""

    def __init__(self, stream: Stream, work: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._work = work
        self._clock = clock
        self._terminal = stream.isatty()
        self._began = self._shown_at = 0.0
        self._shown_part = 0
        self._last = 0

    def __call__(self, done: int, total: int) -> None:
        """Show how far the upload is, if it is time to."""
        now = self._clock()
        if not self._last or done < self._last:  # the first, or the same once more
            self._began, self._shown_at, self._shown_part = now, now, 0
        self._last = done
        part = PARTS * done // total if total else PARTS
        if self._is_time(now, part):
            self._shown_at, self._shown_part = now, part
            self._stream.write(self._line(done, total, now - self._began))
            self._stream.flush()

    def _is_time(self, now: float, part: int) -> bool:
        waited = now - self._shown_at
        ends = part == PARTS and self._shown_at > self._began
        if self._terminal:
            return waited >= REDRAW_SECONDS or ends
        return waited >= EVERY_SECONDS or (part > self._shown_part and waited >= 1) or ends

    def _line(self, done: int, total: int, seconds: float) -> str:
        share = done / total if total else 1.0
        rate = done / seconds if seconds > 0 else 0.0
        left = f", {(total - done) / rate:.0f} s left" if rate and done < total else ""
        sizes = f"{done / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB"
        facts = f"{share:4.0%}  {sizes}, {rate / MEGABYTE:.1f} MB/s{left}"
        if not self._terminal:
            return f"{self._work} {facts.strip()}\n"
        bar = "#" * round(share * WIDTH)
        return f"\r\x1b[K{self._work} [{bar:<{WIDTH}}] {facts}" + ("\n" if done >= total else "")
