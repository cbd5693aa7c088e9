"""What the cache folder holds, by kind: for showing it, for clearing it, and as a key for a CI's cache.

Only names that this program gives count. Whoever names a folder of their own as `cache-dir` keeps everything
else in it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.removal import remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Changes when files of an older version can no longer be read.
_FORMAT: Final = 1
# What a run that was killed leaves, and what another run is writing at this moment.
_PART: Final = r"\.(?:{}).*\.[0-9a-f]{{8}}\.part"
_PART_SECONDS: Final = 60 * 60


class Kind(NamedTuple):
    """A folder of the cache: the names of its entries, and those of entries that never change.

    `begins` is how the name of such an entry begins, for those that are not whole. A kind that is not
    `by_default` is cleared only where it is named.
    """

    title: str
    names: str
    lasting: str = ""
    begins: str = ""
    by_default: bool = True


KINDS: Final = {
    "game": Kind(
        "the game's public data and its API, by version",
        r"factorio-data-\d+\.\d+\.\d+\.tar\.gz"
        r"|prototype-api-(?:\d+\.\d+\.\d+\.json|.+\.(?:absent|unreached))",
        r".+\.(?:gz|json)",
        "factorio-data-|prototype-api-",
    ),
    "mods": Kind(
        "mods from the portal, and lists of their releases",
        r".+_\d+\.\d+\.\d+_[0-9a-f]{40}\.zip|.+\.[0-9a-f]{8}\.releases\.json",
        r".+\.zip",
        ".",
    ),
    "headless": Kind(
        "the game's headless builds, by version",
        r"\d+\.\d+\.\d+",
        r".+",
        r"\d+\.\d+\.\d+",
    ),
    "servers": Kind("what was learnt of public servers", r"servers\.json", begins="servers"),
    "portal": Kind(
        "what was learnt of the portal's own forms of packages and texts",
        r"[0-9a-f]{64}\.json",
        by_default=False,
    ),
}


class Entry(NamedTuple):
    """A file or a folder of the cache, with all its bytes."""

    path: Path
    bytes: int


def entries(folder: Path, kind: str) -> list[Entry]:
    """Return the entries of a kind by name; none where there is no such folder."""
    one = KINDS[kind]
    form = re.compile(one.names)
    part = re.compile(_PART.format(one.begins)) if one.begins else None
    try:
        found = sorted((folder / kind).iterdir())
    except OSError:
        return []
    return [
        Entry(path, _bytes(path))
        for path in found
        if form.fullmatch(path.name) or (part and part.fullmatch(path.name) and _is_left(path))
    ]


def clear(folder: Path, kinds: Iterable[str]) -> tuple[int, list[str]]:
    """Remove the entries of kinds; return the bytes that were freed, and a sentence for each that stayed."""
    freed, stayed = 0, []
    for kind in kinds:
        for one in entries(folder, kind):
            try:
                remove(one.path)
                freed += one.bytes
            except OSError as error:
                stayed.append(f"{one.path} could not be removed: {error.strerror}")
    return freed, stayed


def cache_key(folder: Path | None) -> str:
    """Return a key that is the same as long as the cache holds the same: for a CI's cache.

    The name of what lasts says what is in it: a version, or a sum.
    """
    digest = hashlib.sha256()
    for kind, one in KINDS.items():
        if folder is None or not one.lasting:
            continue
        lasting = re.compile(one.lasting)
        for entry in entries(folder, kind):
            if lasting.fullmatch(entry.path.name):
                digest.update(f"{kind}/{entry.path.name}\n".encode())
    return f"factorio-release-{_FORMAT}-{digest.hexdigest()[:16]}"


def _is_left(path: Path) -> bool:
    """Return whether a part has been there for so long that no run writes it any more."""
    try:
        return time.time() - os.lstat(path).st_mtime > _PART_SECONDS
    except OSError:
        return False


def _bytes(path: Path) -> int:
    return sum(_sizes(path))


def _sizes(path: Path) -> Iterator[int]:
    try:
        state = os.lstat(path)
    except OSError:
        return
    if not stat.S_ISDIR(state.st_mode):
        yield state.st_size
        return
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 a headless build has thousands
            except OSError:
                continue
