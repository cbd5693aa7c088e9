"""Counts the calls and the memory of a function, for tests that do not measure time."""

from __future__ import annotations

import sys
import tracemalloc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 4
# What is quadratic reaches 16. Calls are the same in each run; lists grow in steps.
MAX_RATIO = {"calls": 4.5, "peak": 6.0}
ENOUGH = 20_000  # calls beside which those that do not grow are nothing


def calls(action: Callable[[], object]) -> int:
    """Count the calls of Python and C functions."""
    number = 0

    def see(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        action()
    finally:
        sys.setprofile(before)
    return number


def peak(action: Callable[[], object]) -> int:
    """Return the most memory that was allocated at one time, in bytes."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def assert_linear(work: Callable[[int], Callable[[], object]], number: int) -> None:
    """Compare the work of `number` pieces with that of four times as many.

    A quarter of the number is taken if that is enough.
    """
    few = number // TIMES
    work(few)()  # imports and caches are filled
    if calls(work(few)) < ENOUGH:
        few = number
    for measure in (calls, peak):
        once, more = measure(work(few)), measure(work(TIMES * few))
        assert more <= MAX_RATIO[measure.__name__] * once, (measure.__name__, once, more)
