"""When to ask again, and how long to wait before."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from factorio_release.errors import PortalUnreachable
from factorio_release.portal.retry import FIRST_WAIT, LONGEST_WAIT, TryAgain, repeat, waits, wished_wait

NOON = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def test_waits_grow_with_jitter_up_to_a_bound() -> None:
    found = [list(waits(12)) for _ in range(50)]
    for row in found:
        assert len(row) == 12
        for number, wait in enumerate(row):
            whole = min(FIRST_WAIT * 2**number, LONGEST_WAIT)
            assert whole / 2 <= wait <= whole
    assert len({row[0] for row in found}) > 40


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("120", 120),
        ("121", 120),
        ("9" * 5000, 120),
        ("000000000005", 5),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("\u0667", 0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10),
        ("Tue, 14 Nov 2023 22:13:10 GMT", 0),
        ("Fri, 14 Nov 2053 22:13:30 GMT", 120),
        ("Tue, 14 Nov 99999 22:13:30 GMT", 0),
        ("Tue, 99 Nov 2023 22:13:30 GMT", 0),
    ],
)
def test_the_wish_of_the_portal_is_capped(header: str | None, seconds: float) -> None:
    assert wished_wait({} if header is None else {"Retry-After": header}, NOON) == seconds


@pytest.mark.parametrize(("failures", "attempts"), [(0, 1), (1, 2), (2, 3), (3, 3)])
def test_an_attempt_is_repeated_until_it_succeeds_or_the_retries_are_over(
    failures: int, attempts: int
) -> None:
    tried: list[float] = []

    def attempt() -> str:
        tried.append(time.monotonic())
        if len(tried) <= failures:
            raise TryAgain(PortalUnreachable(f"failure {len(tried)}"))
        return "done"

    if failures < 3:
        assert repeat(attempt, 2) == "done"
    else:
        with pytest.raises(PortalUnreachable, match="failure 3"):
            repeat(attempt, 2)
    assert len(tried) == attempts
    assert all(later - sooner >= FIRST_WAIT / 2 for sooner, later in pairwise(tried))


def test_the_portals_wish_is_waited_for() -> None:
    tried: list[float] = []

    def attempt() -> None:
        tried.append(time.monotonic())
        if len(tried) == 1:
            raise TryAgain(PortalUnreachable("not now", retry_after=0.8))

    repeat(attempt, 1)
    assert tried[1] - tried[0] >= 0.8
