"""Reads are repeated when that can help, and never believed when they are not what was promised."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import AnswerUnclear, PortalUnreachable
from factorio_release.local_portal import KINDS, Fault
from factorio_release.portal.reader import GLANCE_SECONDS, PortalReader
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import Transport
from tests.portal.conftest import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.local_portal import LocalPortal
    from tests.portal.conftest import Server

ARGUMENTS = {
    "giant": "33600000",
    "delay": "0.1",
    "drip": "0.2",
    "rate-limit": "1",
    "not-found": "gone",
}
HARMLESS = {"delay", "hangup", "type", "without", "image-urls"}


def faults() -> Iterator[Fault]:
    """Yield each kind of fault in each phase that it has."""
    for kind in KINDS:
        for after in (False, True):
            if kind != "call":
                with suppress(ValueError):  # this kind has one phase
                    yield Fault("mod_full", kind, ARGUMENTS.get(kind, ""), after=after)


@pytest.mark.parametrize(
    "fault", [*faults()], ids=lambda one: f"{one.kind}-{'after' if one.after else 'before'}"
)
def test_a_read_with_every_fault(portal: LocalPortal, fault: Fault) -> None:
    portal.seed_mod("lamp-post", title="Lamp", releases=["1.0.0"])
    kind = fault.kind
    portal.add_fault(fault)
    timeout = 0.5 if kind in {"hold", "drip"} else 20
    slept: list[float] = []
    transport = Transport(timeout, run_time=RunTime(sleep=slept.append))
    found = PortalReader(transport, portal.url, retries=1).fetch("lamp-post")
    assert found
    assert [str(release.number) for release in found.releases] == ["1.0.0"]
    asked_again = kind not in HARMLESS or (kind == "type" and not fault.after)
    assert len(portal.log) == 1 + asked_again
    assert len(slept) == asked_again
    if kind == "rate-limit":
        assert slept[0] >= 1  # Retry-After
    assert len({record.path for record in portal.log}) == len(portal.log), (
        "a cached answer could come again"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 410, 414, 422])
def test_a_refused_read_is_not_repeated(portal: LocalPortal, status: int) -> None:
    portal.add_fault(Fault("mod_full", "status", str(status), count=0))
    with pytest.raises(AnswerUnclear, match=str(status)):
        PortalReader(Transport(5), portal.url, retries=3).fetch("lamp-post")
    assert len(portal.log) == 1


def test_an_unknown_mod_is_none(portal: LocalPortal) -> None:
    assert PortalReader(Transport(5), portal.url, retries=3).fetch("lamp-post") is None
    assert len(portal.log) == 1


@pytest.mark.parametrize("kind", ["html:404", "empty:404", "text:404"])
def test_a_404_in_other_words_is_unclear(portal: LocalPortal, kind: str) -> None:
    """A proxy's page must not look like a mod that does not exist: a new one would be published."""
    name, _, status = kind.partition(":")
    portal.add_fault(Fault("mod_full", name, status, count=0))
    with pytest.raises(PortalUnreachable):
        PortalReader(Transport(5), portal.url, retries=0).fetch("lamp-post")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{",
        b"\xff",
        b"{}",
        b'{"name": ""}',
        b'{"name": 7}',
        b'{"name": null}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": "x", "releases": ' + b"9" * 10_000 + b"}",
    ],
)
def test_an_answer_that_is_no_mod_is_unclear(serve: Callable[..., Server], body: bytes) -> None:
    with pytest.raises(AnswerUnclear):
        PortalReader(Transport(5), serve(answer(body)).url, retries=0).fetch("lamp-post")


def test_a_request_has_up_to_a_hundred_mods(portal: LocalPortal) -> None:
    for number in range(150):
        portal.seed_mod(f"mod-{number}", releases=["1.0.0"])
    names = [f"mod-{number}" for number in range(150)] + ["not-there"]
    found = PortalReader(Transport(20), portal.url, retries=0).fetch_many(names)
    assert set(found) == set(names) - {"not-there"}
    assert [record.endpoint for record in portal.log] == ["mod_list"] * 4


def test_a_deprecated_mod_is_known_although_a_list_does_not_say_so(portal: LocalPortal) -> None:
    portal.seed_mod("old-lamps", releases=["1.0.0"], deprecated=True)
    portal.seed_mod("lamps", releases=["1.0.0"])
    found = PortalReader(Transport(5), portal.url, retries=0).fetch_many(["lamps", "old-lamps"])
    assert {name: mod.deprecated for name, mod in found.items()} == {
        "lamps": False,
        "old-lamps": True,
    }


@pytest.mark.parametrize(
    "body", [b"{}", b'{"results": null}', b'{"results": [7]}', b'{"results": [{}]}']
)
def test_an_answer_without_a_list_is_unclear(serve: Callable[..., Server], body: bytes) -> None:
    with pytest.raises(AnswerUnclear):
        PortalReader(Transport(5), serve(answer(body)).url, retries=0).fetch_many(["lamp-post"])


def test_a_brief_read_ends_within_seconds(portal: LocalPortal) -> None:
    portal.add_fault(Fault("mod_full", "hold", count=0))
    with pytest.raises(PortalUnreachable, match=f"no answer within {GLANCE_SECONDS:.0f} s"):
        PortalReader(Transport(60), portal.url, retries=5).fetch_briefly("lamp-post")
    assert len(portal.log) == 1
