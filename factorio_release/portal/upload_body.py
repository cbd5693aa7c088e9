"""A multipart body that streams a file from disk: no copy in memory, and it can be rewound."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.disk.upload_content import UploadContent

MAX_READ_BYTES = 256 * 1024


class UploadBody:
    """Form fields and one file as `multipart/form-data`.

    `requests` asks for `len()` and reads until nothing comes. `sent_all` tells whether the last
    byte was handed over: a body that was not sent in full cannot have had an effect. `progress`
    is called with the bytes handed over and the total.

    The file is hashed on its way. Its last bytes are handed over only when the SHA-1 is the one that
    was planned; else ModError is raised, and the portal gets a body that is not complete.
    """

    def __init__(
        self,
        part: str,
        content: UploadContent,
        content_type: str,
        *,
        fields: Mapping[str, str] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        opening = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (fields or {}).items()
        )
        disposition = f'form-data; name="{part}"; filename="{_quoted(content.name)}"'
        opening += (
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {content_type}\r\n\r\n"
        )
        self._head = opening.encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._content = content
        self._hash = _HashOnTheWay(content)
        self._at = 0
        self._furthest = 0
        self._progress = progress or (lambda _done, _total: None)

    def __len__(self) -> int:
        return len(self._head) + self._content.size + len(self._tail)

    @property
    def sent_all(self) -> bool:
        """Whether every byte has been handed over once; a body that goes back stays sent."""
        return self._furthest >= len(self)

    def tell(self) -> int:
        """Return how many bytes have been handed over."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place, as a library does that sends the body a second time."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self)}[whence]
        self._at = min(max(base + offset, 0), len(self))
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; never more than 256 KiB, so that a large file does not fill memory."""
        piece = self._piece(MAX_READ_BYTES if size < 0 else min(size, MAX_READ_BYTES))
        self._at += len(piece)
        self._furthest = max(self._furthest, self._at)
        self._progress(self._at, len(self))
        return piece

    def _piece(self, wanted: int) -> bytes:
        if self._at < len(self._head):
            return self._head[self._at : self._at + wanted]
        in_file = self._at - len(self._head)
        if in_file < self._content.size:
            piece = self._content.read_at(in_file, wanted)
            self._hash.take(in_file, piece)
            return piece
        in_tail = in_file - self._content.size
        return self._tail[in_tail : in_tail + wanted]


class _HashOnTheWay:
    """The SHA-1 of what was handed over so far, compared with the planned one before the last piece goes."""

    def __init__(self, content: UploadContent) -> None:
        self._content = content
        self._restart()

    def take(self, offset: int, piece: bytes) -> None:
        """Take the piece that is to be sent next; ModError when it makes another file than was planned."""
        if offset < self._done:
            self._restart()
        while self._done < offset:  # after a rewind to a place in the middle
            self._add(self._content.read_at(self._done, min(MAX_READ_BYTES, offset - self._done)))
        self._add(piece)
        if self._done == self._content.size and self._sha1.hexdigest() != self._content.sha1:
            raise self._changed()

    def _add(self, piece: bytes) -> None:
        if not piece:
            raise self._changed()
        self._sha1.update(piece)
        self._done += len(piece)

    def _restart(self) -> None:
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._done = 0

    def _changed(self) -> ModError:
        return ModError(
            f"{self._content.name} changed while it was uploaded; the upload was not completed", "run again"
        )


def _quoted(name: str) -> str:
    return name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
