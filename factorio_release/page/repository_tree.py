"""The files of a repository by their exact names, also where the file system ignores case."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.package.boundary import Boundary, FileRefusal
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.unseen import folded_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path


# How often a similar name is searched for, and among how many: comparing takes time.
_MAX_SEARCHES: Final = 20
_MAX_COMPARED_NAMES: Final = 500


class PathKind(StrEnum):
    """What there is at a path of a repository."""

    FILE = "file"
    FOLDER = "folder"
    LOOKALIKE = "lookalike"  # a name that differs in case alone, or in what nobody sees
    NONE = "none"


# The code of the finding, and the hint.
REFUSALS: Final = {
    FileRefusal.OUTSIDE: ("page-file-outside", "Move the file into the repository."),
    FileRefusal.GIT_DATA: ("page-file-private", "Name a file of the mod."),
    FileRefusal.IGNORED: ("page-file-private", "Commit the file, or take it out of .gitignore."),
}


class RepositoryTree:
    """The files below `root`; each folder is listed once.

    `tracked` are the paths that git tracks, None where there is no git. `branches` returns the branches
    and tags of this clone, which may be shallow; it is called when they are first asked for.
    """

    def __init__(
        self,
        root: Path,
        tracked: Collection[str] | None = None,
        branches: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.root = root
        self._tracked = frozenset(tracked) if tracked is not None else None
        self._read_branches = branches
        self._boundary = Boundary(root)
        self._listings: dict[str, dict[str, bool]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._searches = 0

    def kind(self, path: str) -> PathKind:
        """Return what there is at a path from the root, with `/` between folders and without `..`.

        Names are compared with the listings of their folders: Windows and macOS would find `readme.md` as
        `README.md`, a forge does not.
        """
        parts = [part for part in path.split("/") if part not in {"", "."}]
        folder = ""
        for number, part in enumerate(parts, 1):
            is_folder = self._listing(folder)
            if part not in is_folder:
                if folded_name(part) in self._folded(folder):
                    return PathKind.LOOKALIKE
                return PathKind.NONE
            if is_folder[part]:
                folder = f"{folder}/{part}".removeprefix("/")
            elif number == len(parts):
                return PathKind.FILE
            else:
                return PathKind.NONE  # a file is no folder
        return PathKind.FOLDER

    @cached_property
    def branches(self) -> frozenset[str]:
        """The names of the branches and tags that this clone has."""
        return frozenset(self._read_branches())

    def near(self, path: str) -> str:
        """Return the path that `path` probably means, where there is nothing at it; empty for none.

        A similar name is searched for the first paths only: a text may have thousands of wrong links.
        """
        parts = path.split("/")
        folder = ""
        for index, part in enumerate(parts):
            if part not in self._listing(folder):
                near = self._folded(folder).get(folded_name(part)) or self._similar(part, folder)
                return "/".join([*parts[:index], near, *parts[index + 1 :]]) if near else ""
            folder = f"{folder}/{part}".removeprefix("/")
        return ""

    def is_untracked(self, path: str) -> bool:
        """Return whether git does not track a path, so that a link to it leads nowhere for others."""
        return self._tracked is not None and path not in self._tracked

    def relative(self, path: Path) -> str | None:
        """Return a path on disk relative to the root, links resolved; None outside of the root."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return None

    def refusal(self, path: Path) -> FileRefusal | None:
        """Return why a file must not be published, links resolved; None when it may."""
        if self._tracked is not None and self.relative(path) in self._tracked:
            return None  # tracked files are not ignored: no need to start git for them
        return self._boundary.refusal(path)

    def _similar(self, name: str, folder: str) -> str:
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return ""
        return suggest(name, list(self._listing(folder))[:_MAX_COMPARED_NAMES])

    def _folded(self, folder: str) -> dict[str, str]:
        """Return the names in a folder by what they have in common with those that look the same."""
        if folder not in self._names:
            self._names[folder] = {folded_name(name): name for name in self._listing(folder)}
        return self._names[folder]

    def _listing(self, folder: str) -> dict[str, bool]:
        """Return the names in a folder, and whether each is a folder itself."""
        if folder not in self._listings:
            try:
                with os.scandir(self.root / folder) as entries:
                    self._listings[folder] = {entry.name: entry.is_dir() for entry in entries}
            except OSError:
                self._listings[folder] = {}
        return self._listings[folder]
