"""Whether a file may be published: one decision for the package and for the page."""

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

# Spellings that a file system takes for `.git`: HFS+ ignores these characters, NTFS ends a name at `:`, and
# `\` separates folders on Windows. Git refuses to track the same names (`is_hfs_dotgit`, `is_ntfs_dotgit`).
_IGNORED_BY_HFS: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_ENDS_NAME_ON_NTFS: Final = re.compile(r"[:\\]")


class FileRefusal(StrEnum):
    """The reason why a file must not be published, as the end of a sentence."""

    OUTSIDE = "lies outside of the repository"
    GIT_DATA = "is git's own data"
    IGNORED = "is ignored by git"


class Boundary:
    """Decides which files below `root` may be published; a path is judged by the target of its links.

    `root` is the top of the repository, or the mod folder where there is none. Refused are files outside
    of `root`, git's own data, and files that git ignores. Names with a leading dot are not judged here:
    they are published where an author has written the dot in a pattern, a setting or a link's target.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._is_git_data: dict[Path, bool] = {self.root: False}
        self._repositories: dict[Path, Path | None] = {}
        self._is_ignored: dict[Path, bool] = {}

    def refusal(self, path: Path) -> FileRefusal | None:
        """Return why the file or folder must not be published, None when it may."""
        return self.refusals((path,)).get(path)

    def refusals(self, paths: Iterable[Path]) -> dict[Path, FileRefusal]:
        """Return the reason for each path that must not be published.

        Git is started once for all of the paths in one repository. Raises ModError when a nested
        repository cannot be read.
        """
        targets = {path: Path(os.path.realpath(path)) for path in paths}
        refused: dict[Path, FileRefusal] = {}
        for path, target in targets.items():
            if not target.is_relative_to(self.root):
                refused[path] = FileRefusal.OUTSIDE
            elif self.is_git_data(target):
                refused[path] = FileRefusal.GIT_DATA
        ignored = self._ignored_of(
            {target for path, target in targets.items() if path not in refused}
        )
        for path, target in targets.items():
            if target in ignored:
                refused[path] = FileRefusal.IGNORED
        return refused

    def is_git_data(self, path: Path) -> bool:
        """Return whether a path below `root`, its links resolved, is part of git's own data.

        `.git` may hold passwords: in a remote's URL, or as `actions/checkout` stores its token. Besides
        `.git` this is each folder that git would take for the data of a repository: `.git` may be a file
        that names such a folder, and a repository may be bare.
        """
        if path not in self._is_git_data:
            self._is_git_data[path] = (
                is_git_name(path.name) or self.is_git_data(path.parent) or _is_git_folder(path)
            )
        return self._is_git_data[path]

    def _ignored_of(self, paths: Collection[Path]) -> set[Path]:
        """Return those of the paths that git ignores; each result is kept."""
        by_repository: dict[Path, list[Path]] = {}
        for path in paths:
            if path in self._is_ignored:
                continue
            self._is_ignored[path] = False
            repository = None
            if path != self.root:
                repository = self._repository_around(path.parent)
            if repository is not None:
                by_repository.setdefault(repository, []).append(path)
        for repository, inside in by_repository.items():
            for path in self._ignored_in(repository, inside):
                self._is_ignored[path] = True
        return {path for path in paths if self._is_ignored[path]}

    def _ignored_in(self, repository: Path, paths: list[Path]) -> list[Path]:
        # The repository around a nested one may ignore the nested one as a whole.
        if repository != self.root and self._ignored_of({repository}):
            return paths
        return _ask_git(repository, paths)

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
    """Return whether some file system takes this name for `.git`."""
    visible = _IGNORED_BY_HFS.sub("", name)
    plain = _ENDS_NAME_ON_NTFS.split(visible, maxsplit=1)[0].rstrip(". ").lower()
    return plain in {".git", "git~1"}


def names_git_data(path: str) -> bool:
    """Return whether a part of a path or of a pattern is a name of `.git`."""
    # Most paths end here; this runs for every file of a mod.
    if path.isascii() and "git" not in path.lower():
        return False
    return any(is_git_name(part) for part in re.split(r"[/{},]", path))


def _is_git_folder(folder: Path) -> bool:
    """Return whether git would take the folder for the data of a repository or of a worktree."""
    if not os.path.lexists(folder / "HEAD"):
        return False
    is_repository = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return is_repository or (folder / "commondir").is_file()


def _ask_git(repository: Path, paths: list[Path]) -> list[Path]:
    """Return those of the paths in a repository that git ignores."""
    by_name = {path.relative_to(repository).as_posix(): path for path in paths}
    try:
        ignored = Repository(repository).ignored(by_name)
    except GitRefused as error:
        raise ModError(
            f"git cannot read the repository at {repository}: {error}",
            "repair it, or remove it from the folder that is released",
        ) from None
    return [by_name[name] for name in ignored]
