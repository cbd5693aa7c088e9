"""The SHA-1 of every zip that this program builds from the same files."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Final

from factorio_release.archive.compressing import EFFORTS
from factorio_release.archive.zip_format import (
    ZipEntry,
    central_header,
    dos_time,
    end_records,
    local_header,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.archive.compressing import Effort
    from factorio_release.public_zip.contents import Contents

# `max` takes ten times as long as `default`.
_MAX_BYTES_WITH_MAX: Final = 32 << 20


def builds(
    contents: Contents, top: str, epochs: Iterable[int | None]
) -> Iterator[tuple[str, int | None, str]]:
    """Yield `compression`, time and SHA-1 of each build; `top` is the name of the zip's folder.

    No file may have more than MAX_IN_MEMORY_BYTES. The compressed bytes depend on the version of libdeflate
    too: a build of another one is not found.
    """
    moments = list(epochs)
    for name in compressions(contents):
        packed = _packed(contents, top, EFFORTS[name])
        for epoch in moments:
            yield name, epoch, _sha1(packed, dos_time(epoch))


def compressions(contents: Contents) -> list[str]:
    """Return the values of `compression` that are tried: `max` only for small packages."""
    size = sum(len(data) for _, data in contents)
    return [name for name in EFFORTS if name != "max" or size <= _MAX_BYTES_WITH_MAX]


def _packed(contents: Contents, top: str, effort: Effort) -> list[tuple[ZipEntry, bytes]]:
    """Return the entries of the zip with their compressed bytes."""
    packed = []
    offset = 0
    for path, data in contents:
        method, payload = effort.compress(path, data)
        name, crc = f"{top}/{path}".encode(), zlib.crc32(data)
        entry = ZipEntry(name, method, crc, len(data), len(payload), offset)
        packed.append((entry, bytes(payload)))
        offset += len(local_header(entry, (0, 0))) + len(payload)
    return packed


def _sha1(packed: list[tuple[ZipEntry, bytes]], moment: tuple[int, int]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    size = 0
    for entry, payload in packed:
        for part in (local_header(entry, moment), payload):
            digest.update(part)
            size += len(part)
    directory = b"".join(central_header(entry, moment) for entry, _ in packed)
    digest.update(directory)
    digest.update(end_records(len(packed), len(directory), size))
    return digest.hexdigest()
