"""What lies in the mod folder before any rule of packaging: git's list, or the folder's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factorio_release.disk.folder_walk import walk_folders
from factorio_release.git.attributes import ExportIgnored
from factorio_release.git.repository import Repository
from factorio_release.package.boundary import is_git_name
from factorio_release.package.file_set import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path that may ship, relative to the mod folder, and what git says of it.

    `attributed` is whether `export-ignore` holds for it; `link` that git holds a symbolic link,
    whatever lies on disk.
    """

    path: str
    source: Path
    blob: str = ""
    link: bool = False
    submodule: bool = False
    conflict: bool = False
    sparse: bool = False
    attributed: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Every candidate, and what is passed over without a look at the rules."""

    candidates: tuple[Candidate, ...]
    passed_over: tuple[LeftOut, ...] = ()


def tracked_listing(repository: Repository) -> Listing:
    """List what git tracks in the mod folder, the content of populated submodules included."""
    passed_over = tuple(LeftOut(path, "not tracked by git") for path in repository.untracked())
    return Listing(tuple(_tracked(repository)), passed_over)


def folder_listing(folder: Path) -> Listing:
    """List every file of a folder; of a folder whose name begins with a dot only the name."""
    passed_over: list[LeftOut] = []
    found = (Candidate(path, folder / path) for path in walk(folder, passed_over))
    return Listing(tuple(found), tuple(passed_over))


def walk(folder: Path, dotted: list[LeftOut] | None = None, below: str = "") -> Iterator[str]:
    """Yield the paths of all files and links below `folder/below`, relative to `folder`.

    Git's own data is never entered; other folders that begin with a dot are put down in `dotted`
    instead when it is given. Links are not followed.
    """

    def is_hidden(name: str) -> bool:
        return is_git_name(name) or (dotted is not None and name.startswith("."))

    for place, folders, names in walk_folders(folder / below, lambda _folder, name: not is_hidden(name)):
        prefix = "".join(f"{part}/" for part in (below, place) if part)
        if dotted is not None:
            hidden = (name for name in folders if is_hidden(name))
            dotted.extend(LeftOut(f"{prefix}{name}/", "name begins with a dot") for name in hidden)
        yield from (f"{prefix}{name}" for name in names if not is_git_name(name))


def _tracked(repository: Repository) -> Iterator[Candidate]:
    entries = repository.tracked()
    ignored = ExportIgnored.ask(repository, entries)
    for entry in entries:
        candidate = Candidate(
            entry.path,
            repository.folder / entry.path,
            entry.blob,
            entry.is_link,
            entry.is_submodule,
            entry.conflict,
            entry.sparse,
            attributed=ignored.holds(entry),
        )
        yield from _inside(candidate) if entry.is_submodule else (candidate,)


def _inside(submodule: Candidate) -> Iterator[Candidate]:
    """Yield what a submodule holds: as its repository says, else as it lies there; itself when empty."""
    if (submodule.source / ".git").exists():
        found: Iterable[Candidate] = _tracked(Repository(submodule.source))
    else:
        found = (Candidate(path, submodule.source / path) for path in walk(submodule.source))
    empty = True
    for inner in found:
        empty = False
        path = f"{submodule.path}/{inner.path}"
        yield replace(inner, path=path, attributed=inner.attributed or submodule.attributed)
    if empty:
        yield submodule
