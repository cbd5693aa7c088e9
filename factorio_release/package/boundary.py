"""Whether a file may leave this machine: one answer, for the package and for the page."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.git.repository import GitRefused, Repository

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Letters that HFS+ does not see, and what ends a name on NTFS: the names that git refuses to track as `.git`.
_INVISIBLE: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_ENDS_NAME: Final = re.compile(r"[:\\]")


class FileRefusal(StrEnum):
    """Why a file may not leave this machine."""

    OUTSIDE = "lies outside of the repository"
    GIT_DATA = "is git's own data"
    IGNORED = "is ignored by git"


class Boundary:
    """Decides which files below `root` may be published; each path is judged by where its links lead.

    Refused are files outside of `root`, git's own data and files that git ignores. `root` is the top of the
    repository, or the mod folder where there is none. Names that begin with a dot are not judged here: in
    a pattern, a setting or a link's target they count as meant where the author has written the dot.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._git_data: dict[Path, bool] = {self.root: False}
        self._repositories: dict[Path, Path | None] = {}
        self._ignored: dict[Path, bool] = {}

    def refusal(self, path: Path) -> FileRefusal | None:
        """Return why the file or folder may not be published, None when it may."""
        return self.refusals((path,)).get(path)

    def refusals(self, paths: Iterable[Path]) -> dict[Path, FileRefusal]:
        """Return the reason for each path that may not be published; git is asked about all of them at once.

        Raises ModError when a repository in the repository cannot be read.
        """
        real = {path: Path(os.path.realpath(path)) for path in paths}
        refused: dict[Path, FileRefusal] = {}
        for path, target in real.items():
            if not target.is_relative_to(self.root):
                refused[path] = FileRefusal.OUTSIDE
            elif self.is_git_data(target):
                refused[path] = FileRefusal.GIT_DATA
        ignored = self._ignored_of({target for path, target in real.items() if path not in refused})
        return refused | {path: FileRefusal.IGNORED for path, target in real.items() if target in ignored}

    def is_git_data(self, path: Path) -> bool:
        """Tell whether a path below `root`, its links resolved, is part of git's own data.

        Besides `.git` this is every folder that git would take for a repository's data: `.git` may be a
        file that names such a folder, and a repository may be bare.
        """
        if path not in self._git_data:
            self._git_data[path] = (
                is_git_name(path.name) or self.is_git_data(path.parent) or _is_git_folder(path)
            )
        return self._git_data[path]

    def _ignored_of(self, paths: Collection[Path]) -> set[Path]:
        """Return the paths that git ignores; each answer is kept."""
        by_repository: dict[Path, list[Path]] = {}
        for path in paths:
            if path not in self._ignored:
                repository = None if path == self.root else self._repository_around(path.parent)
                self._ignored[path] = False
                if repository is not None:
                    by_repository.setdefault(repository, []).append(path)
        for repository, inside in by_repository.items():
            # The repository around a nested one may ignore all of it.
            nested = repository != self.root
            whole = nested and bool(self._ignored_of({repository}))
            for path in inside if whole else _ask(repository, inside):
                self._ignored[path] = True
        return {path for path in paths if self._ignored[path]}

    def _repository_around(self, folder: Path) -> Path | None:
        if folder not in self._repositories:
            if os.path.lexists(folder / ".git"):
                self._repositories[folder] = folder
            elif folder == self.root:
                self._repositories[folder] = None
            else:
                self._repositories[folder] = self._repository_around(folder.parent)
        return self._repositories[folder]


def is_git_name(name: str) -> bool:
    """Tell whether some file system takes this name for `.git`; git knows the same names."""
    plain = _ENDS_NAME.split(_INVISIBLE.sub("", name), maxsplit=1)[0].rstrip(". ").lower()
    return plain in {".git", "git~1"}


def names_git_data(path: str) -> bool:
    """Tell whether a part of a path or pattern is a name of `.git`."""
    if path.isascii() and "git" not in path.lower():
        return False
    return any(is_git_name(part) for part in re.split(r"[/{},]", path))


def _is_git_folder(folder: Path) -> bool:
    """Tell whether git would take the folder for the data of a repository or of a worktree."""
    if not os.path.lexists(folder / "HEAD"):
        return False
    return ((folder / "objects").is_dir() and (folder / "refs").is_dir()) or (folder / "commondir").is_file()


def _ask(root: Path, paths: list[Path]) -> list[Path]:
    by_name = {path.relative_to(root).as_posix(): path for path in paths}
    try:
        return [by_name[name] for name in Repository(root).ignored(by_name)]
    except GitRefused as error:
        raise ModError(
            f"git cannot read the repository at {root}: {error}",
            "repair it, or remove it from the folder that is released",
        ) from None
