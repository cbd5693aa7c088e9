"""Nothing that a server does with time, size or form can hold a job, or pass for an answer."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import AnswerUnclear, PortalUnreachable, RunTimeOver
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import MAX_ANSWER_BYTES, PortalRequest, Transport
from factorio_release.portal.upload_body import UploadBody
from tests.portal.conftest import OK, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.portal.conftest import Server

SECONDS = 0.5
DROPS = 4000  # then a server ends its answer: without a deadline it takes minutes, and is none


def dripping(
    head: bytes, drop: bytes = b" ", every: float = 0.05
) -> Callable[[], Iterator[bytes | float]]:
    def script() -> Iterator[bytes | float]:
        yield head
        for _ in range(DROPS):
            yield drop
            yield every

    return script


SLOW = {
    "a body of announced length": dripping(OK + b"Content-Length: 100000\r\n\r\n"),
    "a body that ends with the connection": dripping(OK + b"Connection: close\r\n\r\n"),
    "a body as HTTP/1.0 sends it": dripping(b"HTTP/1.0 200 OK\r\n\r\n"),
    "a body in chunks": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a chunk's size": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "the headers": dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "the status line": dripping(b"HTTP/1.1 200 ", b"O"),
    "interim answers": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "nothing": dripping(b"", b""),
}


@pytest.mark.parametrize("what", SLOW)
def test_a_slow_answer_ends_with_the_deadline(serve: Callable[..., Any], what: str) -> None:
    """To a read and to a write at the same time, so that they wait together."""
    server = serve(SLOW[what])

    def send(method: str) -> None:
        with pytest.raises(
            AnswerUnclear, match=r"no answer within 0 s|no answer within 1 s|no answer in time"
        ):
            Transport(SECONDS).send(
                PortalRequest(method, server.url, "the portal", body=[("mod", "lamp")])
            )

    with ThreadPoolExecutor() as threads:
        assert list(threads.map(send, ("GET", "POST"))) == [None, None]


def test_a_handshake_that_drips_ends_with_the_deadline(serve: Callable[..., Any]) -> None:
    # A TLS record that announces 16 KiB, and then comes byte by byte: no single read ever times out.
    server = serve(dripping(b"\x16\x03\x03\x40\x00", b"\x02"), read=False)
    with pytest.raises(PortalUnreachable, match="no answer within"):
        Transport(SECONDS).send(
            PortalRequest("GET", server.url.replace("http", "https"), "the portal")
        )


def test_a_slow_answer_over_tls_ends_with_the_deadline(
    serve: Callable[..., Any],
    secured: Any,
    authority: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    server = serve(SLOW["a body of announced length"], wrap=secured)
    with pytest.raises(AnswerUnclear, match="no answer"):
        Transport(SECONDS).send(
            PortalRequest("GET", f"https://127.0.0.1:{server.port}/", "the portal")
        )


def test_a_proxy_that_drips_ends_with_the_deadline(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(PortalUnreachable):
        Transport(SECONDS).send(PortalRequest("GET", "https://portal.example/", "the portal"))
    assert proxy.requests[0].startswith(b"CONNECT portal.example:443 ")


def test_an_answer_in_time_is_not_cut_off(serve: Callable[..., Any]) -> None:
    server = serve(lambda: [OK + b"Connection: close\r\n\r\n", b'{"success"', 0.2, b": true}"])
    got = Transport(5).send(PortalRequest("GET", server.url, "the portal"))
    assert (got.status, got.json()) == (200, {"success": True})


def test_an_answer_over_the_bound_is_refused(serve: Callable[..., Any]) -> None:
    size = MAX_ANSWER_BYTES + 1
    server = serve(lambda: [OK + b"Content-Length: %d\r\n\r\n" % size, b" " * size])
    with pytest.raises(AnswerUnclear, match="too large"):
        Transport(30).send(PortalRequest("GET", server.url, "the portal"))


def test_an_answer_that_unpacks_to_more_than_the_bound_is_refused(
    serve: Callable[..., Any],
) -> None:
    packer = zlib.compressobj(9, wbits=31)
    pieces = 1 + MAX_ANSWER_BYTES // (1 << 20)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(pieces)) + packer.flush()
    assert len(bomb) < 1 << 20
    server = serve(answer(bomb, OK + b"Content-Encoding: gzip\r\n"))
    with pytest.raises(AnswerUnclear, match="too large"):
        Transport(30).send(PortalRequest("GET", server.url, "the portal"))


BROKEN = {
    "no HTTP": b"SSH-2.0-OpenSSH\r\n",
    "nothing at all": b"",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-",
    "two lengths": OK + b"Content-Length: 5, 6\r\n\r\nhello",
    "a length that is none": OK + b"Content-Length: five\r\n\r\nhello",
    "a negative length": OK + b"Content-Length: -5\r\n\r\nhello",
    "less than announced": OK + b"Content-Length: 50\r\n\r\nhello",
    "a chunk that is none": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello",
    "a chunk that is cut": OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhello",
    "a coding that it is not in": answer(b"hello", OK + b"Content-Encoding: gzip\r\n"),
    "a header of 70 kB": OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
    "200 headers": OK + b"X: x\r\n" * 200 + b"\r\n",
    "status 0": b"HTTP/1.1 000 OK\r\n\r\n",
    "status 9999": b"HTTP/1.1 9999 OK\r\n\r\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_answer_to_a_write_leaves_its_effect_unknown(
    serve: Callable[..., Any], what: str
) -> None:
    """The request arrived: whatever came back, it must be looked up and never sent again blindly."""
    server = serve(BROKEN[what])
    transport = Transport(5)
    try:
        got = transport.send(
            PortalRequest("POST", server.url, "the portal", body=[("mod", "lamp")])
        )
    except AnswerUnclear as error:
        assert str(error).startswith("POST the portal: ")  # noqa: PT017 what it says if it is raised
    else:
        with pytest.raises(ValueError, match="instead of JSON"):
            got.json()
    assert len(server.requests) == 1


def test_no_request_begins_when_the_runs_time_is_over(serve: Callable[..., Server]) -> None:
    server = serve()
    transport = Transport(5, run_time=RunTime(1))
    transport.run_time.spend(1)
    with pytest.raises(RunTimeOver):
        transport.send(PortalRequest("GET", server.url, "the portal"))
    assert server.connections == 0
    assert (
        transport.send(PortalRequest("GET", server.url, "the portal", patience=1)).status == 200
    ), "a last look"


def test_an_upload_counts_beyond_the_time_that_its_size_may_take(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    def slowly() -> Iterator[bytes | float]:
        yield 0.3
        yield answer()

    server = serve(slowly)
    file = tmp_path / "lamp_1.0.0.zip"
    file.write_bytes(bytes(1024 * 1024))  # 16 s
    transport = Transport(30, run_time=RunTime(100))
    body = UploadBody("file", copy_content(file, PrivateFile()), "application/zip")
    transport.send(PortalRequest("POST", server.url, "the upload URL", body=body))
    assert transport.run_time.left == 100
    transport.send(PortalRequest("POST", server.url, "the portal", body=[("mod", "lamp")]))
    assert transport.run_time.left <= 99.7
