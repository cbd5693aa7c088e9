"""One file in a finished zip, read without trust in what the zip says about it."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from factorio_release.disk.upload_content import BLOCK_BYTES
from factorio_release.errors import ModError

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from typing import IO

    from _typeshed import WriteableBuffer

REBUILD_HINT: Final = "build it anew: `factorio-release build`"


class ZipMember(NamedTuple):
    """A file in a zip; `entry` describes it there, `path` is the part below the top folder.

    All members share one open `bundle`, since opening a zip reads its whole directory. `size` is what the
    directory says. Every method that reads the content raises ModError when it is damaged or has another
    size.
    """

    path: str
    size: int
    bundle: zipfile.ZipFile
    entry: zipfile.ZipInfo

    @property
    def member(self) -> str:
        """Its full name in the zip, which a second entry may have as well."""
        return self.entry.filename

    @property
    def compressed(self) -> int:
        """The number of bytes in the zip."""
        return self.entry.compress_size

    def open(self) -> BinaryIO:
        """Return the content as a stream.

        It is unpacked once before, so that a broken member is found here and not in the middle of a read.
        """
        with self._stream() as stream:
            while stream.read(BLOCK_BYTES):
                pass
        return self._stream()

    def read(self) -> bytes:
        """Return the content."""
        return b"".join(self.blocks(BLOCK_BYTES))

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield the content in blocks of `size` bytes."""
        with self._stream() as stream:
            while block := stream.read(size):
                yield block

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        """Return the first and the last bytes; the whole content is unpacked, as for `open`."""
        beginning = end = b""
        for block in self.blocks(BLOCK_BYTES):
            if len(beginning) < first:
                beginning += block[: first - len(beginning)]
            end = block[-last:] if len(block) >= last else (end + block)[-last:]
        return beginning, end

    def _stream(self) -> BinaryIO:
        try:
            stream = self.bundle.open(self.entry)
        except Exception as error:  # noqa: BLE001 zipfile raises whatever its decoders raise
            raise _unreadable(self, error) from None
        return cast("BinaryIO", BufferedReader(_CheckedStream(self, stream)))


class _CheckedStream(RawIOBase):
    """The unpacked content of a member; its end is an error where it is too short, too long or damaged.

    Never more than one byte beyond the stated size is unpacked: a member can claim one byte and hold a
    hundred gigabytes.
    """

    def __init__(self, member: ZipMember, stream: IO[bytes]) -> None:
        self._member = member
        self._stream = stream
        self._missing_bytes = member.size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            # At the end of the content zipfile compares the checksum.
            block = self._stream.read(min(len(view), self._missing_bytes + 1))
        except Exception as error:  # noqa: BLE001 as above
            raise _unreadable(self._member, error) from None
        self._missing_bytes -= len(block)
        is_too_long = self._missing_bytes < 0
        is_too_short = not block and self._missing_bytes > 0
        if is_too_long or is_too_short:
            raise ModError(
                f"{self._member.member} in the zip is not as long as it says", REBUILD_HINT
            )
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _unreadable(member: ZipMember, error: Exception) -> ModError:
    # The error of zipfile says "Bad CRC-32 for file" and the name once more.
    is_checksum = str(error).startswith("Bad CRC-32")
    reason = "it is damaged, its checksum is wrong" if is_checksum else str(error)
    return ModError(f"{member.member} in the zip cannot be read: {reason}", REBUILD_HINT)
