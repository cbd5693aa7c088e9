"""When a request is repeated: exponential backoff with jitter, or what the portal asks for.

The portal's operator asks for exponential backoff on errors and bans abusive clients (documented).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar

from factorio_release.portal.run_time import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.errors import PortalUnreachable
    from factorio_release.portal.run_time import RunTime

T = TypeVar("T")

FIRST_WAIT_SECONDS: Final = 0.5
MAX_WAIT_SECONDS: Final = 30.0
MAX_RETRY_AFTER_SECONDS: Final = 120.0
# "Not now", from the portal or from a proxy before it. They say nothing about the request itself.
TEMPORARY_STATUSES: Final = frozenset({429, 502, 503, 504})


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds that the header `Retry-After` asks for; 0 without one, at most 120.

    The header holds seconds or an HTTP date (RFC 9110, 10.2.3). `now` is the time of day in seconds
    since 1970. The bound stops an answer that would hold a job for hours.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 start-up: only if a portal asks to wait

    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        # float() takes any number of digits, int() refuses more than 4300.
        return min(float(value), MAX_RETRY_AFTER_SECONDS)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


class Retries:
    """How often one operation may be repeated, in whatever layer its requests fail.

    A write needs several requests. They share one object, so that the repeats of two layers do not
    multiply. `allowed` is the number of repeats, without the first attempt.
    """

    def __init__(self, allowed: int, run_time: RunTime) -> None:
        self._allowed = allowed
        self._used = 0
        self._run_time = run_time

    @property
    def used_up(self) -> bool:
        """Whether no repeat is left."""
        return self._used >= self._allowed

    def wait(self, failure: PortalUnreachable) -> None:
        """Wait before the next attempt: longer each time, or as long as the portal asks for.

        Raises `failure` if no repeat is left, and RunTimeOver if the run has no time for the wait.
        """
        if self.used_up:
            raise failure
        seconds = max(backoff(self._used), failure.retry_after)
        self._used += 1
        then = f"trying again in {duration_text(seconds)}, {self._used} of {self._allowed}"
        self._run_time.wait(seconds, str(failure), then)


def backoff(attempt: int) -> float:
    """Return the wait in seconds after attempt 0, 1, 2 …: half to all of 0.5, 1, 2 … up to 30.

    The jitter keeps jobs that failed together from coming back together.
    """
    longest = min(FIRST_WAIT_SECONDS * 2.0**attempt, MAX_WAIT_SECONDS)
    return longest * random.uniform(0.5, 1)  # noqa: S311 jitter, no secret


class TryAgain(Exception):
    """An attempt failed in a way that may pass; `failure` is the error to raise if it does not."""

    def __init__(self, failure: PortalUnreachable) -> None:
        super().__init__(str(failure))
        self.failure = failure


def repeat(attempt: Callable[[], T], retries: Retries) -> T:
    """Return what `attempt` returns; call it again after TryAgain as often as `retries` allows."""
    while True:
        try:
            return attempt()
        except TryAgain as again:
            failure = again.failure
        retries.wait(failure)
