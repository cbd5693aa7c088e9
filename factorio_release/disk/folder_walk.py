"""Walks folders without recursion, up to a depth and a number of names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.limits import MAX_FILES, MAX_FOLDER_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SMALLER_FOLDER_HINT: Final = "move what is not the mod's out of the folder"
_MAX_SHOWN_CHARACTERS: Final = 100  # of a path in a message


def walk_folders(
    top: Path, enters: Callable[[str, str], bool], max_depth: int = MAX_FOLDER_DEPTH
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield for each folder its path relative to `top`, its folders and its other names, both sorted.

    The path of `top` itself is empty. A link to a folder counts as another name: no link is followed.
    `enters(folder, name)` decides which folders are walked. A folder that cannot be read counts as
    empty, as in `os.walk`. Below `max_depth` nothing is walked. Raises ModError for a tree that goes
    beyond MAX_FOLDER_DEPTH or MAX_FILES.
    """
    waiting = [("", 0)]
    seen = 0
    while waiting:
        folder, depth = waiting.pop()
        folders, names = _listed(_joined(top, folder))
        seen += len(folders) + len(names)
        if seen > MAX_FILES:
            raise ModError(
                f"{top} holds more than {MAX_FILES:,} files and folders", SMALLER_FOLDER_HINT
            )
        yield folder, folders, names
        below = [child_path(folder, name) for name in folders if enters(folder, name)]
        if below and depth >= MAX_FOLDER_DEPTH:
            raise _too_deep(below[0])
        if depth < max_depth:
            waiting += [(path, depth + 1) for path in reversed(below)]


def child_path(folder: str, name: str) -> str:
    """Return the path of a name in a folder, with `/`; the folder at the top is empty."""
    if not folder:
        return name
    return f"{folder}/{name}"


def refuse_depth(path: str) -> None:
    """Raise ModError for a path, relative to the mod folder, with more than MAX_FOLDER_DEPTH folders."""
    if path.count("/") > MAX_FOLDER_DEPTH:
        raise _too_deep(path)


def _too_deep(path: str) -> ModError:
    shown = path
    if len(path) > _MAX_SHOWN_CHARACTERS:
        shown = f"{path[:_MAX_SHOWN_CHARACTERS]}…"
    return ModError(
        f"{shown} is nested deeper than {MAX_FOLDER_DEPTH} folders", SMALLER_FOLDER_HINT
    )


def _joined(top: Path, folder: str) -> str:
    # Strings instead of Path objects, since this runs once for each folder.
    if not folder:
        return os.fspath(top)
    return os.path.join(top, folder)  # noqa: PTH118


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and the other names in a folder, of a huge one only the first MAX_FILES."""
    folders: list[str] = []
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    names.append(entry.name)
                if len(folders) + len(names) > MAX_FILES:
                    break
    except OSError:
        return [], []
    return sorted(folders), sorted(names)
