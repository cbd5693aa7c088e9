"""Reads a file up to a bound; the only place that reads a whole file of a mod or a repository.

A name in a checkout may be a device, a pipe or a file without end. None of them may be waited for
or read to its end.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from factorio_release.limits import size_words

if TYPE_CHECKING:
    from pathlib import Path

# O_NONBLOCK: opening a pipe would wait for a writer. O_NOCTTY: a terminal is not taken over.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file of at most `max_bytes`; links are followed.

    Raises OSError, as opening a file does. Its `strerror` says also "it is larger than …" (EFBIG)
    and "it is not a regular file" (EINVAL).
    """
    content = read_head(path, max_bytes + 1)
    if len(content) > max_bytes:
        message = f"it is larger than {size_words(max_bytes)}: it has {path.stat().st_size:,} bytes"
        raise OSError(errno.EFBIG, message, str(path))
    return content


def read_head(path: Path, max_bytes: int) -> bytes:
    """Return the first `max_bytes` of a regular file, fewer when it is shorter; OSError as above."""
    handle = os.open(path, _FLAGS)
    with os.fdopen(handle, "rb") as stream:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        return stream.read(max_bytes)
