"""A mod as the read API describes it, stored for a rehearsal: nothing in the answer is trusted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import LocalPortal
from factorio_release.local_portal.state.live_seed import seed_live

if TYPE_CHECKING:
    from tests.local_portal.conftest import Connect, MakeBytes

BASE = "https://assets.example.org"


def test_an_answer_of_this_portal_gives_the_same_page(connect: Connect, png: MakeBytes) -> None:
    with LocalPortal() as public, LocalPortal() as mine:
        public.seed_mod(
            "lamp-post",
            owner="somebody",
            title="Lamp",
            summary="Light",
            description="# Lamp",
            faq="# Why",
            category="content",
            tags=["power"],
            license="custom_0123456789abcdef01234567",
            homepage="https://example.org",
            source_url="https://example.org/src",
            deprecated=True,
            changelog="Version: 1.0.0",
            thumbnail=png(shade=3),
            images=[png(shade=1), png(shade=2)],
            releases=["1.0.0", "0.1.01"],
            downloads_count=12,
        )
        client = connect(public)

        def read(url: str) -> bytes:
            return client.session.get(url, timeout=60).content

        seed_live(mine.state, client.full(), public.url, read)
        before, after = (one.state.mods["lamp-post"].to_json() for one in (public, mine))
        assert (after["owner"], after["account"]) == ("demo", "somebody")
        again = connect(mine).full()
    unlike = {"owner", "account", "releases", "score", "created_at", "updated_at"}
    assert {key: before[key] for key in before.keys() - unlike} == {
        key: after[key] for key in after.keys() - unlike
    }
    versions = [release["version"] for release in again["releases"]]
    assert sorted(versions) == ["0.1.01", "1.0.0"]
    assert abs(before["created_at"] - after["created_at"]) < 1e-3
    for one, other in zip(before["releases"], after["releases"], strict=True):
        assert one["sha1"] == other["sha1"]
        assert one["dependencies"] == other["dependencies"]


def seeded(answer: dict[str, Any], picture: bytes | None = None) -> dict[str, Any]:
    with LocalPortal() as portal:
        seed_live(portal.state, answer, BASE, lambda _url: picture)
        return portal.state.mods[answer["name"]].to_json()


NONSENSE: list[Any] = [None, 7, "x", [], {}, [None, 7, {"id": 5}], {"id": 7}, True, -1, "\0", "1e9"]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_is_as_good_as_absent(value: Any) -> None:
    keys = ("title", "summary", "description", "tags", "images", "releases", "license", "thumbnail")
    more = ("created_at", "downloads_count", "owner", "category", "deprecated", "changelog")
    mod = seeded({"name": "lamp-post", **dict.fromkeys((*keys, *more), value)})
    assert isinstance(mod["title"], str)
    assert mod["title"]
    assert mod["releases"] == []
    assert mod["images"] == []
    assert mod["thumbnail"] == ""
    assert isinstance(mod["downloads_count"], int)
    assert mod["downloads_count"] >= 0


@pytest.mark.parametrize(
    "release",
    [{"version": "1.0"}, {"version": "1.0.0-beta"}, {"version": 1}, {"version": "1.0.999999"}, {}],
)
def test_a_release_without_a_version_is_left_out(release: dict[str, Any]) -> None:
    mod = seeded({"name": "lamp-post", "releases": [release, {"version": "1.0.0"}]})
    assert [one["version"] for one in mod["releases"]] == ["1.0.0"]


def test_a_picture_that_is_not_what_its_id_says_is_not_shown(png: MakeBytes) -> None:
    id_ = hashlib.sha1(png(shade=1)).hexdigest()
    image = {"id": id_, "url": "/assets/x.JPEG"}
    answer = {"name": "lamp-post", "images": [image, {"id": "../../x"}], "thumbnail": "/t.png"}
    assert seeded(answer, png(shade=1))["images"] == [{"id": id_, "extension": "png"}]
    other = seeded(answer, png(shade=2))
    assert other["images"] == [{"id": id_, "extension": "jpg"}]
    assert other["thumbnail"] == hashlib.sha1(png(shade=2)).hexdigest()
    assert seeded(answer, b"<html>")["thumbnail"] == ""


def test_relative_addresses_belong_to_the_server_of_the_pictures() -> None:
    asked: list[str] = []
    with LocalPortal() as portal:
        answer = {"name": "lamp-post", "thumbnail": "/assets/t.png"}
        seed_live(portal.state, answer, BASE, asked.append)
    assert asked == [f"{BASE}/assets/t.png"]
