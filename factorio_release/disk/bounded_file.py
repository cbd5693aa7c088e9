"""Reads a file up to a bound; no other module reads a whole file of a mod or a repository.

Whoever opens a pull request chooses the names in a checkout. A name may be a link to a device, a pipe that
nobody writes to, or a file without end. None of them may stop the run or fill the memory.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

from factorio_release.limits import size_words

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

# Windows has only O_BINARY of these.
_READ_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait for a writer
    | getattr(os, "O_NOCTTY", 0)  # a terminal would become the one that controls this process
    | getattr(os, "O_CLOEXEC", 0)
)


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most `max_bytes`; links are followed.

    Raises OSError. Its `strerror` is the system's, or "it is larger than …" (EFBIG), or "it is not a
    regular file" (EINVAL).
    """
    # The content is measured, not the size that the file system states: `/proc` states 0.
    content = read_head(path, max_bytes + 1)
    if len(content) > max_bytes:
        message = f"it is larger than {size_words(max_bytes)}: it has {path.stat().st_size:,} bytes"
        raise OSError(errno.EFBIG, message, str(path))
    return content


def read_head(path: Path, max_bytes: int) -> bytes:
    """Return the first `max_bytes` of a regular file, or all of a shorter one; raises as `read_file` does."""
    with open_file(path) as stream:
        return stream.read(max_bytes)


def open_file(path: Path) -> BinaryIO:
    """Return a regular file, opened for reading; raises as `read_file` does for anything else."""
    handle = os.open(path, _READ_FLAGS)
    stream = os.fdopen(handle, "rb")
    # The opened file is judged, not the name: the name may be given to another file in between.
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return stream
    stream.close()
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))
