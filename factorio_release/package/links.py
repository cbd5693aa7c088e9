"""From a path that should ship to the file whose bytes ship, links followed inside the mod only."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.disk.bounded_file import read_head
from factorio_release.errors import ModError
from factorio_release.git.repository import relative_folder
from factorio_release.limits import MAX_FILES, MAX_LINK_BYTES
from factorio_release.package.boundary import FileRefusal
from factorio_release.package.file_set import DiskFile
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.package.boundary import Boundary
    from factorio_release.package.listing import Candidate


class FileResolver:
    """Finds the file behind each candidate of one folder; `problems` holds what cannot ship as it is.

    `members` answers which candidates lie below a folder, for links to folders. No link leads out of the
    folder, nor to what `boundary` refuses.
    """

    def __init__(
        self, folder: Path, boundary: Boundary, members: Callable[[str], Iterator[Candidate]]
    ) -> None:
        self.problems: list[Problem] = []
        self._folder = Path(os.path.realpath(folder))
        self._boundary = boundary
        self._members = members
        self._inside: dict[str, bool] = {}
        self._behind_links = 0

    def place(self, candidate: Candidate, named: Path | None = None) -> Iterator[DiskFile]:
        """Yield the file, or the files of the folder that a link names; nothing when there is none.

        `named` is a folder that git ignores and that a pattern names: a link within it is as meant as a file.
        """
        if not self._has_usable_name(candidate.path):
            return
        try:
            state = os.lstat(candidate.source)
        except OSError:
            self._missing(candidate)
            return
        if candidate.link or stat.S_ISLNK(state.st_mode):
            yield from self._linked(candidate, state, named)
        elif not stat.S_ISREG(state.st_mode):
            self._tell("file-special", candidate.path, "is neither a file nor a link", "leave it out")
        elif not self._lies_inside(candidate.source):
            self._outside(candidate.path)
        else:
            yield DiskFile(candidate.path, state.st_size, candidate.source, candidate.blob)

    def _linked(self, link: Candidate, state: os.stat_result, named: Path | None) -> Iterator[DiskFile]:
        target = self._target(link.source, state)
        refusal = self._boundary.refusal(target)
        if refusal is FileRefusal.IGNORED and named and target.is_relative_to(named):
            refusal = None
        if refusal is FileRefusal.GIT_DATA:
            self._tell("symlink-outside", link.path, "is a link into git's own data", "remove the link")
        elif refusal is FileRefusal.OUTSIDE or not target.is_relative_to(self._folder):
            self._outside(link.path)
        elif refusal is FileRefusal.IGNORED:
            hint = "commit the file, or put a copy of it in the link's place and name it in `include`"
            self._tell("symlink-outside", link.path, "is a link to a file that git ignores", hint)
        elif target.is_file():
            yield DiskFile(link.path, target.stat().st_size, target)
        elif target.is_dir() and self._holds(target, link):
            hint = "remove the link: it would pack everything a second time, without end"
            self._tell("symlink-loop", link.path, "is a link to a folder that holds the link itself", hint)
        elif target.is_dir():
            yield from self._linked_folder(link, target, named)
        else:
            self._tell(
                "symlink-broken",
                link.path,
                "is a link to a file that is not there",
                "mend or remove the link",
            )

    def _linked_folder(self, link: Candidate, target: Path, named: Path | None) -> Iterator[DiskFile]:
        below = relative_folder(target, self._folder)
        members = tuple(self._members(below))
        meant = named is not None and target.is_relative_to(named)
        refused = {} if meant else self._boundary.refusals(member.source for member in members)
        for member in members:
            source = Path(member.source)
            self._behind_links += 1
            if self._behind_links > MAX_FILES:
                raise ModError(f"links to folders bring in more than {MAX_FILES:,} files", "remove the links")
            rest = member.path[len(below) :].lstrip("/")
            hidden = any(part.startswith(".") for part in rest.split("/"))
            if not hidden and member.source not in refused and not source.is_symlink() and source.is_file():
                yield DiskFile(f"{link.path}/{rest}", source.stat().st_size, source)

    @staticmethod
    def _holds(folder: Path, link: Candidate) -> bool:
        return Path(os.path.realpath(link.source.parent)).is_relative_to(folder)

    @staticmethod
    def _target(source: Path, state: os.stat_result) -> Path:
        if stat.S_ISLNK(state.st_mode):
            return Path(os.path.realpath(source))
        # Git on Windows writes a link as a small file that holds the target's path.
        text = read_head(source, MAX_LINK_BYTES).decode("utf-8", "replace")
        return Path(os.path.realpath(source.parent / text))

    def _lies_inside(self, source: Path) -> bool:
        parent = str(source).rpartition(os.sep)[0]
        if parent not in self._inside:
            real = Path(os.path.realpath(parent))
            self._inside[parent] = real.is_relative_to(self._folder) and not self._boundary.is_git_data(real)
        return self._inside[parent]

    def _has_usable_name(self, path: str) -> bool:
        try:
            path.encode()
        except UnicodeEncodeError:
            hint = "rename it: names in the package are UTF-8"
            self._tell("file-name-encoding", printable(path), "has a name that is not UTF-8", hint)
            return False
        return True

    def _missing(self, candidate: Candidate) -> None:
        if candidate.sparse:
            why, hint = "lies outside the sparse checkout", "check out the whole mod folder"
        else:
            why, hint = "is tracked by git and not in the folder", "restore it, or remove it from git as well"
        self._tell("file-missing", candidate.path, why, hint)

    def _outside(self, path: str) -> None:
        hint = "put the file itself into the mod, or add its folder with package.extra"
        self._tell("symlink-outside", path, "is reached through a link that leaves the mod folder", hint)

    def _tell(self, code: str, path: str, why: str, hint: str) -> None:
        self.problems.append(Problem(f"{path} {why}", path, hint=hint, code=code))


def printable(path: str) -> str:
    """Return a path with bytes that are not UTF-8 written as escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
