"""The time that one run may spend on the portal; the only module that sleeps between requests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from factorio_release.errors import RunTimeOver

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_SECONDS: Final = 3600.0
HINT: Final = (
    "run the same command again: it finishes what is missing and repeats nothing; "
    "`run-timeout` sets how long a run may take"
)
_DECIMALS_BELOW_SECONDS: Final = 10


class RunTime:
    """The seconds that a run may spend on the portal: its requests and the waits between them.

    It is also the clock of the run's waits, which `sleep` takes: a sleep that only counts makes a run with
    long waits end at once.

    Checks, packaging and the time in which a user reads the plan do not count. When nothing is left, no
    request and no wait begins any more. One that has begun is not cut off: its effect would be unknown.
    `say` receives one line for each wait.
    """

    def __init__(
        self,
        seconds: float = DEFAULT_SECONDS,
        say: Callable[[str], None] = lambda _line: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self.spent = 0.0
        self._say = say
        self._sleep = sleep

    @property
    def left(self) -> float:
        """The seconds that are left, never less than zero."""
        return max(self._seconds - self.spent, 0.0)

    def spend(self, seconds: float) -> None:
        """Count the seconds that a request took."""
        self.spent += seconds

    def check(self) -> None:
        """Raise RunTimeOver if nothing is left."""
        if not self.left:
            raise RunTimeOver(f"this run's time on the portal, {self._seconds:g} s, is over", HINT)

    def wait(self, seconds: float, cause: str, then: str) -> None:
        """Log `cause` and what follows (`then`), and sleep.

        Raises RunTimeOver without sleeping if less is left than the wait takes.
        """
        if seconds > self.left:
            budget = f"this run's time on the portal, {self._seconds:g} s"
            raise RunTimeOver(
                f"{cause}; {budget}, ends before a wait of {duration_text(seconds)}", HINT
            )
        self._say(f"{cause}; {then}")
        self._sleep(seconds)
        self.spent += seconds


def duration_text(seconds: float) -> str:
    """Return a wait as people read it: `0.4 s`, `12 s`."""
    if seconds < _DECIMALS_BELOW_SECONDS:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s"
