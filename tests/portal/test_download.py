"""Downloads over sockets: bounds, redirects and repeats."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import PortalUnreachable, RunTimeOver
from factorio_release.local_portal.faults.faults import Fault
from factorio_release.portal.download import Downloader, LoginRequired
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.local_portal import LocalPortal

PATH = "/api/mods/lib/full"


class Taken:
    """Takes the bytes of each attempt."""

    def __init__(self) -> None:
        self.attempts: list[bytes] = []

    @contextmanager
    def open(self) -> Iterator[Callable[[bytes], None]]:
        self.attempts.append(b"")

        def write(block: bytes) -> None:
            self.attempts[-1] += block

        yield write


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def downloader(waits: list[float]) -> Downloader:
    return Downloader(Transport(30, run_time=RunTime(60, sleep=waits.append)), 2)


def test_a_body_goes_to_the_sink_and_each_attempt_begins_anew(
    downloader: Downloader, portal: LocalPortal, waits: list[float]
) -> None:
    portal.seed_mod("lib", releases=["1.0.0"])
    portal.add_fault(Fault("mod_full", "cut", after=True, count=2))
    taken = Taken()
    assert downloader.get_file(portal.url + PATH, "it", taken.open, 100_000)
    assert len(taken.attempts) == 3
    assert taken.attempts[-1].startswith(b'{"name": "lib"')
    assert len(waits) == 2
    assert waits[0] < waits[1]


def test_the_progress_of_a_file_reaches_its_announced_length(portal: LocalPortal) -> None:
    portal.seed_mod("lib", releases=["1.0.0"])
    seen: list[tuple[int, int]] = []
    downloader = Downloader(
        Transport(30), 0, lambda: lambda done, total: seen.append((done, total))
    )
    taken = Taken()
    assert downloader.get_file(portal.url + PATH, "it", taken.open, 100_000)
    size = len(taken.attempts[0])
    assert seen[-1] == (size, size)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("mod_full", "giant", "2000", count=0), "the answer cannot be read or is too large"),
        (Fault("mod_full", "redirect", PATH, count=0), "more than 3 redirects"),
        (Fault("mod_full", "redirect", "ftp://127.0.0.1/x", count=0), "a redirect to another place"),
        (Fault("mod_full", "status", "418", count=0), "status 418"),
        (Fault("mod_full", "drop", count=0), "it"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_download_is_said(
    downloader: Downloader, portal: LocalPortal, fault: Fault, said: str
) -> None:
    portal.add_fault(fault)
    with pytest.raises(PortalUnreachable, match=said):
        downloader.get_file(portal.url + PATH, "it", Taken().open, 1000)


def test_small_bodies_come_from_hosts_that_belong_together_alone(
    downloader: Downloader, portal: LocalPortal
) -> None:
    portal.seed_mod("lib")
    elsewhere = portal.upload_url_base + "/x"
    portal.add_fault(Fault("mod_full", "redirect", elsewhere))
    with pytest.raises(PortalUnreachable, match="a redirect to another place"):
        downloader.get(portal.url + PATH)
    portal.add_fault(Fault("mod_full", "redirect", "/api/mods/lib"))
    assert b'"lib"' in (downloader.get(portal.url + PATH) or b"")
    portal.add_fault(Fault("mod_full", "redirect", "/login"))
    with pytest.raises(PortalUnreachable, match="it asks for a login"):
        downloader.get(portal.url + PATH)
    portal.add_fault(Fault("mod_full", "redirect", "/login"))
    with pytest.raises(LoginRequired):
        downloader.get_file(portal.url + PATH, "it", Taken().open, 1000)
    assert downloader.get(portal.url + "/api/mods/none") is None


def test_a_host_that_asks_to_wait_is_asked_again_after_that(
    downloader: Downloader, portal: LocalPortal, waits: list[float]
) -> None:
    portal.seed_mod("lib")
    portal.add_fault(Fault("mod_full", "rate-limit", "7"))
    assert downloader.get(portal.url + PATH)
    assert waits == [7.0]


def test_no_download_begins_when_the_runs_time_is_over(portal: LocalPortal) -> None:
    run_time = RunTime(1)
    run_time.spend(2)
    with pytest.raises(RunTimeOver):
        Downloader(Transport(30, run_time=run_time), 2).get(portal.url + PATH)
    assert portal.log == []
