"""When to ask again: exponential backoff with jitter, the portal's own wish first."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar

from factorio_release.portal.run_time import short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.errors import PortalUnreachable
    from factorio_release.portal.run_time import RunTime

T = TypeVar("T")

FIRST_WAIT_SECONDS: Final = 0.5
MAX_WAIT_SECONDS: Final = 30.0
MAX_RETRY_AFTER_SECONDS: Final = 120.0
PASSING: Final = frozenset({429, 502, 503, 504})


def wished_wait(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds that `Retry-After` asks for, 0 without one, at most 120.

    The header has seconds or a date; `now` is the time of day as seconds since 1970.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 start-up: only when a portal asks to wait

    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_SECONDS)  # unlike int, float takes any number of digits
    try:
        return min(max(parsedate_to_datetime(value).timestamp() - now, 0.0), MAX_RETRY_AFTER_SECONDS)
    except (ValueError, TypeError, OverflowError):
        return 0.0


class Retries:
    """How often one thing that is asked of the portal is asked again, in whatever layer it fails.

    A write needs several requests; they share one of these, so that their repeats do not multiply.
    """

    def __init__(self, allowed: int, run_time: RunTime) -> None:
        self._allowed = allowed
        self._used = 0
        self._run_time = run_time

    @property
    def used_up(self) -> bool:
        """Whether nothing may be asked again."""
        return self._used >= self._allowed

    def wait(self, failure: PortalUnreachable) -> None:
        """Wait before the next attempt: as long as the portal wishes, or longer each time.

        Raises `failure` when no attempt is left, and RunTimeOver when the run has no time for it.
        """
        if self.used_up:
            raise failure
        seconds = max(backoff(self._used), failure.retry_after)
        self._used += 1
        again = f"trying again in {short(seconds)}, {self._used} of {self._allowed}"
        self._run_time.wait(seconds, str(failure), again)


def backoff(attempt: int) -> float:
    """Return the wait in seconds after attempt 0, 1, 2 …: between half and all of 0.5, 1, 2 … up to 30."""
    return min(FIRST_WAIT_SECONDS * 2.0**attempt, MAX_WAIT_SECONDS) * random.uniform(0.5, 1)  # noqa: S311 jitter, no secret


class TryAgain(Exception):
    """An attempt failed in a way that may pass; `failure` is what to raise when it does not."""

    def __init__(self, failure: PortalUnreachable) -> None:
        super().__init__(str(failure))
        self.failure = failure


def repeat(attempt: Callable[[], T], retries: Retries) -> T:
    """Return what `attempt` returns, calling it again after TryAgain as often as `retries` allows."""
    while True:
        try:
            return attempt()
        except TryAgain as again:
            failure = again.failure
        retries.wait(failure)
