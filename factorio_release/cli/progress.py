"""Progress of packaging and uploading: a bar on a terminal, single lines elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Stream(Protocol):
        """A stream for text."""

        def write(self, text: str, /) -> int: ...  # noqa: D102
        def flush(self) -> None: ...  # noqa: D102
        def isatty(self) -> bool: ...  # noqa: D102


# Without a terminal: a line for every tenth, at most one a second, and one after five seconds in any case.
_PARTS: Final = 10
_MIN_LINE_SECONDS: Final = 1.0
_MAX_LINE_SECONDS: Final = 5.0
_REDRAW_SECONDS: Final = 0.1
_BAR_CHARACTERS: Final = 30
_MEGABYTE: Final = 1_000_000


class Progress:
    """Shows how far some `work` is, such as `uploading`; work that is done at once is not shown."""

    def __init__(
        self, stream: Stream, work: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._work = work
        self._clock = clock
        self._terminal = stream.isatty()
        self._began = self._shown_at = 0.0
        self._shown_part = 0
        self._last = 0

    def __call__(self, done: int, total: int) -> None:
        """Show the progress when it is time to; `done` and `total` are bytes."""
        now = self._clock()
        if not self._last or done < self._last:  # the first call, or an upload that starts again
            self._began, self._shown_at, self._shown_part = now, now, 0
        self._last = done
        part = _PARTS * done // total if total else _PARTS
        if self._is_time(now, part):
            self._shown_at, self._shown_part = now, part
            self._stream.write(self._line(done, total, now - self._began))
            self._stream.flush()

    def _is_time(self, now: float, part: int) -> bool:
        waited = now - self._shown_at
        # The end is shown where something was shown before.
        if part == _PARTS and self._shown_at > self._began:
            return True
        if self._terminal:
            return waited >= _REDRAW_SECONDS
        if part > self._shown_part and waited >= _MIN_LINE_SECONDS:
            return True
        return waited >= _MAX_LINE_SECONDS

    def _line(self, done: int, total: int, seconds: float) -> str:
        share = done / total if total else 1.0
        rate = done / seconds if seconds > 0 else 0.0
        facts = f"{share:4.0%}  {done / _MEGABYTE:.1f} of {total / _MEGABYTE:.1f} MB"
        facts += f", {rate / _MEGABYTE:.1f} MB/s"
        if rate and done < total:
            facts += f", {(total - done) / rate:.0f} s left"
        if not self._terminal:
            return f"{self._work} {facts.strip()}\n"
        bar = "#" * round(share * _BAR_CHARACTERS)
        line = f"\r\x1b[K{self._work} [{bar:<{_BAR_CHARACTERS}}] {facts}"  # clears the line first
        return line if done < total else f"{line}\n"
