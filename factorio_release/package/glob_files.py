"""The files and folders on disk that a glob matches, without following links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import child_path, walk_folders
from factorio_release.limits import MAX_FOLDER_DEPTH
from factorio_release.package.globs import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A dot that may be the first character of a name.
_NAMES_DOT: Final = re.compile(r"(?:^|[/{,(|\[\\])\.")


def matching_names(folder: Path, pattern: str) -> Iterator[str]:
    """Yield the paths of all files, folders and links below `folder` that a pattern matches.

    The paths are relative to `folder`, with `/` separators, in no stated order. Links are matched and
    not walked through. A leading dot must be in the pattern; `.git` is never entered. Raises GlobError
    for a pattern that cannot be used, ModError for a folder beyond MAX_FILES or MAX_FOLDER_DEPTH.
    """
    matches = compile_pattern(pattern, dots=False)
    enters_hidden = _NAMES_DOT.search(pattern) is not None

    def enters(_folder: str, name: str) -> bool:
        return name != ".git" and (enters_hidden or not name.startswith("."))

    max_depth = MAX_FOLDER_DEPTH if "**" in pattern else pattern.count("/")
    for below, folders, names in walk_folders(folder, enters, max_depth):
        for name in (*folders, *names):
            path = child_path(below, name)
            if matches(path):
                yield path
