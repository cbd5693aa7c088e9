"""Threads that coverage measures, started so that none fails for it.

Python before 3.12 may raise "Cannot install a trace function while another trace function is being
installed" in a thread that starts when another one does. That thread ends before it has begun.
"""

from __future__ import annotations

import sys
import threading


def install_one_by_one() -> None:
    """Have each thread install coverage's trace function while no other thread does."""
    install = threading.gettrace()
    if install is None or sys.version_info >= (3, 12):
        return
    threading.settrace(None)  # as coverage does
    installing = threading.Lock()
    start = threading.Thread.start

    def start_measured(thread: threading.Thread) -> None:
        run = thread.run

        def run_measured() -> None:
            with installing:
                install(sys._getframe(), "call", None)  # noqa: SLF001 what a trace function is given
            run()

        thread.run = run_measured  # type: ignore[method-assign]
        start(thread)

    threading.Thread.start = start_measured  # type: ignore[method-assign, assignment]
