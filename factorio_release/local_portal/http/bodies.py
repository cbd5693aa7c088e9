"""The body of a request as a stream, with a Content-Length or in chunks; it is never in memory as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

# How large an upload may be is not established; larger ones would fill the disk of the spool folder.
MAX_BODY_BYTES = 2 << 30
DRAIN_BLOCK_BYTES = 1 << 18
# A chunk's size line or trailer: without a bound it would be read into memory as a whole.
_MAX_LINE_BYTES = 4096
# Python refuses to convert thousands of digits with an error of its own.
_MAX_LENGTH_DIGITS = 15
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")


class Stream(Protocol):
    """A connection's incoming side."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none when the client has closed the connection."""

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to the next line end."""


class Headers(Protocol):
    """A request's headers."""

    def get(self, name: str, /) -> str | None:
        """Return a header's value."""


class ConnectionLost(Exception):
    """The client closed the connection, or a fault breaks it: no answer is sent."""


class Body:
    """The bytes of one request's body.

    `on_first_read` is called once before anything is read (it answers `Expect: 100-continue`). The
    connection breaks after `break_at` bytes, which a fault sets.

    Raises:
        Refusal: for an invalid Content-Length or one above `MAX_BODY_BYTES`.
    """

    def __init__(self, source: Stream, headers: Headers, on_first_read: Callable[[], None]) -> None:
        self._source = source
        self._on_first_read: Callable[[], None] | None = on_first_read
        self.chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
        self.length = 0
        if not self.chunked:
            self.length = _content_length(headers)
        self.received = 0
        self.break_at: int | None = None
        self._left = self.length
        self._ended = not self.chunked and self.length == 0

    @property
    def untouched(self) -> bool:
        """Whether there is a body and nothing of it was read."""
        return self._on_first_read is not None and not self._ended

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes; empty at the end.

        Raises:
            ConnectionLost: when the body ends too early or its chunks are malformed.
            Refusal: 413 for more than `MAX_BODY_BYTES`.
        """
        if self._ended:
            return b""
        if self._on_first_read is not None:
            self._on_first_read()
            self._on_first_read = None
        if self.break_at is not None:
            size = min(size, self.break_at - self.received)
            if size <= 0:
                raise ConnectionLost
        if not self._left and not self._next_chunk():
            return b""
        return self._take(size)

    def drain(self) -> None:
        """Read and discard the rest, so that the connection can carry another request."""
        while self.read(DRAIN_BLOCK_BYTES):
            pass

    def _take(self, size: int) -> bytes:
        data = self._source.read(min(size, self._left))
        if not data:
            raise ConnectionLost
        self._left -= len(data)
        self.received += len(data)
        # Chunks announce no size in all, so that the bound is checked here too.
        if self.received > MAX_BODY_BYTES:
            raise Refusal("InvalidRequest", "The request is too large", 413)
        self._ended = not self.chunked and not self._left
        if self.chunked and not self._left:
            self._line()
        return data

    def _next_chunk(self) -> bool:
        text = self._line().split(b";", 1)[0].strip()
        # Checked before the conversion: `int` also takes signs, blanks, underscores and `0x`.
        if not _CHUNK_SIZE.fullmatch(text):
            raise ConnectionLost
        self._left = int(text, 16)
        if self._left:
            return True
        # The last chunk is empty; trailers may follow it.
        while self._line().strip():
            pass
        self._ended = True
        return False

    def _line(self) -> bytes:
        line = self._source.readline(_MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise ConnectionLost
        return line


def _content_length(headers: Headers) -> int:
    text = (headers.get("Content-Length") or "0").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_LENGTH_DIGITS):
        raise Refusal("InvalidRequest", "Invalid Content-Length", 400)
    if int(text) > MAX_BODY_BYTES:
        raise Refusal("InvalidRequest", "The request is too large", 413)
    return int(text)
