"""When to ask again, and how long to wait before."""

from __future__ import annotations

import pytest

from factorio_release.errors import PortalUnreachable, RunTimeOver
from factorio_release.portal.retry import (
    FIRST_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    Retries,
    TryAgain,
    backoff,
    repeat,
    retry_after,
)
from factorio_release.portal.run_time import RunTime

NOON = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def test_waits_grow_with_jitter_up_to_a_bound() -> None:
    found = [[backoff(attempt) for attempt in range(12)] for _ in range(50)]
    for row in found:
        assert len(row) == 12
        for number, wait in enumerate(row):
            whole = min(FIRST_WAIT_SECONDS * 2**number, MAX_WAIT_SECONDS)
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
def test_retry_after_has_a_bound(header: str | None, seconds: float) -> None:
    assert retry_after({} if header is None else {"Retry-After": header}, NOON) == seconds


def waiting(seconds: float = 100) -> tuple[RunTime, list[float], list[str]]:
    """Give a run's time that sleeps on paper, what was slept and what was said."""
    slept: list[float] = []
    said: list[str] = []
    return RunTime(seconds, said.append, slept.append), slept, said


@pytest.mark.parametrize(("failures", "attempts"), [(0, 1), (1, 2), (2, 3), (3, 3)])
def test_an_attempt_is_repeated_until_it_succeeds_or_the_retries_are_over(
    failures: int, attempts: int
) -> None:
    run_time, slept, said = waiting()
    tried: list[int] = []

    def attempt() -> str:
        tried.append(len(tried) + 1)
        if len(tried) <= failures:
            raise TryAgain(PortalUnreachable(f"failure {len(tried)}"))
        return "done"

    if failures < 3:
        assert repeat(attempt, Retries(2, run_time)) == "done"
    else:
        with pytest.raises(PortalUnreachable, match="failure 3"):
            repeat(attempt, Retries(2, run_time))
    assert len(tried) == attempts
    assert all(
        FIRST_WAIT_SECONDS * 2**number / 2 <= wait <= FIRST_WAIT_SECONDS * 2**number
        for number, wait in enumerate(slept)
    )
    assert [line.partition("; ")[0] for line in said] == ["failure 1", "failure 2"][: attempts - 1]
    assert [line[-6:] for line in said] == ["1 of 2", "2 of 2"][: attempts - 1], (
        "one line for each wait"
    )


def test_retry_after_is_waited_for() -> None:
    run_time, slept, said = waiting()
    Retries(1, run_time).wait(PortalUnreachable("not now", retry_after=60))
    assert (slept, said) == ([60], ["not now; trying again in 60 s, 1 of 1"])


def test_layers_share_their_repeats() -> None:
    """A request within a write, and the write around it: together no more than was allowed."""
    run_time, slept, _ = waiting()
    retries = Retries(3, run_time)
    asked: list[str] = []

    def request() -> None:
        asked.append("request")
        raise TryAgain(PortalUnreachable("no answer"))

    def write() -> None:
        try:
            repeat(request, retries)
        except PortalUnreachable as error:
            raise TryAgain(error) from None

    with pytest.raises(PortalUnreachable):
        repeat(write, retries)
    assert (len(asked), len(slept)) == (4, 3)


def test_no_request_or_wait_begins_after_the_runs_time() -> None:
    run_time, slept, _ = waiting(10)
    run_time.wait(4, "first", "on")
    run_time.spend(5)
    run_time.check()
    with pytest.raises(RunTimeOver, match=r"busy; .* 10 s, ends before a wait of 1\.5 s") as caught:
        run_time.wait(1.5, "busy", "too long")
    assert "`run-timeout`" in caught.value.hint
    run_time.wait(1, "what is left", "on")
    assert (slept, run_time.left) == ([4, 1], 0)
    with pytest.raises(RunTimeOver, match="10 s, is over"):
        run_time.check()
