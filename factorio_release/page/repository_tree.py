"""Which files a repository has, by their exact names, whatever the file system thinks of case."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factorio_release.package.boundary import Boundary, FileRefusal

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class PathKind(StrEnum):
    """What a path of a repository is."""

    FILE = "file"
    FOLDER = "folder"
    OTHER_CASE = "other case"  # a name that differs in case alone
    NONE = "none"


# The code of the finding, and what to do.
REFUSALS: Final = {
    FileRefusal.OUTSIDE: ("page-file-outside", "move the file into the repository"),
    FileRefusal.GIT_DATA: ("page-file-private", "name a file of the mod"),
    FileRefusal.IGNORED: ("page-file-private", "commit the file, or take it out of .gitignore"),
}


class RepositoryTree:
    """The files below `root`; each folder is listed once.

    `tracked` are the paths that git has, where that is known.
    """

    def __init__(self, root: Path, tracked: Collection[str] | None = None) -> None:
        self.root = root
        self._tracked = frozenset(tracked) if tracked is not None else None
        self._boundary = Boundary(root)
        self._listings: dict[str, dict[str, bool]] = {}

    def entry(self, path: str) -> PathKind:
        """Tell what stands at a path relative to the root, with `/` and without `..`."""
        parts = [part for part in path.split("/") if part not in {"", "."}]
        folder = ""
        for number, part in enumerate(parts, 1):
            names = self._names(folder)
            if part not in names:
                return PathKind.OTHER_CASE if part.lower() in map(str.lower, names) else PathKind.NONE
            if not names[part]:
                return PathKind.FILE if number == len(parts) else PathKind.NONE
            folder = f"{folder}/{part}" if folder else part
        return PathKind.FOLDER

    def is_untracked(self, path: str) -> bool:
        """Tell whether a file that exists is not in git, so that nobody else can see it."""
        return self._tracked is not None and path not in self._tracked

    def relative(self, path: Path) -> str | None:
        """Return a path on disk relative to the root, links resolved; None outside of it."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return None

    def refusal(self, path: Path) -> FileRefusal | None:
        """Return why a file may not be published, links resolved; None when it may."""
        if self._tracked is not None and self.relative(path) in self._tracked:
            return None  # git is not asked whether it ignores what it has
        return self._boundary.refusal(path)

    def _names(self, folder: str) -> dict[str, bool]:
        if folder not in self._listings:
            try:
                with os.scandir(self.root / folder) as entries:
                    self._listings[folder] = {entry.name: entry.is_dir() for entry in entries}
            except OSError:
                self._listings[folder] = {}
        return self._listings[folder]
