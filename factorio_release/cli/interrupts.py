"""The signals that end a run: raised as KeyboardInterrupt where work is done, held back where it is recorded.

A run that was told to stop still says what is public. So the first signal must not find the program between
a write to the portal and the note of it, nor in the middle of the report. This module is imported before
all others, and so imports next to nothing itself.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# Ctrl-C; a cancelled job; a terminal that was closed, which Windows does not have.
_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts:
    """What this process does with these signals.

    A signal is held back unless it arrives in a `released` block. Ctrl-C counts each time: somebody is
    impatient. Of the others a second one of the same kind is ignored: supervisors send them to a group
    and to its leader as well.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._held = True
        self._pending = False
        self._seen: set[int] = set()

    def install(self) -> None:
        """Take the signals over, held back; what was ignored before (`nohup`) stays ignored."""
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is None or number in self._before or signal.getsignal(number) == signal.SIG_IGN:
                continue
            try:
                self._before[number] = signal.signal(number, self._received)
            except ValueError:  # not in the main thread, where signals are somebody else's
                return

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Take the signals over inside the block; where `install` was called before, they stay taken."""
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
        """Ignore the signals from here on: Python gives handlers back before it ends, and would be killed."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Raise KeyboardInterrupt for a signal inside the block, and for one that was held back before."""
        before, self._held = self._held, False
        try:
            if self._pending:
                self._raise()
            yield
        finally:
            self._held = before

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold signals back inside the block; they are raised where a `released` block begins."""
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
