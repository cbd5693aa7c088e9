"""A request's body as it arrives: by length or in chunks, never more of it in memory than asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BODY_BYTES = 2 << 30
DRAIN_BLOCK_BYTES = 1 << 18
_MAX_LINE_BYTES = 4096
_MAX_LENGTH_DIGITS = 15


class Stream(Protocol):
    """A connection's incoming side."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none when the client is gone."""

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to the next line end."""


class Headers(Protocol):
    """A request's headers."""

    def get(self, name: str, /) -> str | None:
        """Return a header's value."""


class ConnectionLost(Exception):
    """The client went away, or a fault cut it off: there is nobody to answer."""


class Body:
    """The bytes of one request.

    `on_first_read` is called once before anything is read (it answers `Expect: 100-continue`).
    `break_at` bytes, when set by a fault, is where the connection breaks.
    """

    def __init__(self, source: Stream, headers: Headers, on_first_read: Callable[[], None]) -> None:
        self._source = source
        self._on_first_read: Callable[[], None] | None = on_first_read
        self.chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
        self.length = 0 if self.chunked else _content_length(headers)
        self.received = 0
        self.break_at: int | None = None
        self._left = self.length
        self._ended = not self.chunked and self.length == 0

    @property
    def untouched(self) -> bool:
        """Return whether nothing was read, though there is something to read."""
        return self._on_first_read is not None and not self._ended

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes; empty at the end.

        Raises:
            ConnectionLost: when the client goes away in between.
            Refusal: 413 for more than the portal takes.
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
        """Read the rest and throw it away, so that the connection can go on."""
        while self.read(DRAIN_BLOCK_BYTES):
            pass

    def _take(self, size: int) -> bytes:
        data = self._source.read(min(size, self._left))
        if not data:
            raise ConnectionLost
        self._left -= len(data)
        self.received += len(data)
        if self.received > MAX_BODY_BYTES:
            raise Refusal("InvalidRequest", "The request is too large", 413)
        self._ended = not self.chunked and not self._left
        if self.chunked and not self._left:
            self._line()
        return data

    def _next_chunk(self) -> bool:
        text = self._line().split(b";", 1)[0].strip()
        try:
            self._left = int(text, 16) if text[:1] not in b"+-" else -1
        except ValueError:
            self._left = -1
        if self._left < 0:
            raise ConnectionLost
        if self._left:
            return True
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
