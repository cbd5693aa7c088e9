"""The signals that end a run: KeyboardInterrupt while work is done, held back while it is recorded.

An interrupted run must still report what is public. So a signal must not interrupt the program between a
write to the portal and the record of it, nor in the middle of the report. This module is imported before
all others, and therefore imports almost nothing.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# Ctrl-C, a cancelled job, a closed terminal. Windows has no SIGHUP; SIGBREAK is its own: Ctrl-Break, and
# what a runner sends to a job that has not ended after Ctrl-C.
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Interrupts:
    """The state of signal handling in this process.

    A signal is held back unless it arrives in a `released` block. Every Ctrl-C counts: a person presses it
    again when the first has not ended the program. Of the other signals, a second one of the same kind is
    ignored: supervisors send the same signal to a process group and to its leader.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._held = True
        self._pending = False
        self._seen: set[int] = set()

    def install(self) -> None:
        """Install the handlers; a signal that is ignored already (`nohup`) stays ignored."""
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is None or number in self._before:
                continue
            if signal.getsignal(number) == signal.SIG_IGN:
                continue
            try:
                self._before[number] = signal.signal(number, self._received)
            except ValueError:  # not the main thread: Python allows handlers only there
                return

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Install the handlers for the block; after an earlier `install` they also stay installed."""
        if self._before:
            yield
            return
        self.install()
        try:
            yield
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            self._before.clear()
            self._seen.clear()
            self._pending = False

    def ignore(self) -> None:
        """Ignore the signals from here on.

        Python restores the default handlers before it ends, and a signal would then kill the process.
        """
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Raise KeyboardInterrupt for a signal in the block, and for one that was held back before it."""
        before, self._held = self._held, False
        try:
            if self._pending:
                self._raise()
            yield
        finally:
            self._held = before

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold signals back in the block; the next `released` block raises KeyboardInterrupt for them."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if number in self._seen and number != signal.SIGINT:
            return
        self._seen.add(number)
        self._pending = True
        if not self._held:
            self._raise()

    def _raise(self) -> NoReturn:
        self._pending = False
        raise KeyboardInterrupt


INTERRUPTS: Final = Interrupts()
