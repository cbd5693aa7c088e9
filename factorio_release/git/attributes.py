"""Which tracked paths `.gitattributes` excludes from an export, by the answers of `git check-attr`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.git.output import TreeFile
    from factorio_release.git.repository import Repository


class ExportIgnored:
    """The paths for which `export-ignore` is set, and everything inside of such folders.

    `git archive` skips a folder with the attribute as a whole. `git check-attr` for a file in it does not
    say so, and therefore every folder is asked for as well.
    """

    def __init__(self, paths: set[str]) -> None:
        self._paths = paths
        self._folders = {"": False}

    @classmethod
    def read(cls, repository: Repository, entries: Iterable[TreeFile]) -> Self:
        """Ask git for all entries and for all folders around them, with one process."""
        answer = repository.attributes(with_folders(entries), "export-ignore")
        return cls(
            {path for path, values in answer.items() if values.get("export-ignore") == "set"}
        )

    def covers(self, entry: TreeFile) -> bool:
        """Return whether the entry is excluded from an export."""
        return _attribute_path(entry) in self._paths or self._covers_folder(_folder_of(entry.path))

    def _covers_folder(self, folder: str) -> bool:
        if folder not in self._folders:
            around = _folder_of(folder[:-1])
            self._folders[folder] = folder in self._paths or self._covers_folder(around)
        return self._folders[folder]


def with_folders(entries: Iterable[TreeFile]) -> list[str]:
    """Return the paths for which git is asked: all folders around the entries, and the entries."""
    folders: dict[str, None] = {}
    paths = []
    for entry in entries:
        paths.append(_attribute_path(entry))
        folder = _folder_of(entry.path)
        while folder and folder not in folders:
            folders[folder] = None
            folder = _folder_of(folder[:-1])
    return [*folders, *paths]


def _attribute_path(entry: TreeFile) -> str:
    """Return the path under which git is asked: folders, and submodules as folders, end with `/`."""
    if entry.is_submodule:
        return f"{entry.path}/"
    return entry.path


def _folder_of(path: str) -> str:
    """Return the folder of a path with `/` at its end, empty at the top."""
    return path[: path.rfind("/") + 1]
