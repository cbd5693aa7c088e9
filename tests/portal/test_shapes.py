"""Answers of a shape that is not the documented one are not believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import AnswerUnclear, PortalRefused
from factorio_release.local_portal import Fault
from factorio_release.portal.mod_answer import live_mod
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from tests.portal.conftest import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.portal.conftest import Server

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"


def reader(url: str) -> PortalReader:
    return PortalReader(Transport(5, run_time=RunTime(sleep=lambda _: None)), url, retries=1)


@pytest.mark.parametrize(
    "said",
    [
        {"message": "no Route matched with those values"},
        {"message": "File not found"},
        {"message": ""},
        {"message": None},
        {"message": {"text": "Mod not found"}},
        {"error": "Mod not found"},
        {"detail": "Not Found"},
        {},
    ],
)
def test_a_404_is_a_new_mod_only_in_the_observed_words(
    serve: Callable[..., Server], said: Any
) -> None:
    server = serve(answer(json.dumps(said).encode(), NOT_FOUND))
    with pytest.raises(AnswerUnclear, match="404"):
        reader(server.url).fetch("lamp-post")


def test_the_documented_404_is_a_new_mod(serve: Callable[..., Server]) -> None:
    server = serve(answer(b'{"message": "Mod not found"}', NOT_FOUND))
    assert reader(server.url).fetch("lamp-post") is None
    assert server.connections == 1


@pytest.mark.parametrize("name", ["other-mod", "Lamp-Post", "lamp-post "])
def test_an_answer_about_another_mod_is_unclear(serve: Callable[..., Server], name: str) -> None:
    server = serve(answer(json.dumps({"name": name, "releases": [{"version": "1.0.0"}]}).encode()))
    with pytest.raises(AnswerUnclear, match="lamp-post"):
        reader(server.url).fetch("lamp-post")
    with pytest.raises(AnswerUnclear, match="lamp-post"):
        reader(server.url).fetch_briefly("lamp-post")


def test_a_list_gives_only_the_mods_asked_for(serve: Callable[..., Server]) -> None:
    server = serve(answer(b'{"results": [{"name": "other-mod"}, {"name": "lamp-post"}]}'))
    assert set(reader(server.url).fetch_many(["lamp-post"])) == {"lamp-post"}


@pytest.fixture
def writer(portal: LocalPortal) -> PortalWriter:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    return PortalWriter(Transport(5), portal.url, "key", retries=0)


@pytest.mark.parametrize("code", ["InvalidRequest", "InternalError", "Unknown", "SomethingNew"])
def test_an_unsupported_test_of_the_key_proves_nothing(
    portal: LocalPortal, writer: PortalWriter, code: str
) -> None:
    portal.add_fault(Fault("edit_details", "status", f"400,{code}"))
    assert writer.may_edit("lamp-post", exists=True) is False


@pytest.mark.parametrize("code", ["InvalidApiKey", "Forbidden", "UnknownMod"])
def test_a_refused_test_of_the_key_stops_the_run(
    portal: LocalPortal, writer: PortalWriter, code: str
) -> None:
    portal.add_fault(Fault("edit_details", "status", f"403,{code}"))
    with pytest.raises(PortalRefused, match=code):
        writer.may_edit("lamp-post", exists=True)


@pytest.mark.parametrize(
    "said", [{}, {"success": None}, {"success": "true"}, {"success": 1}, {"ok": True}]
)
def test_a_write_without_success_is_unclear(serve: Callable[..., Server], said: Any) -> None:
    server = serve(answer(json.dumps(said).encode()))
    with pytest.raises(AnswerUnclear, match="without success: true"):
        PortalWriter(Transport(5), server.url, "key").edit_details("lamp-post", {"title": "x"})


@pytest.mark.parametrize("key", ["releases", "images"])
@pytest.mark.parametrize("value", [7, "text", {"version": "1.0.0"}, True])
def test_a_missing_list_is_not_an_empty_one(
    serve: Callable[..., Server], key: str, value: Any
) -> None:
    """A version that is not seen would be uploaded again, an image that is not seen removed."""
    server = serve(answer(json.dumps({"name": "lamp-post", key: value}).encode()))
    with pytest.raises(AnswerUnclear, match=key):
        reader(server.url).fetch("lamp-post")


@pytest.mark.parametrize(
    "path",
    [
        ".elsewhere.example/x",
        "@elsewhere.example/x",
        ":1@elsewhere.example/x",
        "//elsewhere.example/x",
        "https://elsewhere.example/x",
        "/download/x y",
        "/download/x)](z",
        "/download/x\n::error::",
        "/download/" + "x" * 3000,
        7,
    ],
)
def test_an_invalid_download_path_is_not_shown(path: object) -> None:
    """The portal's address is put before it: anything else than a path would make another host of it."""
    mod = live_mod({"name": "lamp-post", "releases": [{"version": "1.0.0", "download_url": path}]})
    assert [release.download_url for release in mod.releases] == [""]


def test_a_download_path_is_shown() -> None:
    path = "/download/lamp-post/5f3a0c%20b_1~2.0"
    mod = live_mod({"name": "lamp-post", "releases": [{"version": "1.0.0", "download_url": path}]})
    assert [release.download_url for release in mod.releases] == [path]


@pytest.mark.parametrize(
    "sha1", ["", "unknown", "a" * 39, "a" * 64, "g" * 40, "a" * 40 + "\n", None, 7]
)
def test_an_invalid_sum_is_not_known(sha1: object) -> None:
    mod = live_mod({"name": "lamp-post", "releases": [{"version": "1.0.0", "sha1": sha1}]})
    assert [release.sha1 for release in mod.releases] == [""]
