"""When to ask again: exponential backoff with jitter, the portal's own wish first."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.errors import PortalUnreachable

T = TypeVar("T")

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0
LONGEST_WISH: Final = 120.0
PASSING: Final = frozenset({429, 502, 503, 504})


def waits(retries: int) -> Iterator[float]:
    """Yield a wait in seconds for each retry: 0.5, 1, 2 … up to 30, each between half and all of it."""
    for attempt in range(retries):
        yield min(FIRST_WAIT * 2**attempt, LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 jitter, no secret


def wished_wait(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds that `Retry-After` asks for, 0 without one, at most 120.

    The header has seconds or a date; `now` is the time of day as seconds since 1970.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 start-up: only when a portal asks to wait

    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WISH)  # unlike int, float takes any number of digits
    try:
        return min(max(parsedate_to_datetime(value).timestamp() - now, 0.0), LONGEST_WISH)
    except (ValueError, TypeError, OverflowError):
        return 0.0


class TryAgain(Exception):
    """An attempt failed in a way that may pass; `failure` is what to raise when it does not."""

    def __init__(self, failure: PortalUnreachable) -> None:
        super().__init__(str(failure))
        self.failure = failure


def repeat(attempt: Callable[[], T], retries: int) -> T:
    """Return what `attempt` returns, calling it again after TryAgain, `retries` times at most."""
    for wait in waits(retries):
        try:
            return attempt()
        except TryAgain as again:
            time.sleep(max(wait, again.failure.retry_after))
    try:
        return attempt()
    except TryAgain as again:
        raise again.failure from None
