"""Counts the calls and the memory of a function, for tests that do not measure time."""

from __future__ import annotations

import sys
import tracemalloc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 4
MAX_RATIO = 6.0  # lists grow in steps; what is quadratic reaches 16


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
    """Compare the work of `number` pieces with that of four times as many."""
    work(number)()  # imports and caches are filled
    for measure in (calls, peak):
        once, more = measure(work(number)), measure(work(TIMES * number))
        assert more <= MAX_RATIO * once, (measure.__name__, once, more)
