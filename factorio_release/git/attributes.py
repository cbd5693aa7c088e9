"""Which tracked paths `.gitattributes` keeps out of an export, asked of git as `git archive` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.git.output import TreeFile
    from factorio_release.git.repository import Repository


class ExportIgnored:
    """Paths for which `export-ignore` is set, and what lies in a folder for which it is."""

    def __init__(self, paths: set[str]) -> None:
        self._paths = paths
        self._folders = {"": False}

    @classmethod
    def ask(cls, repository: Repository, entries: Iterable[TreeFile]) -> Self:
        """Ask for every file, and for every folder around one within the mod."""
        answer = repository.attributes(_questions(entries), "export-ignore")
        return cls({path for path, values in answer.items() if values.get("export-ignore") == "set"})

    def holds(self, entry: TreeFile) -> bool:
        """Tell whether the entry stays out of an export."""
        return _question(entry) in self._paths or self._inside(_folder(entry.path))

    def _inside(self, folder: str) -> bool:
        if folder not in self._folders:
            self._folders[folder] = folder in self._paths or self._inside(_folder(folder[:-1]))
        return self._folders[folder]


def _questions(entries: Iterable[TreeFile]) -> list[str]:
    folders: dict[str, None] = {}
    questions = []
    for entry in entries:
        questions.append(_question(entry))
        folder = _folder(entry.path)
        while folder and folder not in folders:
            folders[folder] = None
            folder = _folder(folder[:-1])
    return [*folders, *questions]


def _question(entry: TreeFile) -> str:
    """Write a folder, and a submodule like one, with `/` at the end."""
    return f"{entry.path}/" if entry.is_submodule else entry.path


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]
