"""The form of a request: repeated fields as lists, each uploaded file in the spool folder with its SHA-1."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from factorio_release.local_portal.http.multipart import boundary_of, broken, read_parts

if TYPE_CHECKING:
    from factorio_release.local_portal.http.bodies import Body
    from factorio_release.local_portal.http.multipart import Sink

# Fields are read into memory. How long a text may be is not established: this is a choice of this portal.
MAX_FIELDS_BYTES = 8 << 20
MAX_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file in the spool folder, `size` in bytes."""

    filename: str
    path: Path
    size: int
    sha1: str


@dataclass(slots=True)
class Form:
    """The fields and files of a body."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return the last value of a required field.

        Raises:
            Refusal: InvalidRequest when it is missing.
        """
        if name not in self.fields:
            raise broken(f"the field {name} is missing")
        return self.fields[name][-1]

    def file(self, name: str) -> Upload:
        """Return a required file.

        Raises:
            Refusal: InvalidRequest when it is missing.
        """
        if name not in self.files:
            raise broken(f"the file {name} is missing")
        return self.files[name]

    def discard(self) -> None:
        """Delete the spooled files; a file that an action has stored was moved before."""
        for upload in self.files.values():
            upload.path.unlink(missing_ok=True)


def read_form(body: Body, content_type: str, spool: Path, form: Form) -> None:
    """Fill `form` from the whole body; a body of another type must be empty.

    That both types are accepted is documented for multipart, observed for the other.

    Raises:
        Refusal: InvalidRequest for a body that is not a form, or too large.
        ConnectionLost: when the body ends too early.
    """
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind == "multipart/form-data":
        _Parts(form, spool).read(body, boundary_of(content_type))
    elif kind == "application/x-www-form-urlencoded":
        form.fields.update(_urlencoded(body))
    elif body.read(1):
        raise broken(
            "its Content-Type is neither multipart/form-data nor application/x-www-form-urlencoded"
        )
    body.drain()


def _urlencoded(body: Body) -> dict[str, list[str]]:
    content = bytearray()
    while data := body.read(1 << 16):
        content += data
        if len(content) > MAX_FIELDS_BYTES:
            raise broken("the fields are too large")
    try:
        return parse_qs(
            content.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="strict",
        )
    except ValueError as error:
        raise broken("it cannot be decoded") from error


class _Parts:
    """Collects the parts of one multipart body."""

    def __init__(self, form: Form, spool: Path) -> None:
        self._form = form
        self._spool = spool
        self.bytes_left = MAX_FIELDS_BYTES  # for all fields together

    def read(self, body: Body, boundary: bytes) -> None:
        read_parts(body, boundary, self._open)

    def _open(self, name: str, filename: str | None) -> Sink:
        if filename is None:
            return _FieldSink(self, self._form, name)
        return _FileSink(self._form, name, filename, self._spool)


class _FieldSink:
    def __init__(self, parts: _Parts, form: Form, name: str) -> None:
        self._parts, self._form, self._name = parts, form, name
        self._content = bytearray()

    def write(self, data: bytes, /) -> None:
        self._parts.bytes_left -= len(data)
        if self._parts.bytes_left < 0:
            raise broken("the fields are too large")
        self._content += data

    def close(self) -> None:
        self._form.fields.setdefault(self._name, []).append(
            self._content.decode("utf-8", "replace")
        )


class _FileSink:
    def __init__(self, form: Form, name: str, filename: str, spool: Path) -> None:
        self._form, self._name, self._filename = form, name, filename
        handle, path = tempfile.mkstemp(dir=spool)
        self._path = Path(path)
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha1(usedforsecurity=False)
        self._size = 0

    def write(self, data: bytes, /) -> None:
        self._hash.update(data)
        self._size += len(data)
        self._file.write(data)

    def close(self) -> None:
        self._file.close()
        # Of two files with one name the last one counts, as with fields.
        earlier = self._form.files.get(self._name)
        if earlier is not None:
            earlier.path.unlink(missing_ok=True)
        self._form.files[self._name] = Upload(
            self._filename, self._path, self._size, self._hash.hexdigest()
        )
