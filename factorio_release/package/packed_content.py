"""A package that was just made, read back from the bytes that are to be sent."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from factorio_release.disk.upload_content import UploadContent


class PackedContent(NamedTuple):
    """An upload as a file that can be read anywhere; it lies in one file with those of other mods."""

    stream: BinaryIO
    size: int

    @classmethod
    def of(cls, content: UploadContent) -> PackedContent:
        """Return the content of an upload."""
        stream = io.BufferedReader(_ContentStream(content))
        return cls(cast("BinaryIO", stream), content.size)


class _ContentStream(io.RawIOBase):
    """The part of a private file that is one upload, as a stream of its own."""

    def __init__(self, content: UploadContent) -> None:
        self._content = content
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._content.size}
        self._offset = max(start[whence] + offset, 0)
        return self._offset

    def tell(self) -> int:
        return self._offset

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        left = max(self._content.size - self._offset, 0)
        block = self._content.read_at(self._offset, min(len(view), left)) if left else b""
        view[: len(block)] = block
        self._offset += len(block)
        return len(block)
