"""Faults: each kind with each endpoint, before and after the portal acted."""

from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from factorio_release.local_portal import (
    BEHAVIOURS,
    ENDPOINTS,
    KINDS,
    Fault,
    LocalPortal,
    parse_fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import Endpoint, RequestRecord
    from tests.local_portal.conftest import Client, Connect, MakeBytes

FAST_ARGS = {"delay": "0.01", "drip": "0.0001", "hold": "0.01", "giant": "100000", "reset": "10"}
NETWORK_ERRORS = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def _request(client: Client, endpoint: Endpoint, mod_zip: MakeBytes, png: MakeBytes) -> Any:
    """Send a good request to an endpoint; its preparation is done before any fault is in force."""
    name = endpoint.name
    if name in {"finish_publish", "finish_upload", "finish_image"}:
        begin = {"finish_publish": "init_publish", "finish_upload": "init_upload"}.get(
            name, "images_add"
        )
        mod = "new-mod" if name == "finish_publish" else "lamp-post"
        url = client.begin(begin, mod)
        if name == "finish_image":
            return lambda: client.send(url, "image", png(shade=9))
        return lambda: client.send(url, "file", mod_zip(name=mod, version="1.0.1"))
    if endpoint.method == "POST":
        mod = "new-mod" if name == "init_publish" else "lamp-post"
        fields = {"mod": mod, "title": "Changed", "images": ""}
        if name == "api_login":
            fields = {"username": "demo", "password": "demo-password"}
        return lambda: client.call(name, fields)
    release = client.portal.state.mods["lamp-post"].releases[0]
    image = client.portal.state.mods["lamp-post"].images[0]
    path = endpoint.pattern.format(name="lamp-post", release=release.id, file=f"{image.id}.png")
    return lambda: client.get(path, username="demo", token="demo-token")


KINDS_TRIED = {
    False: sorted(set(KINDS) - set(BEHAVIOURS) - {"call"}),
    True: sorted(set(KINDS) - set(BEHAVIOURS) - {"call", "drip", "reset", "hangup"}),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
def test_every_fault_with_every_endpoint(
    *,
    portal: LocalPortal,
    client: Client,
    mod_zip: MakeBytes,
    png: MakeBytes,
    endpoint: Endpoint,
    after: bool,
) -> None:
    for kind in KINDS_TRIED[after]:
        portal.state.delete_mod("new-mod")
        portal.clear_cache()
        portal.seed_mod("lamp-post", releases=["1.0.0"], images=[png()])
        send = _request(client, endpoint, mod_zip, png)
        before = portal.state.snapshot()
        portal.add_fault(Fault(endpoint.name, kind, FAST_ARGS.get(kind, ""), after=after))
        try:
            answer = send()
        except NETWORK_ERRORS:
            answer = None
        record = portal.log[-1]
        acts = after or kind in {"delay", "drip", "hold", "hangup"}
        changes = endpoint.changes or endpoint.name == "download"
        assert record.acted == acts, kind
        assert (portal.state.snapshot() != before) == (acts and changes), kind
        assert record.fault == f"{endpoint.name}:{'after-' if after else ''}{kind}{_arg(kind)}@1"
        assert _shows(kind, answer, record), (kind, answer, record)
        portal.clear_faults()
        # After a hangup the portal closes the connection in its own time: the next kind needs a new one.
        client.session.close()


def _arg(kind: str) -> str:
    return f":{FAST_ARGS[kind]}" if kind in FAST_ARGS else ""


def _shows(kind: str, answer: Any, record: RequestRecord) -> bool:
    """Tell whether an answer shows its fault."""
    if kind in {"drop", "reset"}:
        return answer is None and record.status == 0
    if kind == "cut" or answer is None:
        return kind == "cut" and (answer is None or not answer.content)
    shapes: dict[str, Callable[[], bool]] = {
        "status": lambda: answer.status_code == 500 and answer.json()["error"] == "InternalError",
        "text": lambda: answer.status_code == 500 and "json" not in answer.headers["Content-Type"],
        "html": lambda: answer.status_code == 502 and "<html>" in answer.text,
        "empty": lambda: answer.status_code == 200 and answer.content == b"",
        "truncated": lambda: answer.status_code < 400,
        "type": lambda: answer.headers["Content-Type"] == "text/html; charset=utf-8",
        "redirect": lambda: record.status == 302,
        "rate-limit": lambda: answer.status_code == 429 and answer.headers["Retry-After"] == "1",
        "not-found": lambda: (
            answer.status_code == 404 and answer.json() == {"message": "Mod not found"}
        ),
        "giant": lambda: len(answer.content) == 100_000,
    }
    return shapes.get(kind, lambda: bool(answer.status_code < 400))()


def test_truncated_json_cannot_be_read_and_cut_json_does_not_arrive(
    portal: LocalPortal, client: Client
) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(Fault("mod_full", "truncated", after=True))
    with pytest.raises(requests.JSONDecodeError):
        client.full()
    portal.add_fault(Fault("mod_full", "cut", after=True))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.full()
    assert client.full()["name"] == "lamp-post"


def test_a_redirect_fault_sends_the_given_address(portal: LocalPortal, client: Client) -> None:
    portal.add_fault(parse_fault("mod_full:redirect:http://127.0.0.1:9/x:y"))
    portal.add_fault(parse_fault("mod_short:redirect:307,http://127.0.0.1:9/"))
    full, short = client.get("/api/mods/x/full"), client.get("/api/mods/x")
    assert (full.status_code, full.headers["Location"]) == (302, "http://127.0.0.1:9/x:y")
    assert (short.status_code, short.headers["Location"]) == (307, "http://127.0.0.1:9/")


def test_a_status_with_a_code(portal: LocalPortal, client: Client) -> None:
    portal.add_fault(parse_fault("edit_details:status:500,InvalidModUpload"))
    answer = client.call("edit_details", {"mod": "x"})
    assert (answer.status_code, answer.json()["error"]) == (500, "InvalidModUpload")


def test_a_giant_answer_is_sent_without_holding_it(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(Fault("mod_full", "giant", str(30 << 20), after=True))
    answer = client.get("/api/mods/lamp-post/full")
    assert len(answer.content) == 30 << 20
    assert answer.json()["name"] == "lamp-post"


def test_a_delayed_request_is_acted_on_after_its_client_is_gone(
    portal: LocalPortal, client: Client
) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(Fault("edit_details", "delay", "0.2"))
    with pytest.raises(requests.ReadTimeout):
        client.session.post(
            f"{portal.url}/api/v2/mods/edit_details",
            data={"mod": "lamp-post", "title": "Late"},
            headers={"Authorization": f"Bearer {client.key}"},
            timeout=0.05,
        )
    assert portal.state.mods["lamp-post"].title == "lamp-post"
    portal.wait_until_idle()
    assert portal.state.mods["lamp-post"].title == "Late"


def test_a_dripped_answer_takes_its_time(portal: LocalPortal, client: Client) -> None:
    portal.add_fault(Fault("mod_short", "drip", "0.005"))
    began = time.monotonic()
    assert client.get("/api/mods/x").json() == {"message": "Mod not found"}
    assert time.monotonic() - began > 0.1


def test_a_hangup_answers_and_closes_though_it_said_nothing(portal: LocalPortal) -> None:
    portal.add_fault(Fault("mod_short", "hangup"))
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(portal.url.rsplit(":", 1)[1]), timeout=300
    )
    connection.request("GET", "/api/mods/x")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection"), answer.read()[:10]) == (
        404,
        None,
        b'{"message"',
    )
    assert connection.sock.recv(1) == b""
    connection.close()


def test_a_reset_in_the_middle_of_an_upload_leaves_the_address_good(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    url = client.begin("init_upload")
    portal.add_fault(Fault("finish_upload", "reset", str(1 << 20)))
    with pytest.raises(NETWORK_ERRORS):
        client.send(url, "file", bytes(8 << 20))
    assert portal.log[-1].request_size == 1 << 20
    assert client.send(url, "file", mod_zip()).json() == {"success": True}
    assert list(portal.state.store.spool.iterdir()) == []


def test_a_callback_sees_the_request_at_its_moment(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post", title="before")
    seen = []

    def note(record: RequestRecord) -> None:
        seen.append((record.endpoint, portal.state.mods["lamp-post"].title))

    portal.add_fault(Fault("edit_details", "call", callback=note))
    portal.add_fault(Fault("edit_details", "call", nth=2, after=True, callback=note))
    client.call("edit_details", {"mod": "lamp-post", "title": "one"})
    client.call("edit_details", {"mod": "lamp-post", "title": "two"})
    assert seen == [("edit_details", "before"), ("edit_details", "two")]


TURNS = [
    ("mod_short:text@2", [404, 500, 404, 404]),
    ("mod_short:textx2", [500, 500, 404, 404]),
    ("*:text@3x*", [404, 404, 500, 500]),
    ("reads:text@1x3", [500, 500, 500, 404]),
    ("writes:textx*", [404, 404, 404, 404]),
    ("mod_full:text", [404, 404, 404, 404]),
]


@pytest.mark.parametrize(("text", "statuses"), TURNS)
def test_which_request_is_struck(
    portal: LocalPortal, client: Client, text: str, statuses: list[int]
) -> None:
    portal.add_fault(parse_fault(text))
    assert [client.get("/api/mods/x").status_code for _ in statuses] == statuses
    portal.clear_faults()
    assert client.get("/api/mods/x").status_code == 404


def test_chance_strikes_some_and_a_seed_repeats_it(connect: Connect) -> None:
    def statuses() -> Any:
        with LocalPortal(random_seed=5, faults=[parse_fault("*:text~30%")]) as portal:
            client = connect(portal)
            return [client.get("/api/mods/x").status_code for _ in range(60)]

    first = statuses()
    assert 8 < first.count(500) < 30
    assert statuses() == first


PARSED = [
    ("*:drop", Fault("*", "drop")),
    ("finish_upload:after-drop@2x3", Fault("finish_upload", "drop", nth=2, count=3, after=True)),
    ("mod_full:status:503,Unknownx*", Fault("mod_full", "status", "503,Unknown", count=0)),
    ("reads:delay:0.5~5%", Fault("reads", "delay", "0.5", count=0, chance=0.05)),
    (
        "login:redirect:https://example.org/a?b=c",
        Fault("login", "redirect", "https://example.org/a?b=c"),
    ),
    ("finish_upload:lag:seconds=60", Fault("finish_upload", "lag", "seconds=60")),
    ("mod_full:without:sha1+imagesx*", Fault("mod_full", "without", "sha1+images", count=0)),
    ("*:normalise:tags+urlsx*", Fault("*", "normalise", "tags+urls", count=0)),
    ("edit_details:needs-fieldsx*", Fault("edit_details", "needs-fields", count=0)),
    ("finish_upload:repackx2", Fault("finish_upload", "repack", count=2)),
    ("changes:lag:reads=3x*", Fault("changes", "lag", "reads=3", count=0)),
    ("mod_full:not-found:no such page", Fault("mod_full", "not-found", "no such page")),
    ("changes:rate-limit:120@4", Fault("changes", "rate-limit", "120", nth=4)),
]


@pytest.mark.parametrize(("text", "fault"), PARSED)
def test_a_fault_in_words(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault
    assert parse_fault(str(fault)) == fault


WRONG = [
    ("", "is not a fault"),
    ("drop", "is not a fault"),
    ("finish_uplod:drop", "did you mean finish_upload"),
    ("*:dorp", "did you mean drop"),
    ("*:delay:soon", "takes a number"),
    ("*:status:abc", "takes a status"),
    ("*:status:99", "takes a status"),
    ("*:after-drip", "no after-drip"),
    ("*:drop@0", "is not a fault"),
    ("*:lag:3", "takes reads=N or seconds=N"),
    ("*:flip:minutes=3", "takes reads=N or seconds=N"),
    ("finish_upload:after-lag", "no after-lag"),
    ("mod_full:lag", "lag does not go with mod_full"),
    ("reads:flip", "flip does not go with reads"),
    ("finish_image:repack", "repack does not go with finish_image"),
    ("edit_details:normalise:words", "takes some of lines"),
    ("mod_full:without:sha1,images", "takes FIELD"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_text_that_is_not_a_fault_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_fault(text)


def test_a_dropped_connection_is_a_reset(portal: LocalPortal) -> None:
    portal.add_fault(Fault("*", "drop"))
    with socket.create_connection(
        ("127.0.0.1", int(portal.url.rsplit(":", 1)[1])), timeout=300
    ) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            wire.recv(1)
