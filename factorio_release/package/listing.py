"""The files in the mod folder before any rule of packaging: those in git's index, or all on disk."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.disk.folder_walk import walk_folders
from factorio_release.git.attributes import ExportIgnored
from factorio_release.git.repository import Repository
from factorio_release.package.boundary import is_git_name
from factorio_release.package.file_set import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.git.output import TrackedFile


class Candidate(NamedTuple):
    """A path that may be packaged, relative to the mod folder, and what git says about it.

    `blob` is the object id of its content, empty when git does not track it. `link` is true when git
    has it as a symbolic link, whatever is on disk. `sparse` is true when the sparse checkout leaves it
    out. `export_ignored` is true when `.gitattributes` sets `export-ignore` for it.
    """

    path: str
    source: Path
    blob: str = ""
    link: bool = False
    submodule: bool = False
    conflict: bool = False
    sparse: bool = False
    export_ignored: bool = False


class CandidateIndex:
    """Finds the candidates below a folder without a look at all others: each link to a folder needs it."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._sorted = sorted(candidates, key=lambda candidate: candidate.path)

    def below(self, folder: str) -> Iterator[Candidate]:
        """Yield the candidates below a folder, all of them for the empty path, sorted by path."""
        prefix = f"{folder}/" if folder else ""
        start = bisect_left(self._sorted, prefix, key=lambda candidate: candidate.path)
        for index in range(start, len(self._sorted)):
            candidate = self._sorted[index]
            if not candidate.path.startswith(prefix):
                return
            yield candidate


class Listing(NamedTuple):
    """All candidates, and the paths that are left out before any rule is read.

    `submodules` are the repositories of the submodules that are checked out.
    """

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...] = ()
    submodules: tuple[Repository, ...] = ()


def tracked_listing(repository: Repository) -> Listing:
    """List what git tracks in the mod folder, with the content of submodules that are checked out."""
    entries, untracked = repository.listing
    left_out = tuple(LeftOut(path, "not tracked by git", untracked=True) for path in untracked)
    submodules: list[Repository] = []
    candidates = tuple(_candidates(repository, entries, submodules))
    return Listing(candidates, left_out, tuple(submodules))


def folder_listing(folder: Path) -> Listing:
    """List every file of a folder; subfolders with a leading dot are left out as a whole."""
    hidden: list[LeftOut] = []
    candidates = tuple(Candidate(path, folder / path) for path in walk(folder, hidden))
    return Listing(candidates, tuple(hidden))


def walk(
    folder: Path, hidden: list[LeftOut] | None = None, below: str = "", skipped: str = ""
) -> Iterator[str]:
    """Yield the paths of all files and links below `folder/below`, relative to `folder`.

    Git's own data is never entered, and no folder of the name `skipped`. Where `hidden` is given, other
    folders with a leading dot are not entered either and are added to it. Links are not followed.
    """

    def is_left_out(name: str) -> bool:
        if is_git_name(name) or name == skipped:
            return True
        return hidden is not None and name.startswith(".")

    for inner, folders, names in walk_folders(
        folder / below, lambda _folder, name: not is_left_out(name)
    ):
        prefix = "".join(f"{part}/" for part in (below, inner) if part)
        if hidden is not None:
            for name in folders:
                if is_left_out(name):
                    hidden.append(LeftOut(f"{prefix}{name}/", "name begins with a dot"))
        for name in names:
            if not is_git_name(name):
                yield f"{prefix}{name}"


def _candidates(
    repository: Repository, entries: tuple[TrackedFile, ...], submodules: list[Repository]
) -> Iterator[Candidate]:
    """Yield what a repository tracks, and what its submodules do; these are added to `submodules`."""
    ignored = ExportIgnored.read(repository, entries)
    folder = repository.folder
    for entry in entries:
        candidate = Candidate(
            entry.path,
            folder / entry.path,
            entry.blob,
            link=entry.is_link,
            submodule=entry.is_submodule,
            conflict=entry.conflict,
            sparse=entry.sparse,
            export_ignored=ignored.covers(entry),
        )
        if entry.is_submodule:
            yield from _in_submodule(candidate, submodules)
        else:
            yield candidate


def _in_submodule(submodule: Candidate, submodules: list[Repository]) -> Iterator[Candidate]:
    """Yield the files of a submodule, or the submodule itself where it has none.

    The files are those that its own repository tracks. A submodule without a repository of its own was
    copied into place: then they are all files on disk.
    """
    if (submodule.source / ".git").exists():
        repository = Repository(submodule.source)
        submodules.append(repository)
        found: Iterable[Candidate] = _candidates(repository, repository.tracked(), submodules)
    else:
        found = (Candidate(path, submodule.source / path) for path in walk(submodule.source))
    is_empty = True
    for inner in found:
        is_empty = False
        path = f"{submodule.path}/{inner.path}"
        export_ignored = inner.export_ignored or submodule.export_ignored
        yield inner._replace(path=path, export_ignored=export_ignored)
    if is_empty:
        yield submodule
