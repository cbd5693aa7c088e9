"""The time that one run may spend on the portal, and the only place that sleeps between requests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from factorio_release.errors import RunTimeOver

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_SECONDS: Final = 3600.0
TENTHS_BELOW: Final = 10
HINT: Final = (
    "run the same command again: it finishes what is missing and repeats nothing; "
    "`run-timeout` sets how long a run may take"
)


class RunTime:
    """The seconds that a run may spend on the portal: its requests and the waits between them.

    Only these count, not the checks, the packaging or a user who reads the plan. When they are over,
    no request and no wait begins any more; one that has begun ends as it would have. `say` gets one
    line for each wait.
    """

    def __init__(
        self,
        seconds: float = DEFAULT_SECONDS,
        say: Callable[[str], None] = lambda _line: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._spent = 0.0
        self._say = say
        self._sleep = sleep

    @property
    def left(self) -> float:
        """The seconds that are left, never less than zero."""
        return max(self._seconds - self._spent, 0.0)

    def spend(self, seconds: float) -> None:
        """Count seconds that a request took."""
        self._spent += seconds

    def check(self) -> None:
        """Raise RunTimeOver when nothing is left."""
        if not self.left:
            raise RunTimeOver(f"this run's time on the portal, {self._seconds:g} s, is over", HINT)

    def wait(self, seconds: float, cause: str, then: str) -> None:
        """Say the cause and what follows, and sleep. Raises RunTimeOver at once when too little is left."""
        if seconds > self.left:
            ends = (
                f"this run's time on the portal, {self._seconds:g} s, ends before a wait of {short(seconds)}"
            )
            raise RunTimeOver(f"{cause}; {ends}", HINT)
        self._say(f"{cause}; {then}")
        self._sleep(seconds)
        self._spent += seconds


def short(seconds: float) -> str:
    """Write a wait as people read it: `0.4 s`, `12 s`."""
    return f"{seconds:.1f} s" if seconds < TENTHS_BELOW else f"{seconds:.0f} s"
