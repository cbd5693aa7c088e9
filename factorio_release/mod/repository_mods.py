"""The mods of a repository: which folders are one, and how their releases are tagged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.disk.folder_walk import walk_folders
from factorio_release.errors import ModError
from factorio_release.git.release_tags import read_release_tag
from factorio_release.git.repository import find_repository
from factorio_release.limits import MAX_INFO_BYTES, MAX_MODS
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from factorio_release.parsers.info import Info

# Folders whose mods exist to try a mod or a tool, not to be released.
_TRIALS: Final = frozenset({"test", "tests", "spec", "specs", "fixture", "fixtures", "node_modules"})


@dataclass(frozen=True, slots=True)
class ModsBelow:
    """The mods found below a folder, sorted by path, and the `tags` of its repository.

    `unreadable` are the folders whose info.json may be a mod's, but has no name and version to be read.
    """

    mods: dict[Path, Info]
    unreadable: tuple[Path, ...] = ()
    tags: tuple[str, ...] = ()

    def tag_for(self, info: Info) -> str:
        """Return the tag that a release of this version should get, in the form that the mod's tags have.

        Without an earlier tag it is `v1.2.0` where there is no mod of another name, else `{name}_1.2.0`.
        """
        earlier = [tag for name in self.tags if (tag := read_release_tag(name, info.name))]
        alone = all(other.name == info.name for other in self.mods.values())
        usable = [
            tag for tag in earlier if _form(tag.tag, tag.version.text, info.name) and (alone or tag.named)
        ]
        latest = max(usable, key=lambda tag: tag.version, default=None)
        if latest is None:
            return f"v{info.version}" if alone else f"{info.name}_{info.version}"
        return latest.tag.removesuffix(latest.version.text) + str(info.version)


def find_mods_below(folder: Path) -> ModsBelow:
    """Return the mods in `folder` and below it, of what git tracks there, submodules included.

    A mod is an info.json with a name and a version. What lies inside another mod ships with it and
    is none; nor is what lies in a folder of tests, or of dots, below `folder`. Without a repository
    the disk is searched.
    """
    repository = find_repository(folder)
    places = _on_disk(folder)
    if repository is not None:
        entries = repository.tracked()
        inside = (f"{entry.path}/{INFO_FILE}" for entry in entries if entry.is_submodule)
        places = (*(entry.path for entry in entries if _is_info(entry.path)), *inside)
    if len(places) > MAX_MODS:
        raise ModError(
            f"{folder} holds more than {MAX_MODS:,} info.json", "name the mods' folders themselves"
        )
    described = {path: read_info(data) for path, data in _read(folder, places)}
    mods = {path: info for path, info in described.items() if info.name and info.version}
    return ModsBelow(
        {path: info for path, info in mods.items() if not any(outer in mods for outer in path.parents)},
        tuple(path for path, info in described.items() if path not in mods and _may_be_mod(info)),
        tuple(repository.tags()) if repository else (),
    )


def in_dependency_order(mods: Mapping[Path, Info]) -> tuple[Path, ...]:
    """Return the mods, each after those of them that it requires or may use.

    Otherwise they keep the given order. A circle of dependencies, which the game refuses, is cut where
    it was entered.
    """
    by_name = {info.name: path for path, info in mods.items() if info.name}
    ordered: list[Path] = []
    begun: set[Path] = set()
    # A list of what waits, not recursion: a chain of dependencies may be as long as MAX_MODS.
    waiting = [(path, False) for path in reversed(list(mods))]
    while waiting:
        path, dependencies_are_ordered = waiting.pop()
        if dependencies_are_ordered:
            ordered.append(path)
        elif path not in begun:
            begun.add(path)
            waiting.append((path, True))
            waiting += [(needed, False) for needed in reversed(_needed(mods[path], by_name))]
    return tuple(ordered)


def _needed(info: Info, by_name: Mapping[str, Path]) -> list[Path]:
    """Return those of the mods `by_name` that a mod requires or may use."""
    needed = []
    for entry in info.dependencies:
        dependency = entry.dependency
        if dependency and dependency.prefix != "!" and dependency.name in by_name:
            needed.append(by_name[dependency.name])
    return needed


def _may_be_mod(info: Info) -> bool:
    return not info.complete or bool(info.name and info.string("version"))


def _form(tag: str, version: str, name: str) -> bool:
    """Whether `check` and `release` take a tag of this form for the mod's."""
    return tag.removesuffix(version) in {"", "v", f"{name}_", f"{name}-"}


def _is_info(path: str) -> bool:
    *folders, file = PurePosixPath(path).parts
    return file == INFO_FILE and not any(_is_trial(folder) for folder in folders)


def _is_trial(folder: str) -> bool:
    return folder.startswith(".") or folder.lower() in _TRIALS


def _read(folder: Path, places: Iterable[str]) -> Iterator[tuple[Path, bytes]]:
    for place in sorted(places):
        path = folder / place
        if path.is_file():  # not in a sparse checkout, nor where a submodule is empty
            try:
                yield path.parent, read_file(path, MAX_INFO_BYTES)
            except OSError as error:
                raise ModError(f"{path} cannot be read: {error.strerror}", "make it readable") from None


def _on_disk(folder: Path) -> tuple[str, ...]:
    walked = walk_folders(folder, lambda _folder, name: not _is_trial(name))
    return tuple(f"{here}/{INFO_FILE}".lstrip("/") for here, _folders, files in walked if INFO_FILE in files)
