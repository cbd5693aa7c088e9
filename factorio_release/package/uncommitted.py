"""Which files of a release are not as they are in the commit that is checked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.package.committed import changed_from_head
from factorio_release.package.file_set import DiskFile, FileSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from factorio_release.git.repository import Repository


def uncommitted(repository: Repository, paths: Iterable[Path]) -> tuple[str, ...]:
    """Return those of the files that differ from `HEAD` or are not in git, sorted.

    The names are relative to the top of the working tree. Files outside of it, those that are missing,
    or belong to a submodule, are left out. What counts as equal: `changed_from_head`.
    """
    whole = repository.whole
    root = whole.root.resolve()
    entries = whole.tracked()
    tracked = {file.path: file.blob for file in entries}
    submodules = tuple(f"{file.path}/" for file in entries if file.is_submodule)
    files, unknown = [], []
    for path in {path.resolve() for path in paths}:
        if not path.is_relative_to(root) or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        if name.startswith(submodules):
            continue  # it has a repository of its own
        if name in tracked:
            files.append(DiskFile(name, path.stat().st_size, path, tracked[name]))
        else:
            unknown.append(name)
    changed = changed_from_head(whole, FileSet(tuple(files), origin="git"))
    return tuple(sorted([*changed, *unknown]))
