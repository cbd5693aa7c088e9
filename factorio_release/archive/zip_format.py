"""The records of a zip file as bytes, after APPNOTE 6.3.3; fixed wherever the format leaves a choice."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_UTF8_NAMES: Final = 1 << 11
_UNIX: Final = 3 << 8
_REGULAR_0644: Final = 0o100644 << 16
_PLAIN, _ZIP64 = 20, 45
_MOST_16: Final = 0xFFFF
_MOST_32: Final = 0xFFFFFFFF
# The first moment that the format can name, and the last one, in seconds since 1970.
_EARLIEST: Final = 315532800
_LATEST: Final = 4354819198


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One member as its headers describe it; `offset` is where its local header begins."""

    name: bytes
    method: int
    crc: int
    size: int
    compressed: int
    offset: int = 0

    @property
    def is_large(self) -> bool:
        """Whether its sizes need ZIP64."""
        return self.size >= _MOST_32 or self.compressed >= _MOST_32


def dos_time(epoch: int | None) -> tuple[int, int]:
    """Return time and date of seconds since 1970 in UTC, moved into 1980 to 2107; 1980-01-01 for None."""
    moment = datetime.fromtimestamp(min(max(epoch or 0, _EARLIEST), _LATEST), UTC)
    clock = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return clock, (moment.year - 1980) << 9 | moment.month << 5 | moment.day


def local_header(entry: ZipEntry, moment: tuple[int, int]) -> bytes:
    """Return what stands before the member's bytes."""
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.compressed) if entry.is_large else b""
    fields = _shared(entry, moment, len(extra), version=_ZIP64 if extra else _PLAIN)
    return struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + entry.name + extra


def central_header(entry: ZipEntry, moment: tuple[int, int]) -> bytes:
    """Return the member's line in the directory at the end."""
    sizes = (entry.size, entry.compressed) if entry.is_large else ()
    far = (entry.offset,) if entry.offset >= _MOST_32 else ()
    extra = (
        struct.pack(f"<HH{len(sizes + far)}Q", 1, 8 * len(sizes + far), *sizes, *far) if sizes + far else b""
    )
    fields = _shared(entry, moment, len(extra), version=_ZIP64 if extra else _PLAIN)
    made_by = _UNIX | fields[0]
    start = struct.pack("<4s6H3L2H", b"PK\1\2", made_by, *fields)
    place = struct.pack("<3H2L", 0, 0, 0, _REGULAR_0644, min(entry.offset, _MOST_32))
    return start + place + entry.name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    """Return what ends the file: the directory's place, twice where 32 bits do not hold it."""
    large = b""
    if count >= _MOST_16 or size >= _MOST_32 or offset >= _MOST_32:
        body = struct.pack("<HHLLQQQQ", _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, offset)
        large = struct.pack("<4sQ", b"PK\6\6", len(body)) + body
        large += struct.pack("<4sLQL", b"PK\6\7", 0, offset + size, 1)
    shown = min(count, _MOST_16)
    sizes = (min(size, _MOST_32), min(offset, _MOST_32))
    return large + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, shown, shown, *sizes, 0)


def _shared(entry: ZipEntry, moment: tuple[int, int], extra: int, *, version: int) -> tuple[int, ...]:
    sizes = (_MOST_32, _MOST_32) if entry.is_large else (entry.compressed, entry.size)
    return (version, _UTF8_NAMES, entry.method, *moment, entry.crc, *sizes, len(entry.name), extra)
