"""The mods of a repository: where they are, and the tags of their releases."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.disk.folder_walk import child_path, walk_folders
from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository
from factorio_release.git.tag_index import read_release_tag
from factorio_release.limits import MAX_INFO_BYTES, MAX_MODS
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.git.repository import Repository
    from factorio_release.git.tag_index import ReleaseTag
    from factorio_release.parsers.info import Info

# Folders with mods for tests of another mod or of a tool: they are not released.
_TEST_FOLDERS: Final = frozenset(
    {"test", "tests", "spec", "specs", "fixture", "fixtures", "node_modules"}
)


class ModsBelow(NamedTuple):
    """The mods found below a folder, sorted by path, and the `tags` of its repository.

    `unreadable` are the folders whose info.json may belong to a mod, but has no name and version.
    """

    mods: dict[Path, Info]
    unreadable: tuple[Path, ...] = ()
    tags: tuple[str, ...] = ()

    def tag_for(self, info: Info) -> str:
        """Return the tag for a release of the version in info.json; see `tag_for_version`."""
        return self.tag_for_version(info.name, str(info.version))

    def tag_for_version(self, mod: str, version: str) -> str:
        """Return the tag for a release, in the form of the mod's latest tag.

        Without an earlier tag it is `v1.2.0`, or `{name}_1.2.0` where the repository has mods of other names.
        """
        usable = list(self.release_tags(mod))
        if usable:
            latest = max(usable, key=lambda tag: tag.version)
            return latest.tag.removesuffix(latest.version.text) + version
        return f"v{version}" if self._is_only_mod(mod) else f"{mod}_{version}"

    def release_tags(self, mod: str) -> Iterator[ReleaseTag]:
        """Yield the tags that release this mod: where there are other mods, those with its name."""
        for name in self.tags:
            tag = read_release_tag(name, mod)
            if tag is not None and (tag.named or self._is_only_mod(mod)):
                yield tag

    def _is_only_mod(self, mod: str) -> bool:
        return all(other.name == mod for other in self.mods.values())


def find_mods_below(folder: Path) -> ModsBelow:
    """Return the mods in `folder` and below it that git tracks, with those in submodules.

    A mod is a folder whose info.json has a name and a version. An info.json inside of another mod is packaged
    with that mod and is not one itself. Folders for tests and folders with a leading dot, below `folder`,
    are not searched. Without a repository the disk is searched. Raises ModError for more than MAX_MODS.
    """
    repository = find_repository(folder)
    paths = _tracked_info_files(repository) if repository else _info_files_on_disk(folder)
    if len(paths) > MAX_MODS:
        message = f"{folder} holds more than {MAX_MODS:,} info.json"
        raise ModError(message, "name the mods' folders themselves")
    tags = tuple(repository.tags()) if repository else ()
    mods: dict[Path, Info] = {}
    others: dict[Path, Info] = {}
    for path, content in _read(folder, paths):
        info = read_info(content)
        if info.name and info.version:
            mods[path] = info
        else:
            others[path] = info
    return ModsBelow(
        {
            path: info
            for path, info in mods.items()
            if not any(outer in mods for outer in path.parents)
        },
        tuple(path for path, info in others.items() if _may_be_mod(info)),
        tags,
    )


def _may_be_mod(info: Info) -> bool:
    """Return whether an info.json without a readable name and version may be a mod's all the same."""
    return not info.complete or bool(info.name and info.string("version"))


def _tracked_info_files(repository: Repository) -> list[str]:
    paths = []
    for entry in repository.tracked():
        *folders, file = PurePosixPath(entry.path).parts
        if file == INFO_FILE and not any(_is_test_folder(name) for name in folders):
            paths.append(entry.path)
        if entry.is_submodule:
            paths.append(f"{entry.path}/{INFO_FILE}")
    return paths


def _info_files_on_disk(folder: Path) -> list[str]:
    paths = []
    for below, _folders, files in walk_folders(
        folder, lambda _folder, name: not _is_test_folder(name)
    ):
        if INFO_FILE in files:
            paths.append(child_path(below, INFO_FILE))
    return paths


def _is_test_folder(name: str) -> bool:
    return name.startswith(".") or name.lower() in _TEST_FOLDERS


def _read(folder: Path, paths: Iterable[str]) -> Iterator[tuple[Path, bytes]]:
    """Yield the folder and the content of each info.json, sorted by path."""
    for relative in sorted(paths):
        path = folder / relative
        # It is missing in a sparse checkout, and where a submodule is empty or no mod.
        if not path.is_file():
            continue
        try:
            yield path.parent, read_file(path, MAX_INFO_BYTES)
        except OSError as error:
            raise ModError(f"{path} cannot be read: {error.strerror}", "make it readable") from None
