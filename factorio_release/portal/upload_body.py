"""A multipart body that streams a file from disk: no copy in memory, and it can be rewound."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, BinaryIO, Self

from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

READ_SIZE = 256 * 1024


class UploadBody:
    """Form fields and one file as `multipart/form-data`.

    `requests` asks for `len()` and reads until nothing comes. `sent_all` tells whether the last
    byte was handed over: a body that was not sent in full cannot have had an effect. `progress`
    is called with the bytes handed over and the total. Raises ModError when the file is gone.
    """

    def __init__(
        self,
        part: str,
        path: Path,
        file_name: str,
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
        disposition = f'form-data; name="{part}"; filename="{_quoted(file_name)}"'
        opening += (
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {content_type}\r\n\r\n"
        )
        self._head = opening.encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise ModError(f"{path} cannot be read: {error.strerror}", "run again") from None
        self._file_size = os.fstat(self._file.fileno()).st_size
        self._at = 0
        self._progress = progress or (lambda _done, _total: None)

    def __len__(self) -> int:
        return len(self._head) + self._file_size + len(self._tail)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def sent_all(self) -> bool:
        """Whether every byte has been handed over."""
        return self._at >= len(self)

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
        piece = self._piece(READ_SIZE if size < 0 else min(size, READ_SIZE))
        self._at += len(piece)
        self._progress(self._at, len(self))
        return piece

    def _piece(self, wanted: int) -> bytes:
        if self._at < len(self._head):
            return self._head[self._at : self._at + wanted]
        in_file = self._at - len(self._head)
        if in_file < self._file_size:
            self._file.seek(in_file)
            piece = self._file.read(min(wanted, self._file_size - in_file))
            if not piece:
                raise OSError("the file became shorter while it was uploaded")
            return piece
        in_tail = in_file - self._file_size
        return self._tail[in_tail : in_tail + wanted]


def _quoted(name: str) -> str:
    return name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
