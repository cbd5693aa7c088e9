"""Which present file an output may replace, and what a user can do when it must not.

A rule is a function (`MayReplace`). `atomic_write` calls it with the present file before that is replaced.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    # Reads the file that would be replaced; returns why it must not be, empty when it may.
    MayReplace = Callable[[BinaryIO], str]

MAX_HEAD_BYTES: Final = 256
_FULL_DISK_ERRORS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WriteRefused(OSError):
    """The path must not be written: what is there now is not ours to replace, or it leads elsewhere."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(errno.EPERM, reason)
        self.remedy = remedy


def remedy(error: OSError) -> str:
    """Return what a user can do about a file that could not be written, as a hint."""
    if isinstance(error, WriteRefused):
        return error.remedy
    if error.errno in _FULL_DISK_ERRORS:
        return "free space on the disk, or raise the limit on the size of files"
    if error.errno == errno.EACCES and os.name == "nt":
        return "close the program that has it open, or make it and its folder writable"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "make it and its folder writable"
    return "check the path, and who may write there"


def replaces_anything(_present: BinaryIO) -> str:
    """Allow every regular file to be replaced: the user asked for it."""
    return ""


def replaces_only(head: bytes, kind: str) -> MayReplace:
    """Return a rule: only a file that is empty or begins with `head` may be replaced.

    `head` has at most MAX_HEAD_BYTES. `kind` ends the message "a file is there that is not …": `a zip`.

    An output path comes from a config file that a pull request can change. Without this rule, the setting
    `report: README.md` would overwrite the README.
    """

    def judge(present: BinaryIO) -> str:
        beginning = present.read(MAX_HEAD_BYTES)
        if not beginning or beginning.startswith(head):
            return ""
        return f"a file is there that is not {kind}"

    return judge


def replaces_exactly(before: bytes) -> MayReplace:
    """Return a rule: only a file that still has the content `before` may be replaced.

    So no change of another program is lost.
    """

    def judge(present: BinaryIO) -> str:
        if present.read(len(before) + 1) == before:
            return ""
        return "it was changed meanwhile"

    return judge
