"""Who gets what: the key goes to the portal's origin, whatever the environment or a server says."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.transport import PortalRequest, Transport
from factorio_release.portal.writer import PortalWriter
from tests.portal.conftest import OK, Server, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY = "canary-key-0123456789abcdef"
Serve = "Callable[..., Server]"


def writer_of(server: Server, *, retries: int = 0) -> PortalWriter:
    return PortalWriter(Transport(5), server.url, KEY, retries=retries)


def test_the_key_is_only_in_the_header_of_a_write(serve: Callable[..., Server]) -> None:
    portal = serve()
    writer_of(portal).edit_details("lamp", {"title": "Lamp"})
    [request] = portal.requests
    assert request.count(KEY.encode()) == 1
    assert f"\r\nAuthorization: Bearer {KEY}\r\n".encode() in request
    assert b"\r\nUser-Agent: factorio-release/" in request


def test_a_read_takes_no_password_from_netrc(
    serve: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    portal = serve(answer(b'{"name": "lamp"}'))
    PortalReader(Transport(5), portal.url, 0).fetch("lamp")
    assert b"authorization" not in portal.requests[0].lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve: Callable[..., Server], status: int) -> None:
    elsewhere = serve()
    moved = b"HTTP/1.1 %d Moved\r\nLocation: %s/x\r\n" % (status, elsewhere.url.encode())
    portal = serve(answer(b"", moved))
    with pytest.raises(AnswerUnclear):
        PortalReader(Transport(5), portal.url, 0).fetch("lamp")
    with pytest.raises(AnswerUnclear):
        writer_of(portal).edit_details("lamp", {"title": "Lamp"})
    with pytest.raises(AnswerUnclear):
        writer_of(portal).init_upload("lamp")
    assert len(portal.requests) == 3
    assert elsewhere.connections == 0


def test_an_upload_follows_no_redirect_and_has_no_key(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    elsewhere = serve()
    moved = b"HTTP/1.1 307 Moved\r\nLocation: %s/x\r\n" % elsewhere.url.encode()
    upload = serve(answer(b"", moved))
    archive = tmp_path / "lamp_1.0.0.zip"
    archive.write_bytes(b"zip")
    with pytest.raises(AnswerUnclear):
        writer_of(serve()).finish_release(
            f"{upload.url}/upload/token", copy_content(archive, PrivateFile()), {}
        )
    assert elsewhere.connections == 0
    assert KEY.encode() not in upload.requests[0]
    assert b"authorization" not in upload.requests[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://upload.example/token",
        "ftp://upload.example/token",
        "file:///etc/passwd",
        "//upload.example/token",
        "upload.example/token",
        "https:///token",
        "https://user@upload.example/token",
        "https://user:word@upload.example/token",
        "https://:@upload.example/token",
        "https://[::1/token",
        "https://upload.example:99999/token",
        "https://upload.example:x/token",
        "https://upload.example/to ken",
        "https://upload.example/to\r\nken",
        "https://upload.example/t\u00f6ken",
        "https://upl\u00f6ad.example/token",
        "javascript:alert(1)",
        "data:,x",
        "\x00",
        " ",
    ],
)
def test_an_invalid_upload_url_is_not_used(serve: Callable[..., Server], url: str) -> None:
    import json  # noqa: PLC0415 here alone

    portal = serve(answer(json.dumps({"upload_url": url}).encode()))
    hidden: list[str] = []
    writer = PortalWriter(Transport(5), portal.url, KEY, retries=0, on_secret=hidden.append)
    with pytest.raises(PortalUnreachable, match="upload URL") as caught:
        writer.init_upload("lamp")
    assert not isinstance(caught.value, AnswerUnclear)
    assert hidden == [url]
    assert url.strip("\x00 ") == "" or url not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("value", ['""', "null", "7", "[]", '{"a": 1}', "true"])
def test_an_upload_url_must_be_text(serve: Callable[..., Server], value: str) -> None:
    portal = serve(answer(f'{{"upload_url": {value}}}'.encode()))
    with pytest.raises(AnswerUnclear, match="without an upload_url"):
        writer_of(portal).init_upload("lamp")


def test_a_portal_elsewhere_may_not_send_uploads_to_this_machine(
    serve: Callable[..., Server],
) -> None:
    """A plain address on this machine is for a portal on this machine alone."""
    here = serve()
    from factorio_release.portal.writer import _check_upload_url  # noqa: PLC0415 no portal elsewhere to ask

    with pytest.raises(PortalUnreachable, match="not https"):
        _check_upload_url(f"{here.url}/token", "https://mods.example")
    _check_upload_url(f"{here.url}/token", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    "host", ["a..b", "." * 3, "x" * 64 + ".example", "-", "_._", "0x7f.1.1.1.1"]
)
def test_an_invalid_host_cannot_have_got_the_request(host: str, tmp_path: Path) -> None:
    archive = tmp_path / "lamp_1.0.0.zip"
    archive.write_bytes(b"zip")
    writer = PortalWriter(Transport(2), "https://portal.invalid", KEY, retries=0)
    with pytest.raises(PortalUnreachable) as caught:
        writer.finish_release(
            f"https://{host}/secret-token", copy_content(archive, PrivateFile()), {}
        )
    assert not isinstance(caught.value, AnswerUnclear)
    assert "secret-token" not in str(caught.value)


def test_an_unknown_host_is_unreachable() -> None:
    with pytest.raises(PortalUnreachable, match="the connection cannot be made") as caught:
        Transport(5).send(PortalRequest("GET", "https://portal.invalid/", "the portal"))
    assert not isinstance(caught.value, AnswerUnclear)


def test_cookies_are_not_kept(serve: Callable[..., Server]) -> None:
    portal = serve(answer(b'{"name": "lamp"}', OK + b"Set-Cookie: session=abc; Path=/\r\n"))
    reader = PortalReader(Transport(5), portal.url, 0)
    reader.fetch("lamp")
    reader.fetch("lamp")
    assert not any(b"cookie" in request.lower() for request in portal.requests)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_portal_on_this_machine_is_reached_without_a_proxy(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    proxy, portal = serve(), serve(answer(b'{"name": "lamp"}'))
    monkeypatch.setenv(name, proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    PortalReader(Transport(5), portal.url, 0).fetch("lamp")
    assert (proxy.connections, portal.connections) == (0, 1)


class Tunnel(Server):
    """A proxy that connects everything to one port of this machine."""

    target: int = 0

    def _answer(self, raw: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            raw,
            socket.create_connection(("127.0.0.1", self.target)) as far,
        ):
            head = b""
            while b"\r\n\r\n" not in head:
                head += raw.recv(1)
            self.requests.append(head)
            raw.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pump, args=(far, raw), daemon=True)
            back.start()
            _pump(raw, far)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def tunnel() -> Iterator[Tunnel]:
    running = Tunnel(list)
    yield running
    running.close()


def test_a_proxy_and_a_private_certificate_authority_work(  # noqa: PLR0917 fixtures
    serve: Callable[..., Server],
    secured: Any,
    authority: Any,
    tunnel: Tunnel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portal = serve(answer(), wrap=secured)
    tunnel.target = portal.port
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("HTTPS_PROXY", tunnel.url.replace("//", "//somebody:word@"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    # A name that resolves to nothing here: only the proxy can have connected it.
    with pytest.raises(PortalUnreachable, match="certificate"):
        PortalWriter(Transport(5), "https://portal.invalid", KEY, retries=0).init_upload("lamp")
    writer = PortalWriter(Transport(5), f"https://localhost:{portal.port}", KEY, retries=0)
    writer.edit_details("lamp", {"title": "Lamp"})
    assert KEY.encode() in portal.requests[0]
    assert [KEY.encode() in head for head in tunnel.requests] == [False] * len(tunnel.requests)
    assert tunnel.requests[0].startswith(b"CONNECT portal.invalid:443 ")


def test_an_untrusted_certificate_is_refused_before_the_key_is_sent(
    serve: Callable[..., Server], secured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = serve(answer(), wrap=secured)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with pytest.raises(PortalUnreachable, match="certificate") as caught:
        PortalWriter(Transport(5), f"https://127.0.0.1:{portal.port}", KEY, retries=0).init_upload(
            "lamp"
        )
    assert not isinstance(caught.value, AnswerUnclear)
    assert portal.requests == []


def test_a_missing_ca_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    with pytest.raises(PortalUnreachable, match="REQUESTS_CA_BUNDLE") as caught:
        Transport(5).send(
            PortalRequest("POST", "https://127.0.0.1:1/", "the portal", KEY, [("mod", "lamp")])
        )
    assert not isinstance(caught.value, AnswerUnclear)


def test_a_refusal_names_the_usage_that_the_key_lacks(serve: Callable[..., Server]) -> None:
    portal = serve(
        answer(b'{"error": "InvalidApiKey", "message": "no"}', b"HTTP/1.1 403 Forbidden\r\n")
    )
    with pytest.raises(PortalRefused) as caught:
        writer_of(portal).init_publish("lamp")
    assert (caught.value.code, caught.value.status) == ("InvalidApiKey", 403)
    assert "ModPortal: Publish Mods" in caught.value.hint
