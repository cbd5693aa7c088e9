"""One connection: its requests go to the exchange, its answers are delivered with their faults."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import sys
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.answers import refusal_answer
from factorio_release.local_portal.http.bodies import ConnectionLost
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from factorio_release.local_portal.answers import Answer
    from factorio_release.local_portal.http.server import Server

_BLOCK = 1 << 18
_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "factorio-release-local-portal"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 120
    rbufsize = _BLOCK

    def handle(self) -> None:
        """Answer the connection's requests until it ends."""
        with contextlib.suppress(ConnectionLost, ConnectionError, TimeoutError):
            super().handle()

    def finish(self) -> None:
        """Close; a client that went away must not make noise."""
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
        """Wait with the interim answer until the body is wanted."""
        return True

    def send_continue(self) -> None:
        """Tell a client that asked whether to send its body: yes."""
        if (self.headers.get("Expect") or "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - http.server's signature
        """Answer what http.server itself refuses, in the portal's form."""
        self.close_connection = True
        self.request_version = self.protocol_version
        text = message or self.responses.get(code, ("Invalid request", ""))[0]
        self.deliver(refusal_answer(Refusal("InvalidRequest", text, code)))

    def deliver(self, answer: Answer) -> None:
        """Send an answer with what its fault does to it."""
        if answer.dropped:
            raise ConnectionLost
        size = answer.size
        if answer.missing:
            self.close_connection = True
        self.send_response(answer.status)
        for name, value in self._headers(answer, size).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_content(answer)
        self.close_connection = self.close_connection or answer.hangup

    def _headers(self, answer: Answer, size: int) -> dict[str, str]:
        connection = {"Connection": "close"} if self.close_connection else {}
        fixed = {"Content-Type": answer.content_type, "Content-Length": str(size)}
        return {**fixed, "X-Content-Type-Options": "nosniff", **connection, **answer.headers}

    def _send_content(self, answer: Answer) -> None:
        if not isinstance(answer.content, bytes):
            with answer.content.open("rb") as file:
                self.connection.sendfile(file)
        elif answer.pause:
            self._drip(answer)
        else:
            self.wfile.write(answer.content)
        for start in range(0, answer.padding, _BLOCK):
            self.wfile.write(b" " * min(_BLOCK, answer.padding - start))

    def _drip(self, answer: Answer) -> None:
        content = answer.content if isinstance(answer.content, bytes) else b""
        for byte in content:
            self.wfile.write(bytes([byte]))
            if self.server.exchange.stopping.wait(answer.pause) or self.client_gone():
                raise ConnectionLost

    def client_gone(self) -> bool:
        """Tell whether the client has closed the connection."""
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
        """Say nothing: the portal has its own log."""
