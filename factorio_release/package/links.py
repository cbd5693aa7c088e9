"""The files on disk behind candidates: links are followed, but never out of the mod."""

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
    from collections.abc import Iterator

    from factorio_release.package.boundary import Boundary
    from factorio_release.package.listing import Candidate, CandidateIndex


class FileResolver:
    """Finds the files behind the candidates of one folder; `problems` holds what cannot be packaged.

    `candidates` are all candidates of the folder, for links to folders. A link out of the folder, or to a
    file that `boundary` refuses, is not followed.
    """

    def __init__(self, folder: Path, boundary: Boundary, candidates: CandidateIndex) -> None:
        self.problems: list[Problem] = []
        self._folder = Path(os.path.realpath(folder))
        self._boundary = boundary
        self._candidates = candidates
        self._is_inside: dict[str, bool] = {}
        self._number_behind_links = 0

    def files(self, candidate: Candidate, named: Path | None = None) -> Iterator[DiskFile]:
        """Yield the file of a candidate; for a link to a folder, all files in it; nothing after a problem.

        `named` is a folder that git ignores and that a pattern names. Links to files in it are followed.
        """
        if not self._has_usable_name(candidate.path):
            return
        try:
            state = os.lstat(candidate.source)
        except OSError:
            self._add_missing(candidate)
            return
        # Git may know a link where a folder is now: then it is neither.
        written_as_file = candidate.link and stat.S_ISREG(state.st_mode)
        if written_as_file or stat.S_ISLNK(state.st_mode):
            yield from self._linked(candidate, _target(candidate.source, state), named)
        elif not stat.S_ISREG(state.st_mode):
            self._add(
                "file-special", candidate.path, "is neither a file nor a link", "Leave it out."
            )
        elif not self._is_in_folder(candidate.source):
            self._add_outside(candidate.path)
        else:
            yield DiskFile(candidate.path, state.st_size, candidate.source, candidate.blob)

    def _linked(self, link: Candidate, target: Path, named: Path | None) -> Iterator[DiskFile]:
        refusal = self._boundary.refusal(target)
        if refusal is FileRefusal.IGNORED and _is_below(target, named):
            refusal = None
        if refusal is FileRefusal.GIT_DATA:
            self._add(
                "symlink-outside", link.path, "is a link into git's own data", "Remove the link."
            )
        elif refusal is FileRefusal.OUTSIDE or not target.is_relative_to(self._folder):
            self._add_outside(link.path)
        elif refusal is FileRefusal.IGNORED:
            hint = (
                "Commit the file, or put a copy of it in the link's place and name it in `include`."
            )
            self._add("symlink-outside", link.path, "is a link to a file that git ignores", hint)
        elif target.is_file():
            yield DiskFile(link.path, target.stat().st_size, target)
        elif not target.is_dir():
            self._add(
                "symlink-broken",
                link.path,
                "is a link to a file that is missing",
                "Fix or remove the link.",
            )
        elif Path(os.path.realpath(link.source.parent)).is_relative_to(target):
            hint = "Remove the link: it would pack everything a second time, without end."
            self._add(
                "symlink-loop", link.path, "is a link to a folder that holds the link itself", hint
            )
        else:
            yield from self._in_linked_folder(link, target, named)

    def _in_linked_folder(
        self, link: Candidate, target: Path, named: Path | None
    ) -> Iterator[DiskFile]:
        below = relative_folder(target, self._folder)
        members = tuple(self._candidates.below(below))
        refused: dict[Path, FileRefusal] = {}
        if not _is_below(target, named):
            refused = self._boundary.refusals(member.source for member in members)
        for member in members:
            # Links to a folder of links to a folder … multiply: a few names can stand for millions of files.
            self._number_behind_links += 1
            if self._number_behind_links > MAX_FILES:
                raise ModError(
                    f"links to folders bring in more than {MAX_FILES:,} files", "remove the links"
                )
            path = member.path[len(below) :].lstrip("/")
            is_hidden = any(part.startswith(".") for part in path.split("/"))
            if is_hidden or member.source in refused:
                continue
            # A link inside of a linked folder is not followed: two of them could make a circle.
            if member.source.is_file() and not member.source.is_symlink():
                yield DiskFile(f"{link.path}/{path}", member.source.stat().st_size, member.source)

    def _is_in_folder(self, source: Path) -> bool:
        """Return whether the folder of a file, its links resolved, is in the mod and is not git's own."""
        parent = str(source).rpartition(os.sep)[0]
        if parent not in self._is_inside:
            real = Path(os.path.realpath(parent))
            in_mod = real.is_relative_to(self._folder)
            self._is_inside[parent] = in_mod and not self._boundary.is_git_data(real)
        return self._is_inside[parent]

    def _has_usable_name(self, path: str) -> bool:
        try:
            path.encode()
        except UnicodeEncodeError:
            hint = "Rename it: names in the package are UTF-8."
            self._add("file-name-encoding", printable(path), "has a name that is not UTF-8", hint)
            return False
        return True

    def _add_missing(self, candidate: Candidate) -> None:
        if candidate.sparse:
            message, hint = "lies outside the sparse checkout", "Check out the whole mod folder."
        else:
            message = "is tracked by git and not in the folder"
            hint = "Restore it, or remove it from git as well."
        self._add("file-missing", candidate.path, message, hint)

    def _add_outside(self, path: str) -> None:
        hint = "Put the file itself into the mod, or add its folder with package.extra."
        self._add(
            "symlink-outside", path, "is reached through a link that leaves the mod folder", hint
        )

    def _add(self, code: str, path: str, message: str, hint: str) -> None:
        self.problems.append(Problem(f"{path} {message}", path, hint=hint, code=code))


def printable(path: str) -> str:
    """Return a path in which bytes that are not UTF-8 are written as escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _target(link: Path, state: os.stat_result) -> Path:
    """Return the path to which a link leads, all links resolved."""
    if stat.S_ISLNK(state.st_mode):
        return Path(os.path.realpath(link))
    # With core.symlinks=false, as on Windows, git writes a link as a small file with the target's path.
    text = read_head(link, MAX_LINK_BYTES).decode("utf-8", "replace")
    return Path(os.path.realpath(link.parent / text))


def _is_below(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.is_relative_to(folder)
