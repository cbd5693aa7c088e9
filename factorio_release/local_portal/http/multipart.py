"""multipart/form-data read as a stream: fields in memory, files to disk, both bounded."""

from __future__ import annotations

import re
from email.message import Message
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 1 << 18
HEADER_LIMIT = 16 << 10
PART_LIMIT = 1000
BOUNDARY_LIMIT = 200
_PARAMETER = re.compile(r';\s*([\w*]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_BROWSER_QUOTES = {"%22": '"', "%0A": "\n", "%0D": "\r"}


class Source(Protocol):
    """Where the bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Give up to ``size`` bytes, none at the end."""


class Sink(Protocol):
    """Where one part's content goes."""

    def write(self, data: bytes, /) -> object:
        """Take the next piece."""

    def close(self) -> None:
        """Take the end of the part."""


def broken(what: str) -> Refusal:
    """Give the refusal of a body that is not what its Content-Type says."""
    return Refusal("InvalidRequest", f"Malformed form: {what}")


def boundary_of(content_type: str) -> bytes:
    """Read the boundary out of a Content-Type."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary("")
    if not boundary or len(boundary) > BOUNDARY_LIMIT or not boundary.isascii():
        raise broken("no boundary")
    return boundary.encode("ascii")


class MultipartReader:
    """Takes one body apart; ``open_part(name, filename)`` gives the sink of each part."""

    def __init__(self, source: Source, boundary: bytes, open_part: Callable[[str, str | None], Sink]) -> None:
        self._source = source
        self._delimiter = b"\r\n--" + boundary
        self._open_part = open_part
        self._buffer = bytearray(b"\r\n")

    def read_parts(self) -> None:
        """Read the body to its closing boundary; what follows it is passed over.

        Raises:
            Refusal: InvalidRequest when the body is cut short or malformed.
        """
        self._copy_to_delimiter(_Nowhere())
        for _ in range(PART_LIMIT):
            if self._is_last():
                return
            sink = self._open_part(*self._part_name())
            try:
                self._copy_to_delimiter(sink)
            finally:
                sink.close()
        raise broken("too many parts")

    def _copy_to_delimiter(self, sink: Sink) -> None:
        buffer, delimiter = self._buffer, self._delimiter
        while (at := buffer.find(delimiter)) < 0:
            settled = len(buffer) - len(delimiter) + 1
            if settled > 0:
                sink.write(bytes(memoryview(buffer)[:settled]))
                del buffer[:settled]
            self._fill()
        sink.write(bytes(memoryview(buffer)[:at]))
        del buffer[: at + len(delimiter)]

    def _is_last(self) -> bool:
        line = self._line()
        if line.startswith(b"--"):
            return True
        if line.strip(b" \t"):
            raise broken("text after a boundary")
        return False

    def _part_name(self) -> tuple[str, str | None]:
        disposition, size = "", 0
        while line := self._line():
            size += len(line)
            header, colon, value = line.decode("utf-8", "replace").partition(":")
            if not colon or size > HEADER_LIMIT:
                raise broken("part headers")
            if header.strip().lower() == "content-disposition":
                disposition = value
        parameters = _parameters(disposition)
        if not parameters.get("name"):
            raise broken("a part without a name")
        return parameters["name"], parameters.get("filename") or None

    def _line(self) -> bytes:
        while (at := self._buffer.find(b"\r\n")) < 0:
            if self._buffer.startswith(b"--"):
                return bytes(self._buffer)
            if len(self._buffer) > HEADER_LIMIT:
                raise broken("part headers")
            self._fill()
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 2]
        return line

    def _fill(self) -> None:
        data = self._source.read(BLOCK)
        if not data:
            raise broken("it ends too early")
        self._buffer += data


def _parameters(disposition: str) -> dict[str, str]:
    """Read a Content-Disposition as browsers write it, and RFC 5987's ``filename*`` of older clients."""
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(disposition):
        value = quoted or plain
        if name.endswith("*"):
            found[name.rstrip("*").lower()] = unquote(value.rpartition("'")[2])
            continue
        for escaped, character in _BROWSER_QUOTES.items():
            value = value.replace(escaped, character)
        found.setdefault(name.lower(), value)
    return found


class _Nowhere:
    def write(self, data: bytes, /) -> None:
        """Drop what stands before the first boundary."""

    def close(self) -> None:
        """Have nothing to close."""
