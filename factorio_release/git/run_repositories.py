"""The repositories of a run of several mods: git is asked once about all mods that lie in one of them.

A mod takes about ten starts of git, and some of them list the whole repository: a run of hundreds would
spend most of its time there, and ask for every file once for each mod.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from factorio_release.errors import ModError
from factorio_release.git.attributes import with_folders
from factorio_release.git.output import TrackedFile, TreeFile
from factorio_release.git.repository import Repository, find_repository, relative_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from factorio_release.git.tag_index import TagIndex

# Of the folders in one command: Windows takes 32,767 characters for all of it.
_MAX_FOLDERS_CHARACTERS: Final = 8_000
_File = TypeVar("_File", bound=TreeFile)


class RunRepositories:
    """Finds the repositories around the mods of a run; `folders` are those of all its mods."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._answers: dict[Path, Answers] = {}

    @cached_property
    def _resolved(self) -> tuple[Path, ...]:
        return tuple(folder.resolve() for folder in self._folders)

    def around(self, folder: Path) -> Repository | None:
        """Return the repository around a mod's folder, as `find_repository` does."""
        return find_repository(folder, self._made)

    def answers(self, root: Path) -> Answers:
        """Return what is shared of the repository at `root`."""
        if root not in self._answers:
            inside = (folder for folder in self._resolved if folder.is_relative_to(root))
            self._answers[root] = Answers(root, {relative_folder(one, root) for one in inside})
        return self._answers[root]

    def _made(self, root: Path, prefix: str) -> Repository:
        answers = self.answers(root)
        return _SharedRepository(answers, prefix) if answers.is_shared else Repository(root, prefix)


class Answers:
    """What git says of one repository, below the folders of the run's mods in it.

    An answer is None where git gives none for all mods together; then each is asked about alone.
    """

    def __init__(self, root: Path, folders: Iterable[str]) -> None:
        self.repository = Repository(root)
        self.folders = sorted(folders)
        self._attributes: dict[tuple[str, ...], dict[str, dict[str, str]]] = {}

    @property
    def is_shared(self) -> bool:
        """Whether several mods of the run lie in the repository."""
        return len(self.folders) > 1

    @cached_property
    def is_readable(self) -> bool:
        """True; raises GitRefused when git cannot read the repository."""
        self.repository.require_readable()
        return True

    @cached_property
    def tag_index(self) -> TagIndex:
        """All tags."""
        return self.repository.tag_index()

    @cached_property
    def all_tracked(self) -> tuple[TrackedFile, ...]:
        """The whole index, also what lies outside of the mods."""
        return self.repository.tracked()

    @cached_property
    def all_committed(self) -> dict[str, TreeFile] | None:
        """All files of `HEAD`, also what lies outside of the mods."""
        return self.repository.tree_sizes("HEAD")

    @cached_property
    def tracked(self) -> _ByFolder[TrackedFile] | None:
        """The entries of the index below the mods' folders."""
        return self._of_all(self.repository.tracked)

    @cached_property
    def untracked(self) -> _ByFolder[TreeFile] | None:
        """What is in the mods' folders and not in the index."""

        def read(*folders: str) -> Iterator[TreeFile]:
            return (TreeFile(path, 0, "") for path in self.repository.untracked(*folders))

        return self._of_all(read)

    @cached_property
    def committed(self) -> _ByFolder[TreeFile] | None:
        """The files of `HEAD` below the mods' folders."""

        def read(*folders: str) -> Iterable[TreeFile]:
            return (self.repository.tree_sizes("HEAD", "", folders) or {}).values()

        return self._of_all(read)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The size of each committed blob, by its id."""
        return {file.blob: file.size for file in self.committed or ()}

    def attributes(self, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """Return the attributes of all tracked files of the mods and of the folders around them."""
        if names not in self._attributes:
            self._attributes[names] = self.repository.attributes(self.paths, *names)
        return self._attributes[names]

    @cached_property
    def paths(self) -> dict[str, None]:
        """The paths about whose attributes git is asked."""
        return dict.fromkeys(with_folders(self.tracked or ()))

    def _of_all(self, read: Callable[..., Iterable[_File]]) -> _ByFolder[_File] | None:
        try:
            if "" in self.folders:
                return _ByFolder(read())
            parts = (read(*folders) for folders in _divided(self.folders))
            return _ByFolder(itertools.chain.from_iterable(parts))
        except ModError:
            return None  # too many together


class _ByFolder(Generic[_File]):
    """Files of a repository, sorted, so that those of one folder are found without a look at all."""

    def __init__(self, files: Iterable[_File]) -> None:
        self._files = sorted({file.path: file for file in files}.values(), key=_path)

    def __iter__(self) -> Iterator[_File]:
        return iter(self._files)

    def below(self, folder: str) -> Iterator[tuple[str, _File]]:
        """Yield each file below a folder, with its path relative to it."""
        prefix = f"{folder}/" if folder else ""
        start = bisect_left(self._files, prefix, key=_path)
        for file in itertools.islice(self._files, start, None):
            if not file.path.startswith(prefix):
                return
            yield file.path[len(prefix) :], file


class _SharedRepository(Repository):
    """A repository of which several mods of a run have a part."""

    def __init__(self, answers: Answers, prefix: str) -> None:
        super().__init__(answers.repository.root, prefix)
        self._answers = answers

    @property
    def whole(self) -> Repository:
        return _SharedRepository(self._answers, "")

    @cached_property
    def head(self) -> str:
        return self._answers.repository.head

    def require_readable(self) -> None:
        if not self._answers.is_readable:  # asked once
            super().require_readable()

    def tag_index(self) -> TagIndex:
        return self._answers.tag_index

    @cached_property
    def listing(self) -> tuple[tuple[TrackedFile, ...], tuple[str, ...]]:
        return self.tracked(), self.untracked()

    def tracked(self, *folders: str) -> tuple[TrackedFile, ...]:
        if folders:
            return super().tracked(*folders)
        if not self.prefix:
            return self._answers.all_tracked
        return self._tracked_together() or super().tracked()

    def untracked(self, *folders: str) -> tuple[str, ...]:
        together = self._answers.untracked
        # A folder without a tracked file has no entries below it: it is one itself.
        if folders or together is None or not self._tracked_together():
            return super().untracked(*folders)
        return tuple(path for path, _ in together.below(self.prefix))

    def attributes(self, paths: Iterable[str], *names: str) -> dict[str, dict[str, str]]:
        asked = list(paths)
        start = f"{self.prefix}/" if self.prefix else ""
        known = self._answers.paths
        if not all(f"{start}{path}" in known for path in asked):
            return super().attributes(asked, *names)
        values = self._answers.attributes(names)
        return {path: values[at] for path in asked if (at := f"{start}{path}") in values}

    def tree_sizes(
        self, revision: str, prefix: str | None = None, folders: Iterable[str] = ()
    ) -> dict[str, TreeFile] | None:
        if revision != "HEAD" or folders:
            return super().tree_sizes(revision, prefix, folders)
        at = self.prefix if prefix is None else prefix
        if not at:
            return self._answers.all_committed
        together = self._answers.committed if at in self._answers.folders else None
        files = together.below(at) if together else ()
        found = {path: TreeFile(path, file.mode, file.blob, file.size) for path, file in files}
        return found or super().tree_sizes(revision, prefix)

    def blob_sizes(self, ids: Iterable[str]) -> list[int]:
        asked = list(ids)
        known = self._answers.sizes
        others = list(dict.fromkeys(id_ for id_ in asked if known.get(id_, -1) < 0))
        sizes = (
            known | dict(zip(others, super().blob_sizes(others), strict=True)) if others else known
        )
        return [sizes[id_] for id_ in asked]

    def _tracked_together(self) -> tuple[TrackedFile, ...]:
        """Return the mod's part of what was read for all mods; empty where it is not in that."""
        together = self._answers.tracked
        if together is None or self.prefix not in self._answers.folders:
            return ()
        return tuple(
            TrackedFile(path, file.mode, file.blob, conflict=file.conflict, sparse=file.sparse)
            for path, file in together.below(self.prefix)
        )


def _path(file: TreeFile) -> str:
    return file.path


def _divided(folders: Iterable[str]) -> Iterator[list[str]]:
    """Yield the folders in parts that fit into one command."""
    part: list[str] = []
    characters = 0
    for folder in folders:
        if part and characters + len(folder) > _MAX_FOLDERS_CHARACTERS:
            yield part
            part, characters = [], 0
        part.append(folder)
        characters += len(folder) + 1
    yield part
