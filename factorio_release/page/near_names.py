"""The file that a path of the page probably means, where it names none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.unseen import folded_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MAX_COMPARED_NAMES: Final = 500  # comparing takes time
_GLOB: Final = re.compile(r"[*?\[{]")


def near_name(name: str, names: Iterable[str]) -> str:
    """Return the name that looks the same or is written similarly, empty when there is none."""
    known = sorted(names)[:_MAX_COMPARED_NAMES]
    folded = folded_name(name)
    for one in known:
        if folded_name(one) == folded:
            return one
    return suggest(name, known)


def near_path(folder: Path, written: str) -> str:
    """Return a path or glob with its first name that is not there replaced; empty without a near name.

    `written` is relative to `folder`, with `/`.
    """
    parts = written.split("/")
    place = folder
    for index, part in enumerate(parts):
        if _GLOB.search(part):
            return ""
        try:
            if part == ".." or place.is_symlink():
                return ""  # names of files outside of the repository are not shown
            if part in {"", "."} or (place / part).exists():
                place /= part
                continue
            near = near_name(part, (entry.name for entry in place.iterdir()))
        except (OSError, ValueError):  # no folder, no permission, or a name that no file can have
            return ""
        return "/".join([*parts[:index], near, *parts[index + 1 :]]) if near else ""
    return ""
