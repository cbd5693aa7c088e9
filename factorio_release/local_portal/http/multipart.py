"""multipart/form-data read as a stream: fields in memory, files to disk, both bounded."""

from __future__ import annotations

import re
from email.message import Message
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK_BYTES = 1 << 18
# Headers are kept in memory, and each part costs an object or a file.
MAX_HEADER_BYTES = 16 << 10
MAX_PARTS = 1000
MAX_BOUNDARY_CHARACTERS = 200
_PARAMETER = re.compile(r';\s*([\w*]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_BROWSER_QUOTES = {"%22": '"', "%0A": "\n", "%0D": "\r"}


class Source(Protocol):
    """Where the bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class Sink(Protocol):
    """Where one part's content goes."""

    def write(self, data: bytes, /) -> object:
        """Take the next piece."""

    def close(self) -> None:
        """Take the end of the part."""


def broken(what: str) -> Refusal:
    """Return the refusal of a body that does not match its Content-Type."""
    return Refusal("InvalidRequest", f"Malformed form: {what}")


def boundary_of(content_type: str) -> bytes:
    """Return the boundary from a Content-Type.

    Raises:
        Refusal: InvalidRequest when there is none or it is too long.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary("")
    if not boundary or len(boundary) > MAX_BOUNDARY_CHARACTERS or not boundary.isascii():
        raise broken("no boundary")
    return boundary.encode("ascii")


def read_parts(
    source: Source, boundary: bytes, open_part: Callable[[str, str | None], Sink]
) -> None:
    """Read a body to its closing boundary; what follows it is ignored.

    `open_part(name, filename)` returns the sink of each part; the file name is None for a plain field.

    Raises:
        Refusal: InvalidRequest when the body is cut short or malformed.
    """
    limits = {"max_header_size": MAX_HEADER_BYTES, "max_segment_count": MAX_PARTS}
    sink: Sink | None = None
    try:
        with PushMultipartParser(boundary, **limits) as parser:
            while not parser.closed:
                for event in parser.parse(source.read(BLOCK_BYTES)):
                    if isinstance(event, MultipartSegment):
                        sink = open_part(*_names(event))
                    elif event is None and sink is not None:
                        sink.close()
                        sink = None
                    elif event and sink is not None:
                        sink.write(bytes(event))
    except MultipartError as error:
        raise broken(str(error)) from error
    finally:
        # A file that was cut short is closed, so that the form knows it and deletes it.
        if sink is not None:
            sink.close()


def _names(segment: MultipartSegment) -> tuple[str, str | None]:
    """Return the name of a part, and its file name or None."""
    parameters = _parameters(segment.header("Content-Disposition") or "")
    if not parameters.get("name"):
        raise broken("a part without a name")
    return parameters["name"], parameters.get("filename") or None


def _parameters(disposition: str) -> dict[str, str]:
    """Return the parameters of a Content-Disposition.

    Browsers write quotes and line ends as `%22`, `%0A` and `%0D` (HTML standard); older clients use
    `filename*` of RFC 5987.
    """
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
