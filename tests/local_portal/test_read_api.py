"""The read API: its fields, those left out, and its cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from factorio_release.local_portal import LocalPortal, ReleaseSeed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_portal.conftest import Client, Clock, Connect, MakeBytes


NOT_FOUND = {"message": "Mod not found"}


@pytest.mark.parametrize("path", ["/api/mods/nobody", "/api/mods/nobody/full"])
def test_an_unknown_mod(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_a_legacy_name_with_spaces(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("Squeak Through", releases=["1.2.0"])
    assert client.get("/api/mods/Squeak%20Through").json()["name"] == "Squeak Through"


def test_the_short_answer(client: Client, portal: LocalPortal, clock: Clock) -> None:
    portal.seed_mod(
        "lamp-post", summary="s", description="d", faq="f", releases=["1.0.0"], score=1.5
    )
    answer = client.get("/api/mods/lamp-post").json()
    release = answer["releases"][0]
    assert set(answer) == {
        "name",
        "title",
        "owner",
        "summary",
        "downloads_count",
        "score",
        "releases",
    }
    assert release["info_json"] == {"factorio_version": "2.0"}
    assert release["released_at"] == "2023-11-14T22:13:20.000000Z"
    assert release["download_url"].startswith("/download/lamp-post/")


def test_reads_are_cached_by_the_exact_address(
    client: Client, portal: LocalPortal, clock: Clock
) -> None:
    portal.seed_mod("lamp-post", title="old")
    path = "/api/mods/lamp-post/full"
    assert client.get(path).json()["title"] == "old"
    client.call("edit_details", {"mod": "lamp-post", "title": "new"})
    assert client.get(path).json()["title"] == "old"
    assert client.get(path, cb="17").json()["title"] == "new"
    assert [record.cached for record in portal.log] == [False, False, True, False]
    clock.now += 899
    assert client.get(path).json()["title"] == "old"
    clock.now += 2
    assert client.get(path).json()["title"] == "new"


def test_a_404_is_cached_as_well(client: Client, portal: LocalPortal, mod_zip: MakeBytes) -> None:
    assert client.get("/api/mods/lamp-post").status_code == 404
    client.publish(mod_zip())
    assert client.get("/api/mods/lamp-post").status_code == 404
    portal.clear_cache()
    assert client.get("/api/mods/lamp-post").status_code == 200


def test_a_portal_without_a_cache(connect: Connect) -> None:
    with LocalPortal(cache_seconds=0) as portal:
        client = connect(portal)
        portal.seed_mod("lamp-post", title="old")
        client.get("/api/mods/lamp-post")
        portal.change_mod("lamp-post", title="new")
        assert client.get("/api/mods/lamp-post").json()["title"] == "new"


def test_releases_come_in_no_promised_order(connect: Connect) -> None:
    versions = [f"1.0.{n}" for n in range(30)]
    with LocalPortal(shuffle_releases=True, random_seed=3) as portal:
        portal.seed_mod("lamp-post", releases=versions)
        releases = connect(portal).full()["releases"]
    shown = [one["version"] for one in releases]
    assert shown != versions
    assert sorted(shown) == sorted(versions)


@pytest.fixture
def shelf(portal: LocalPortal, clock: Clock) -> Any:
    for number, name in enumerate(["banana", "apple", "cherry", "damson"]):
        clock.now += 10
        version = "2.0" if number % 2 else "1.1"
        portal.seed_mod(name, releases=[ReleaseSeed("1.0.0", version)], deprecated=name == "damson")
    return portal


LISTS = [
    ({}, ["damson", "cherry", "banana", "apple"]),
    ({"sort": "name", "sort_order": "asc"}, ["apple", "banana", "cherry", "damson"]),
    ({"sort": "created_at", "sort_order": "asc"}, ["banana", "apple", "cherry", "damson"]),
    ({"sort": "updated_at"}, ["damson", "cherry", "apple", "banana"]),
    ({"hide_deprecated": "true"}, ["cherry", "banana", "apple"]),
    ({"version": "2.0"}, ["damson", "apple"]),
    ({"namelist": "apple,cherry,nobody"}, ["cherry", "apple"]),
    ({"page_size": "3"}, ["damson", "cherry", "banana"]),
    ({"page_size": "3", "page": "2"}, ["apple"]),
    ({"page_size": "max"}, ["damson", "cherry", "banana", "apple"]),
    ({"page": "9"}, []),
]


@pytest.mark.parametrize(("query", "names"), LISTS, ids=lambda one: str(one)[:40])
def test_a_list(
    client: Client, shelf: LocalPortal, query: dict[str, str], names: list[str]
) -> None:
    answer = client.get("/api/mods", **query).json()
    assert [one["name"] for one in answer["results"]] == names
    named = "namelist" in query
    assert all(("releases" in one) == named for one in answer["results"])
    assert all(("latest_release" in one) != named for one in answer["results"])


def test_the_pages_of_a_list(client: Client, shelf: LocalPortal) -> None:
    pagination = client.get("/api/mods", page_size="3", page="2").json()["pagination"]
    assert (pagination["count"], pagination["page"], pagination["page_count"]) == (4, 2, 2)
    assert pagination["links"]["next"] is None
    assert pagination["links"]["prev"] == f"{shelf.url}/api/mods?page=1&page_size=3"
    assert client.get("/api/mods", page_size="max").json()["pagination"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "0" * 9},
        {"page": "000000001" + "9" * 5000},
        {"page": "00000000010000000"},
        {"page": "x"},
        {"page_size": "-1"},
        {"sort": "size"},
        {"sort_order": "up"},
    ],
)
def test_a_list_that_cannot_be(client: Client, query: dict[str, str]) -> None:
    assert client.get("/api/mods", **query).status_code == 400


def test_a_download_needs_an_account(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes
) -> None:
    client.publish(mod_zip())
    path = client.full()["releases"][0]["download_url"]
    for query in (
        {},
        {"username": "demo"},
        {"username": "demo", "token": "wrong"},
        {"username": "x"},
    ):
        refused = client.get(path, **query)
        assert (refused.status_code, refused.headers["Location"]) == (302, f"{portal.url}/login")
    answer = client.get(path, username="demo", token="demo-token")
    assert answer.content == mod_zip()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lamp-post_1.0.0.zip"'
    assert client.full()["downloads_count"] == 1
    unknown = client.get("/download/lamp-post/0", username="demo", token="demo-token")
    assert unknown.status_code == 404


def test_no_file_outside_is_an_asset(client: Client, tmp_path: Path, png: MakeBytes) -> None:
    outside = tmp_path / "outside.png"
    outside.write_bytes(png())
    assert client.get(f"/assets/{quote(str(outside), safe='')}").status_code == 404


@pytest.mark.parametrize(
    "path", ["x.png", "..%2f..%2freserved.json", "x.zip", "x.thumb.py", "%00.png"]
)
def test_no_asset(client: Client, path: str) -> None:
    assert client.get(f"/assets/{path}").status_code == 404
