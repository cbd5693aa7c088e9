"""Reads that show a write late or by turns, for a number of reads or seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import parse_fault

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, Clock, MakeBytes


def _retitle(client: Client, title: str) -> None:
    assert client.call("edit_details", {"mod": "lamp-post", "title": title}).json()["success"]


def _titles(client: Client, count: int) -> list[str]:
    return [client.full()["title"] for _ in range(count)]


def _versions(client: Client, count: int) -> list[int]:
    return [len(client.full()["releases"]) for _ in range(count)]


def test_as_many_reads_as_asked_show_the_mod_before_the_write(
    portal: LocalPortal, client: Client
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:lag:reads=2"))
    _retitle(client, "new")
    assert portal.state.mods["lamp-post"].title == "new"
    assert _titles(client, 4) == ["old", "old", "new", "new"]
    _retitle(client, "newer")
    assert _titles(client, 1) == ["newer"]


def test_seconds_pass_by_the_portals_clock(
    portal: LocalPortal, client: Client, clock: Clock
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:lag:seconds=60"))
    _retitle(client, "new")
    clock.now += 59
    assert _titles(client, 5) == ["old"] * 5
    clock.now += 1
    assert _titles(client, 2) == ["new"] * 2


def test_a_hidden_new_mod_reads_as_404_and_its_name_is_taken(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.add_fault(parse_fault("finish_publish:lag:reads=2"))
    assert client.publish(mod_zip()).json()["success"]
    assert client.get("/api/mods/lamp-post").json() == {"message": "Mod not found"}
    assert client.call("init_publish", {"mod": "lamp-post"}).json()["error"] == "ModAlreadyExists"
    assert client.get("/api/mods", namelist="lamp-post").json()["results"] == []
    assert client.full()["name"] == "lamp-post"


def test_a_release_that_does_not_show_is_refused_when_it_comes_again(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", releases=["0.9.0"])
    portal.add_fault(parse_fault("finish_upload:lag:reads=9"))
    assert client.upload(mod_zip()).json()["success"]
    assert client.upload(mod_zip()).json()["error"] == "InvalidModRelease"
    assert _versions(client, 10) == [1] * 9 + [2]


def test_a_lag_joins_an_answer_that_is_lost_or_an_error(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", releases=["0.9.0"])
    portal.add_fault(parse_fault("finish_upload:after-status:500,InternalError"))
    portal.add_fault(parse_fault("finish_upload:lag:reads=1"))
    answer = client.upload(mod_zip())
    assert (answer.status_code, answer.json()["error"]) == (500, "InternalError")
    assert (
        portal.log[-1].fault
        == "finish_upload:after-status:500,InternalError@1 finish_upload:lag:reads=1@1"
    )
    assert _versions(client, 2) == [1, 2]


def test_reads_show_the_new_and_the_old_by_turns(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:flip:reads=4"))
    _retitle(client, "new")
    assert _titles(client, 6) == ["new", "old", "new", "old", "new", "new"]


def test_a_lag_and_then_turns_for_a_while(
    portal: LocalPortal, client: Client, clock: Clock
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:lag:reads=1"))
    portal.add_fault(parse_fault("edit_details:flip:seconds=30"))
    _retitle(client, "new")
    assert _titles(client, 5) == ["old", "new", "old", "new", "old"]
    clock.now += 30
    assert _titles(client, 2) == ["new", "new"]


def test_writes_become_visible_in_their_order(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post", title="0", summary="0")
    portal.add_fault(parse_fault("edit_details:lag:reads=4@1"))
    portal.add_fault(parse_fault("edit_details:lag:reads=2@2"))
    for title in "123":
        _retitle(client, title)
    assert _titles(client, 6) == ["0", "0", "0", "0", "3", "3"]
    portal.add_fault(parse_fault("edit_details:lag:reads=1@1"))
    portal.add_fault(parse_fault("edit_details:lag:reads=3@2"))
    for title in "45":
        _retitle(client, title)
    assert _titles(client, 4) == ["3", "4", "4", "5"]


def test_each_endpoint_lags_for_itself_and_each_mod_too(
    portal: LocalPortal, client: Client, png: MakeBytes
) -> None:
    for name in ("lamp-post", "other"):
        portal.seed_mod(name, title="old")
    portal.add_fault(parse_fault("changes:lag:reads=1x*"))
    _retitle(client, "new")
    assert client.full("other")["title"] == "old"
    assert _titles(client, 2) == ["old", "new"]
    assert client.add_image(png()).json()["id"]
    assert ["images" in client.full() for _ in range(2)] == [False, True]


def test_a_write_that_changes_nothing_makes_nothing_late(
    portal: LocalPortal, client: Client
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:lag:reads=9"))
    assert client.call("edit_details", {"mod": "lamp-post"}).json()["success"]
    _retitle(client, "new")
    assert _titles(client, 1) == ["new"]


def test_show_all_ends_every_lag(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault("edit_details:lag:seconds=900"))
    _retitle(client, "new")
    portal.clear_faults()
    assert _titles(client, 1) == ["old"]
    portal.show_all()
    assert _titles(client, 1) == ["new"]


@pytest.mark.parametrize("kind", ["lag", "flip"])
def test_without_an_argument_a_few_reads_are_late(
    portal: LocalPortal, client: Client, kind: str
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault(f"edit_details:{kind}"))
    _retitle(client, "new")
    assert _titles(client, 7).count("old") == 3
