"""A multipart body that streams a file from disk: it is never whole in memory, and can be rewound."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.disk.upload_content import UploadContent

MAX_READ_BYTES: Final = 256 * 1024


class UploadBody:
    """Form fields and one file as `multipart/form-data` (RFC 7578).

    requests calls `len()` and then `read()` until nothing comes. `part` is the name of the file's part.
    `progress` is called with the bytes handed over and their total.

    The file is hashed on its way. If it is not the content that was planned, its last bytes are kept back
    and ModError is raised: the portal gets a body that is incomplete, and stores nothing.
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
        # 128 random bits: no file can contain the line that ends it.
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        opening = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (fields or {}).items()
        )
        disposition = f'form-data; name="{part}"; filename="{_quoted(content.name)}"'
        opening += (
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: "
            f"{content_type}\r\n\r\n"
        )
        self._head = opening.encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._content = content
        self._check = _ContentCheck(content)
        self._position = 0
        self._furthest = 0
        self._progress = progress or (lambda _done, _total: None)

    def __len__(self) -> int:
        return len(self._head) + self._content.size + len(self._tail)

    @property
    def sent_all(self) -> bool:
        """Whether every byte was handed over once; stays true after a rewind.

        Handed over is not received, but a body that was not handed over in full cannot have had an effect.
        """
        return self._furthest >= len(self)

    def tell(self) -> int:
        """Return how many bytes have been handed over."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another position, as requests does to send the body a second time after a redirect."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: len(self)}[whence]
        self._position = min(max(base + offset, 0), len(self))
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most 256 KiB; raise ModError if the file has changed."""
        if size < 0:
            size = MAX_READ_BYTES
        piece = self._piece(min(size, MAX_READ_BYTES))
        self._position += len(piece)
        self._furthest = max(self._furthest, self._position)
        self._progress(self._position, len(self))
        return piece

    def _piece(self, size: int) -> bytes:
        if self._position < len(self._head):
            return self._head[self._position : self._position + size]
        in_file = self._position - len(self._head)
        if in_file < self._content.size:
            piece = self._content.read_at(in_file, size)
            self._check.add(in_file, piece)
            return piece
        in_tail = in_file - self._content.size
        return self._tail[in_tail : in_tail + size]


class _ContentCheck:
    """Compares the SHA-1 of what is sent with the planned one, before the last piece goes out.

    The content is in a file without a name, which no path reaches. A fault of the disk or of memory, or a
    process that writes through `/proc`, would still publish something that nobody has checked.
    """

    def __init__(self, content: UploadContent) -> None:
        self._content = content
        self._restart()

    def add(self, offset: int, piece: bytes) -> None:
        """Add the piece that is sent next, from `offset` in the file; ModError if the content differs."""
        if offset < self._done:
            self._restart()
        # After a seek into the middle, the bytes before it are read again.
        while self._done < offset:
            size = min(MAX_READ_BYTES, offset - self._done)
            self._update(self._content.read_at(self._done, size))
        self._update(piece)
        if self._done == self._content.size and self._sha1.hexdigest() != self._content.sha1:
            raise self._changed()

    def _update(self, piece: bytes) -> None:
        # The file has become shorter.
        if not piece:
            raise self._changed()
        self._sha1.update(piece)
        self._done += len(piece)

    def _restart(self) -> None:
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._done = 0

    def _changed(self) -> ModError:
        return ModError(
            f"{self._content.name} changed while it was uploaded; the upload was not completed",
            "run again",
        )


def _quoted(name: str) -> str:
    """Return a file name for a header: quotes and line ends in it would end the header early."""
    for character in '\\"\r\n':
        name = name.replace(character, "_")
    return name
