"""Stops work that takes too much processor time, such as a pattern that tries all ways to match."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ProcessorTimeExceeded(Exception):
    """The work took more processor time than it may."""


@contextmanager
def limit_processor_time(seconds: float) -> Iterator[None]:
    """Raise ProcessorTimeExceeded when the block takes more than `seconds` of processor time.

    Time in which other programs run does not count, so a busy machine does not change the result.
    The work is not limited on Windows, which has no such timer, and outside of the main thread, which
    alone receives signals.
    """
    # A thread or a deadline could not stop `re`: one match is one call. But it looks for signals.
    # By name: Windows has none of the three.
    timer = getattr(signal, "ITIMER_VIRTUAL", None)
    expired = getattr(signal, "SIGVTALRM", None)
    set_timer = getattr(signal, "setitimer", None)
    if timer is None or expired is None or set_timer is None:
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise ProcessorTimeExceeded

    before = signal.signal(expired, stop)
    set_timer(timer, seconds)
    try:
        yield
    finally:
        set_timer(timer, 0)
        signal.signal(expired, before)
