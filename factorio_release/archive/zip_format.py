"""The records of a zip file as bytes, by the specification APPNOTE 6.3.3.

Where the format leaves a choice it is fixed here, so that equal files give equal bytes on every machine.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Final, NamedTuple

_UTF8_FLAG: Final = 1 << 11
_MADE_ON_UNIX: Final = 3 << 8
_MODE_0644: Final = 0o100644 << 16
# The versions of the specification that a reader needs.
_VERSION_DEFLATE: Final = 20
_VERSION_ZIP64: Final = 45
# A field with this value says that the true one is in a ZIP64 record.
_MAX_UINT16: Final = 0xFFFF
_MAX_UINT32: Final = 0xFFFFFFFF
_ZIP64_EXTRA_ID: Final = 1
# The first and the last second that the format can express, in seconds since 1970.
_FIRST_SECOND: Final = 315532800  # 1980-01-01 00:00:00
_LAST_SECOND: Final = 4354819198  # 2107-12-31 23:59:58


class ZipEntry(NamedTuple):
    """One member as its headers describe it; `offset` is the position of its local header.

    `size` and `compressed` are in bytes.
    """

    name: bytes
    method: int
    crc: int
    size: int
    compressed: int
    offset: int = 0

    @property
    def is_large(self) -> bool:
        """Whether its sizes need ZIP64."""
        return self.size >= _MAX_UINT32 or self.compressed >= _MAX_UINT32


def dos_time(epoch: int | None) -> tuple[int, int]:
    """Return the time and the date fields for seconds since 1970 in UTC.

    Times outside of 1980 to 2107 become the nearest one in it; None is 1980-01-01.
    """
    seconds = min(max(epoch or 0, _FIRST_SECOND), _LAST_SECOND)
    moment = datetime.fromtimestamp(seconds, UTC)
    clock = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return clock, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def local_header(entry: ZipEntry, moment: tuple[int, int]) -> bytes:
    """Return the header in front of a member's bytes."""
    extra = b""
    if entry.is_large:
        extra = _zip64_extra(entry.size, entry.compressed)
    fields = _shared_fields(entry, moment, extra)
    return struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + entry.name + extra


def central_header(entry: ZipEntry, moment: tuple[int, int]) -> bytes:
    """Return the record of a member in the directory at the end."""
    large_values: list[int] = []
    if entry.is_large:
        large_values += [entry.size, entry.compressed]
    if entry.offset >= _MAX_UINT32:
        large_values.append(entry.offset)
    extra = _zip64_extra(*large_values) if large_values else b""
    fields = _shared_fields(entry, moment, extra)
    made_by = _MADE_ON_UNIX | fields[0]
    start = struct.pack("<4s6H3L2H", b"PK\1\2", made_by, *fields)
    # No comment, on the first disk, no internal attributes; then mode and position.
    rest = struct.pack("<3H2L", 0, 0, 0, _MODE_0644, min(entry.offset, _MAX_UINT32))
    return start + rest + entry.name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    """Return the end of the file: number of entries, size and position of the directory.

    Where 16 or 32 bits are too few for one of them, the ZIP64 records come first.
    """
    zip64 = b""
    if count >= _MAX_UINT16 or size >= _MAX_UINT32 or offset >= _MAX_UINT32:
        made_by = _MADE_ON_UNIX | _VERSION_ZIP64
        body = struct.pack("<HHLLQQQQ", made_by, _VERSION_ZIP64, 0, 0, count, count, size, offset)
        record = struct.pack("<4sQ", b"PK\6\6", len(body)) + body
        pointer = struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
        zip64 = record + pointer
    shown_count = min(count, _MAX_UINT16)
    shown_place = (min(size, _MAX_UINT32), min(offset, _MAX_UINT32))
    return zip64 + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, shown_count, shown_count, *shown_place, 0
    )


def _zip64_extra(*values: int) -> bytes:
    return struct.pack(f"<HH{len(values)}Q", _ZIP64_EXTRA_ID, 8 * len(values), *values)


def _shared_fields(entry: ZipEntry, moment: tuple[int, int], extra: bytes) -> tuple[int, ...]:
    """Return the fields that both headers have, from the needed version to the length of the extra field."""
    version = _VERSION_ZIP64 if extra else _VERSION_DEFLATE
    sizes = (entry.compressed, entry.size)
    if entry.is_large:
        sizes = (_MAX_UINT32, _MAX_UINT32)
    lengths = (len(entry.name), len(extra))
    return (version, _UTF8_FLAG, entry.method, *moment, entry.crc, *sizes, *lengths)
