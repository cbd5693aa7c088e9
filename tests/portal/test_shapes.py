"""Answers of a shape that is not the documented one are not believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import AnswerUnclear, PortalRefused
from factorio_release.local_portal import Fault
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from tests.portal.conftest import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.portal.conftest import Server

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"


def reader(url: str) -> PortalReader:
    return PortalReader(Transport(5), url, retries=1)


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
def test_a_404_is_a_new_mod_in_the_documented_words_alone(serve: Callable[..., Server], said: Any) -> None:
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
        reader(server.url).glance("lamp-post")


def test_a_list_answers_for_the_mods_asked_for_alone(serve: Callable[..., Server]) -> None:
    server = serve(answer(b'{"results": [{"name": "other-mod"}, {"name": "lamp-post"}]}'))
    assert set(reader(server.url).fetch_many(["lamp-post"])) == {"lamp-post"}


@pytest.fixture
def writer(portal: LocalPortal) -> PortalWriter:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    return PortalWriter(Transport(5), portal.url, "key", retries=0)


@pytest.mark.parametrize("code", ["InvalidRequest", "InternalError", "Unknown", "SomethingNew"])
def test_a_probe_that_the_portal_does_not_take_proves_nothing(
    portal: LocalPortal, writer: PortalWriter, code: str
) -> None:
    portal.add_fault(Fault("edit_details", "status", f"400,{code}"))
    assert writer.may_edit("lamp-post", exists=True) is False


@pytest.mark.parametrize("code", ["InvalidApiKey", "Forbidden", "UnknownMod"])
def test_a_probe_that_the_portal_refuses_stops(portal: LocalPortal, writer: PortalWriter, code: str) -> None:
    portal.add_fault(Fault("edit_details", "status", f"403,{code}"))
    with pytest.raises(PortalRefused, match=code):
        writer.may_edit("lamp-post", exists=True)


@pytest.mark.parametrize("key", ["releases", "images"])
@pytest.mark.parametrize("value", [7, "text", {"version": "1.0.0"}, True])
def test_a_list_that_is_none_is_not_an_empty_one(serve: Callable[..., Server], key: str, value: Any) -> None:
    """A version that is not seen would be uploaded again, an image that is not seen removed."""
    server = serve(answer(json.dumps({"name": "lamp-post", key: value}).encode()))
    with pytest.raises(AnswerUnclear, match=key):
        reader(server.url).fetch("lamp-post")
