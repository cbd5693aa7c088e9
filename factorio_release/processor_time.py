"""Ends work that takes too much processor time, such as a pattern that tries all ways to match."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class TooMuchWork(Exception):
    """The work was ended."""


@contextmanager
def limited_work(seconds: float) -> Iterator[None]:
    """Raise TooMuchWork where the work inside takes more processor time; a busy machine changes nothing.

    A search with a regular expression looks for signals, so that it can be ended. Where there is no
    such timer (Windows), and outside of the main thread, the work is not limited.
    """
    timer = getattr(signal, "ITIMER_VIRTUAL", None)
    if timer is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        raise TooMuchWork

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(signal.SIGVTALRM, before)
