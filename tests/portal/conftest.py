"""Servers with scripted answers, over real sockets."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def answer(body: bytes = b'{"success": true}', head: bytes = OK) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass
class Server:
    """Sends the same to every client: pieces of bytes, or a number of seconds to wait.

    `read` waits for a whole request first. `wrap` may put TLS on a connection. `requests` holds
    what was received, `connections` the number of connections.
    """

    script: Callable[[], Iterable[bytes | float]]
    read: bool = True
    wrap: Callable[[socket.socket], socket.socket] = lambda connection: connection
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError), self.wrap(raw) as connection:
            if self.read:
                self.requests.append(_request(connection))
            for piece in self.script():
                if isinstance(piece, float):
                    time.sleep(piece)
                else:
                    connection.sendall(piece)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.close()


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += (piece := connection.recv(65536))
        if not piece:
            return data
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += (piece := connection.recv(65536))
        if not piece:
            break
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers; a script is bytes, or a function that yields bytes and pauses."""
    servers: list[Server] = []

    def start(script: Any = None, **more: Any) -> Server:
        said = answer() if script is None else script
        servers.append(Server(said if callable(said) else lambda: [said], **more))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def authority() -> Any:
    """Give a certificate authority of our own."""
    trustme = pytest.importorskip("trustme", reason="makes the certificates of these tests")
    return trustme.CA()


@pytest.fixture
def secured(authority: Any) -> Callable[[socket.socket], socket.socket]:
    """Put TLS on a connection, for 127.0.0.1 and localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return lambda connection: context.wrap_socket(connection, server_side=True)
