"""One listening port: a thread for each connection, and an end that leaves none open."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.http.handler import Handler

if TYPE_CHECKING:
    from factorio_release.local_portal.endpoints import Host
    from factorio_release.local_portal.http.exchange import Exchange

LOOPBACK = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """One of the portal's two ports."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    timeout = 0

    def __init__(self, host: Host, port: int, exchange: Exchange) -> None:
        self.host = host
        self.exchange = exchange
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name=f"local-{host}", daemon=True)
        super().__init__((LOOPBACK, port), Handler)
        self._bell, self._ringer = socket.socketpair()
        self.socket.setblocking(False)  # noqa: FBT003 - the standard library's signature

    @property
    def address(self) -> str:
        """Give the address that clients use."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def start(self) -> None:
        """Answer from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end every open connection."""
        self._ringer.send(b"x")
        if self._thread.is_alive():
            self._thread.join()
        self.server_close()
        self._ringer.close()
        self._bell.close()
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._await_connections()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while all(key.fileobj is not self._bell for key, _ in selector.select()):
                self.handle_request()

    def _await_connections(self) -> None:
        deadline = time.monotonic() + 2
        while self._connections and time.monotonic() < deadline:
            time.sleep(0.005)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, so that stopping can end it."""
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        with self._guard:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's signature
        """Report a defect of the portal itself; a client that went away is none."""
        self.exchange.report_defect()
