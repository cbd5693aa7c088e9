"""Walks folders without recursion, to a stated depth and up to a stated number of names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from factorio_release.errors import ModError
from factorio_release.limits import MAX_FILES, MAX_FOLDER_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SMALLER = "move what is not the mod's out of the folder"


def walk_folders(
    top: Path, enters: Callable[[str, str], bool], max_depth: int = MAX_FOLDER_DEPTH
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder's path relative to `top` (`""` for itself), its folders and its other names.

    A link to a folder counts as another name: no link is followed. `enters` is asked, with the
    folder's path and a name in it, which folders are walked. A folder that cannot be read is
    passed over, as `os.walk` does. Raises ModError beyond MAX_FOLDER_DEPTH and MAX_FILES; a smaller
    `max_depth` only ends the walk there.
    """
    waiting = [("", 0)]
    seen = 0
    while waiting:
        folder, depth = waiting.pop()
        folders, names = _listed(os.path.join(top, folder) if folder else os.fspath(top))  # noqa: PTH118 strings, as this runs once a folder
        seen += len(folders) + len(names)
        if seen > MAX_FILES:
            raise ModError(f"{top} holds more than {MAX_FILES:,} files and folders", SMALLER)
        yield folder, folders, names
        below = [f"{folder}/{name}" if folder else name for name in folders if enters(folder, name)]
        if below and depth >= MAX_FOLDER_DEPTH:
            raise ModError(f"{_cut(below[0])} is nested deeper than {MAX_FOLDER_DEPTH} folders", SMALLER)
        if depth < max_depth:
            waiting += [(path, depth + 1) for path in reversed(below)]


def refuse_depth(path: str) -> None:
    """Raise ModError for a path, relative to the mod folder, with too many folders in it."""
    if path.count("/") > MAX_FOLDER_DEPTH:
        raise ModError(f"{_cut(path)} is nested deeper than {MAX_FOLDER_DEPTH} folders", SMALLER)


def _cut(path: str) -> str:
    return path if len(path) <= MAX_FOLDER_DEPTH else f"{path[:MAX_FOLDER_DEPTH]}…"


def _listed(folder: str) -> tuple[list[str], list[str]]:
    folders: list[str] = []
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                (folders if is_folder else names).append(entry.name)
                if len(folders) + len(names) > MAX_FILES:
                    break
    except OSError:
        return [], []
    return sorted(folders), sorted(names)
