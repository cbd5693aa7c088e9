"""One listening port with a thread for each connection; stopping it ends every connection."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.answers import refusal_answer
from factorio_release.local_portal.http.bodies import ConnectionLost
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from factorio_release.local_portal.answers import Answer
    from factorio_release.local_portal.endpoints import Host
    from factorio_release.local_portal.http.exchange import Exchange

LOOPBACK = "127.0.0.1"
_BLOCK_BYTES = 1 << 18
# How long stopping waits for threads that are still acting on a request; they are daemons.
_STOP_SECONDS = 2.0
# SO_LINGER with a time of 0 makes close() send a reset. The structure has shorts on Windows.
_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Server(ThreadingHTTPServer):
    """One of the portal's two ports."""

    daemon_threads = True
    block_on_close = False  # stop() ends the connections itself and waits for them
    request_queue_size = 128
    timeout = 0

    def __init__(self, host: Host, port: int, exchange: Exchange) -> None:
        self.host = host
        self.exchange = exchange
        self._connections: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, name=f"local-{host}", daemon=True)
        super().__init__((LOOPBACK, port), Handler)
        # A byte in this pair wakes the loop of `_serve`, so that stopping needs no polling.
        self._bell, self._ringer = socket.socketpair()
        # A client may be gone between select() and accept(): accept() must not wait for the next one.
        self.socket.setblocking(False)  # noqa: FBT003 - the standard library's signature

    @property
    def address(self) -> str:
        """The URL of the port, without a path."""
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
        with self._changed:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        with self._changed:
            self._changed.wait_for(lambda: not self._connections, _STOP_SECONDS)

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while all(key.fileobj is not self._bell for key, _ in selector.select()):
                self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, so that stopping can end it."""
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's signature
        """Report a defect of the portal itself; a closed connection is handled before."""
        self.exchange.report_defect()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "factorio-release-local-portal"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 120
    rbufsize = _BLOCK_BYTES

    def handle(self) -> None:
        """Answer the connection's requests until it ends."""
        with contextlib.suppress(ConnectionLost, ConnectionError, TimeoutError):
            super().handle()

    def finish(self) -> None:
        """Close the connection; the client may have closed it already."""
        with contextlib.suppress(OSError):
            super().finish()

    def answer(self) -> None:
        """Answer one request."""
        try:
            self.server.exchange.answer(self)
        except ConnectionLost:
            self.reset()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - http.server

    def handle_expect_100(self) -> bool:
        """Send no `100 Continue` yet: a fault or a refusal may come before the body is read."""
        return True

    def send_continue(self) -> None:
        """Send `100 Continue` to a client that waits for it."""
        if (self.headers.get("Expect") or "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - http.server's signature
        """Answer what http.server itself refuses, in the portal's form."""
        self.close_connection = True
        self.request_version = self.protocol_version
        text = message or self.responses.get(code, ("Invalid request", ""))[0]
        self.deliver(refusal_answer(Refusal("InvalidRequest", text, code)))

    def deliver(self, answer: Answer) -> None:
        """Send an answer, with the effects of a fault on the connection.

        Raises:
            ConnectionLost: when the answer is to be dropped.
        """
        if answer.dropped:
            raise ConnectionLost
        size = answer.size
        # The client waits for the missing bytes until the connection closes.
        if answer.missing:
            self.close_connection = True
        self.send_response(answer.status)
        for name, value in self._headers(answer, size).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_content(answer)
        self.close_connection = self.close_connection or answer.hangup

    @property
    def host(self) -> Host:
        """Which of the portal's two ports the client asked."""
        return self.server.host

    def _headers(self, answer: Answer, size: int) -> dict[str, str]:
        headers = {"Content-Type": answer.content_type, "Content-Length": str(size)}
        headers["X-Content-Type-Options"] = "nosniff"
        if self.close_connection:
            headers["Connection"] = "close"
        # Headers of a fault come last, so that it can replace any of these.
        return headers | dict(answer.headers)

    def _send_content(self, answer: Answer) -> None:
        if not isinstance(answer.content, bytes):
            with answer.content.open("rb") as file:
                self.connection.sendfile(file)
        elif answer.pause:
            self._drip(answer.content, answer.pause)
        else:
            self.wfile.write(answer.content)
        for start in range(0, answer.padding, _BLOCK_BYTES):
            self.wfile.write(b" " * min(_BLOCK_BYTES, answer.padding - start))

    def _drip(self, content: bytes, pause: float) -> None:
        for byte in content:
            self.wfile.write(bytes([byte]))
            if self.server.exchange.stopping.wait(pause) or self.client_gone():
                raise ConnectionLost

    def client_gone(self) -> bool:
        """Return whether the client has closed the connection."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            if not selector.select(0):
                return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def reset(self) -> None:
        """End the connection with a reset instead of an orderly close."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
            self.rfile.close()
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Print nothing: the portal has its own log, which hides secrets."""
