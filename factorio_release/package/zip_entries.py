"""The entries of a finished zip: what is wrong with their names, and which of them can be read."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.boundary import names_git_data
from factorio_release.parsers.info import INFO_FILE

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_DRIVE: Final = lazy_pattern(r"[A-Za-z]:")
_GAME_METHODS: Final = frozenset({0, 8})  # stored and deflated: observed
# APPNOTE 4.4.5, those that programs still write.
_METHOD_NAMES: Final = {
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
}
# What Python's zipfile unpacks, so that the rest of the check goes on.
_READ_HERE: Final = _GAME_METHODS | {12, 14} | ({93} if sys.version_info >= (3, 14) else set())


class NamedEntry(NamedTuple):
    """An entry with the path that its name means, and the first problem of its name.

    `path` has `/` separators and no empty part; it is empty where the name leads out of every folder.
    """

    entry: zipfile.ZipInfo
    path: str
    problem: str


def named(entry: zipfile.ZipInfo) -> NamedEntry:
    """Read the name of an entry as programs do that accept it."""
    # On Windows zipfile turns backslashes into slashes in `filename`, and it cuts a name at a NUL.
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    inner = parts[:-1] if not parts[-1] else parts  # a folder ends with a slash
    for is_problem, reason in (
        ("\0" in name, "has a NUL character in its name"),
        (".." in parts, "has a name that leads out of the folder"),
        (_DRIVE.match(name) is not None, "has an absolute path"),
    ):
        if is_problem:
            return NamedEntry(entry, "", reason)
    path = "/".join(part for part in parts if part not in {"", "."})
    for is_problem, reason in (
        (not parts[0], "has an absolute path"),
        ("\\" in name, "has a backslash in its name: the portal refuses it"),
        ("" in inner or "." in inner, "has a name with an empty part or a dot for a folder"),
    ):
        if is_problem:
            return NamedEntry(entry, path, reason)
    return NamedEntry(entry, path, "")


def is_folder(entry: zipfile.ZipInfo) -> bool:
    """Return whether it is an entry of a folder, which has no content."""
    return entry.orig_filename.endswith(("/", "\\"))


def top_folder(entries: Iterable[NamedEntry]) -> str | None:
    """Return the folder that holds the info.json, with `/` at its end; None when there is no info.json.

    The game reads info.json one folder deep only. Empty is the answer for a zip that was made without
    the folder.
    """
    answer = None
    for one in entries:
        top, slash, rest = one.path.partition("/")
        if rest == INFO_FILE:
            return top + slash
        if one.path == INFO_FILE:
            answer = ""
    return answer


def problem_of_entry(
    one: NamedEntry, inner: str, *, is_second: bool, is_part_of_path: bool
) -> tuple[str, str] | None:
    """Return the code and the text of the first problem beside the name, None when it has none.

    `inner` is the path below the top folder; `is_part_of_path` says that it is a folder of other entries.
    """
    entry = one.entry
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_encrypted = bool(entry.flag_bits & _ENCRYPTED_FLAG)
    has_no_encoding = not inner.isascii() and not entry.flag_bits & _UTF8_FLAG
    conditions = (
        (names_git_data(one.path), "zip-name", "is git's own data: it may hold passwords"),
        (is_second, "duplicate-path", "is in the zip twice"),
        (is_part_of_path, "duplicate-path", "is both a file and a folder in the zip"),
        (is_link, "zip-symlink", "is a link: the game follows none in a zip"),
        (is_encrypted, "zip-encrypted", "is encrypted"),
        (has_no_encoding, "file-name-encoding", "has a name that is not marked as UTF-8"),
        (entry.compress_type not in _GAME_METHODS, "zip-method", _wrong_method(entry)),
    )
    for is_problem, code, reason in conditions:
        if is_problem:
            return code, reason
    return None


def can_be_read(entry: zipfile.ZipInfo, code: str) -> bool:
    """Return whether the content of an entry is known in spite of a problem with this code."""
    return code == "zip-method" and entry.compress_type in _READ_HERE


def _wrong_method(entry: zipfile.ZipInfo) -> str:
    number = entry.compress_type
    name = _METHOD_NAMES.get(number, f"method {number}")
    return f"is compressed with {name}: the game reads only stored and deflated entries"


def folders_of(paths: Iterable[str]) -> Iterator[str]:
    """Yield each folder around one of the paths, some of them several times."""
    for path in paths:
        end = path.rfind("/")
        while end > 0:
            yield path[:end]
            end = path.rfind("/", 0, end)
