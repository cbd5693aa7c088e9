"""HTTP as clients send it: chunks, Expect, keep-alive, malformed requests, and half a gigabyte."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from factorio_release.local_portal import ENDPOINTS, LocalPortal

if TYPE_CHECKING:
    from factorio_release.local_portal import Endpoint
    from tests.local_portal.conftest import Client, Connect, MakeBytes

KEY = {"Authorization": "Bearer demo-key-of-the-local-portal"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DETAILS = "/api/v2/mods/edit_details"


@pytest.fixture
def wire(portal: LocalPortal) -> Any:
    """A raw connection to the portal."""
    with socket.create_connection(_address(portal.url), timeout=300) as connection:
        yield connection


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


def _exchange(wire: socket.socket, request: bytes) -> Any:
    wire.sendall(request)
    answer = http.client.HTTPResponse(wire)
    answer.begin()
    return answer.status, dict(answer.getheaders()), answer.read()


METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.name)
def test_another_method_is_refused_in_json(
    client: Client, portal: LocalPortal, endpoint: Endpoint
) -> None:
    base = portal.url if endpoint.host == "portal" else portal.upload_url_base
    path = endpoint.pattern.format(name="x", token="x", release="x", file="x")
    for method in set(METHODS) - {endpoint.method}:
        answer = client.session.request(method, base + path, data=b"x" * 100, timeout=300)
        assert (answer.status_code, answer.json()["error"]) == (405, "InvalidRequest"), method


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/mods/a/b/c", "/api/v2/mods", "/upload/release/x", "/%ff"]
)
def test_an_unknown_path_is_refused_in_json(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, "Unknown")


def test_the_two_hosts_do_not_answer_for_each_other(client: Client, portal: LocalPortal) -> None:
    assert client.session.get(f"{portal.upload_url_base}/api/mods", timeout=300).status_code == 404
    assert client.session.post(f"{portal.url}/upload/image/x", timeout=300).status_code == 404


def test_chunks_trailers_and_the_next_request(portal: LocalPortal, wire: socket.socket) -> None:
    portal.seed_mod("lamp-post")
    head = f"POST {DETAILS} HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY['Authorization']}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = "4;ext=1\r\nmod=\r\nA\r\nlamp-post&\r\n9\r\ntitle=New\r\n0\r\nTrailer: x\r\n\r\n"
    for _ in range(2):
        status, _, content = _exchange(wire, (head + body).encode())
        assert (status, json.loads(content)["success"]) == (200, True)
    assert portal.state.mods["lamp-post"].title == "New"
    assert portal.log[0].request_size == 23


@pytest.mark.parametrize("chunk", ["x\r\n", "-1\r\n", "5\r\nab", "1" * 5000])
def test_broken_chunks_end_the_connection(
    portal: LocalPortal, wire: socket.socket, chunk: str
) -> None:
    head = f"POST {DETAILS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    wire.sendall(
        (head + FORM["Content-Type"].join(["Content-Type: ", "\r\n\r\n"]) + chunk).encode()
    )
    with pytest.raises((OSError, http.client.BadStatusLine)):  # noqa: PT012 - either line may be the first to fail
        wire.shutdown(socket.SHUT_WR)
        http.client.HTTPResponse(wire).begin()
    portal.wait_until_idle()
    assert portal.log[0].status == 0


def test_the_body_is_asked_for_when_the_client_waits(
    portal: LocalPortal, wire: socket.socket
) -> None:
    portal.seed_mod("lamp-post")
    body = b"mod=lamp-post&title=Asked"
    head = f"POST {DETAILS} HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY['Authorization']}\r\n"
    head += f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    wire.sendall(head.encode())
    assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert _exchange(wire, body)[0] == 200


def test_a_refused_client_that_waits_for_100_continue_is_not_asked_for_its_body(
    portal: LocalPortal, wire: socket.socket
) -> None:
    head = b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\nExpect: 100-continue\r\n\r\n"
    status, headers, _ = _exchange(wire, head)
    assert (status, headers["Connection"]) == (404, "close")


BAD_HEADS = [
    (b"NONSENSE\r\n\r\n", 400),
    (b"BREW / HTTP/1.1\r\n\r\n", 501),
    (b"GET / HTTP/9.9\r\n\r\n", 505),
    (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    (b"POST /api/v2/mods/edit_details HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
    (b"POST /api/v2/mods/edit_details HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
]


@pytest.mark.parametrize(
    ("head", "status"), BAD_HEADS, ids=[str(one[1]) + str(n) for n, one in enumerate(BAD_HEADS)]
)
def test_a_broken_request_is_refused_in_json(wire: socket.socket, head: bytes, status: int) -> None:
    found, headers, content = _exchange(wire, head)
    assert (found, headers["Content-Type"]) == (status, "application/json")
    assert json.loads(content)["error"] == "InvalidRequest"


def test_head_has_no_body(client: Client) -> None:
    answer = client.session.head(client.portal.url + "/api/mods", timeout=300)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


BROKEN_FORMS = [
    ("application/json", b'{"mod": "lamp-post"}'),
    ("text/plain", b"mod=lamp-post"),
    ("application/x-www-form-urlencoded", b"mod=%ff%fe"),
    ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(1001))),
    ("application/x-www-form-urlencoded", b"mod=lamp-post&faq=" + b"x" * (9 << 20)),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="mod"\r\n\r\nlamp',
    ),
    ("multipart/form-data; boundary=x", b"--xyz\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 9000 + b"\r\n\r\n--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="m"\r\n\r\n\r\n' * 1001,
    ),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN_FORMS, ids=range(len(BROKEN_FORMS)))
def test_a_broken_form_is_refused_and_the_connection_goes_on(
    client: Client, portal: LocalPortal, kind: str, body: bytes
) -> None:
    portal.seed_mod("lamp-post")
    for _ in range(2):
        answer = client.session.post(
            portal.url + DETAILS, data=body, headers={**KEY, "Content-Type": kind}, timeout=300
        )
        assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequest")
    assert portal.state.mods["lamp-post"].faq == ""


def test_a_stopped_portal_leaves_nothing_open(png: MakeBytes) -> None:
    portal = LocalPortal()
    folder = portal.state.store.directory
    with portal:
        idle = socket.create_connection(_address(portal.url))
        portal.hold()
        held = socket.create_connection(_address(portal.url))
        held.sendall(b"GET / HTTP/1.1\r\n\r\n")
        portal.wait_for_request(1)
    with idle, held:
        assert idle.recv(1) == b""
    assert not folder.exists()
    assert portal.log[0].status == 0


def test_a_mistake_of_the_portal_is_an_internal_error_and_is_kept(connect: Connect) -> None:
    with LocalPortal() as portal:
        client = connect(portal)
        portal.seed_mod("lamp-post")
        portal.change_mod("lamp-post", images=None)
        answer = client.get("/api/mods/lamp-post/full")
        assert (answer.status_code, answer.json()["error"]) == (500, "InternalError")
        portal.seed_mod("lamp-post", releases=["1.0.0"])
        for path in (portal.state.store.directory / "files").iterdir():
            path.unlink()
        with pytest.raises(OSError, match="Connection"):
            client.get(
                client.full()["releases"][0]["download_url"], username="demo", token="demo-token"
            )
    assert ["TypeError" in portal.defects[0], "FileNotFoundError" in portal.defects[1]] == [
        True,
        True,
    ]


SERVER = """
import sys
from factorio_release.local_portal import LocalPortal
with LocalPortal() as portal:
    portal.seed_mod("lamp-post")
    print(portal.url, flush=True)
    sys.stdin.read()
    with open("/proc/self/status", encoding="ascii") as status:
        print([line.split()[1] for line in status if line.startswith("VmHWM")][0])
"""
UPLOAD_SIZE = 200 << 20


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_large_upload_goes_to_disk_and_not_to_memory() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        answer = _upload_zeros(_upload_url(url), UPLOAD_SIZE)
        server.stdin.close()
        peak = int(server.stdout.read()) << 10
    assert answer == {"error": "InvalidModUpload", "message": "Invalid zip file"}
    assert peak < 100 << 20


def _upload_url(url: str) -> Any:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)
    connection.request(
        "POST", "/api/v2/mods/releases/init_upload", "mod=lamp-post", {**KEY, **FORM}
    )
    address = json.loads(connection.getresponse().read())["upload_url"]
    connection.close()
    return address


def _upload_zeros(url: str, size: int) -> Any:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    tail = b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)
    connection.putrequest("POST", urlsplit(url).path)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders(head)
    block = bytes(1 << 20)
    for _ in range(size // len(block)):
        connection.send(block)
    connection.send(tail)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer
