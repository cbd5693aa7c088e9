"""The config files of a mod, and which of their sections under `mods:` are for it."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.path_patterns import has_wildcards, shown
from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository
from factorio_release.limits import MAX_MODS
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.suggestion import did_you_mean
from factorio_release.project import CONFIG_FILES
from factorio_release.settings.sources import (
    Section,
    find_config,
    folder_section,
    is_same_folder,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class ModConfigs(NamedTuple):
    """The config files of one mod: `shared` at the repository's root, `own` nearer to the mod.

    `folder` is the mod's. For a built zip, and for a folder that a build has made, it is where git tracks the
    mod's source. `note` says why a zip has no settings of the repository around the working directory.
    """

    folder: Path
    shared: Path | None = None
    own: Path | None = None
    note: str = ""


def configs_of(path: Path) -> ModConfigs:
    """Return the config files for a mod's folder or built zip.

    The repository is the one around `path`. A zip outside of every checkout is taken for one of the working
    directory's repository, unless git tracks mods there and none has its name.
    """
    is_zip = path.is_file()
    folder = path.parent if is_zip else path
    root = repository_root(folder)
    if root is None and is_zip:
        root = _root_for_zip_elsewhere(path)
    own = find_config((folder,))
    if root is None:
        note = ""
        if own is None and is_zip and repository_root(Path()):
            note = (
                f"{shown(path)} lies outside of this repository, and none of its mods has that name: "
                "no config file is used; --config names one"
            )
        return ModConfigs(folder, own=own, note=note)
    source = folder
    if is_zip or (own is None and not is_same_folder(folder, root)):
        # The page's files are read from there: not from the folder around a zip that lies elsewhere.
        around = folder if folder.resolve().is_relative_to(root) else root
        source = _source_of(path, root) or around
    if own is None and is_zip:
        own = find_config(_between(folder, root))
    if own is None and not is_same_folder(source, root):
        own = find_config((source,))
    shared = find_config((root,))
    if shared and own and shared.samefile(own):
        own = None
    return ModConfigs(source, shared, own)


def repository_root(folder: Path) -> Path | None:
    """Return the folder with `.git` around a folder, None where there is none."""
    for around in (folder.resolve(), *folder.resolve().parents):
        if (around / ".git").exists():
            return around
    return None


class ModKeys:
    """Which mod a key under `mods:` names: a folder, a mod's name, or a glob of either."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder

    def __call__(self, root: Path, key: str) -> Section:
        """Return what a key of the config file in `root` names."""
        if ".." in PurePath(key).parts:
            return Section(problem="is not a folder below this file's")
        plain = key.removeprefix("./").strip("/")
        if not folder_section(root, plain, self._folder).problem:
            return self._by_folder(root, plain)
        name = _name_at(self._path)
        if name and plain == name:
            return Section(self._folder)
        if has_wildcards(plain):
            return self._by_pattern(root, plain, name)
        mods = _mods_below(root)
        if mods is None:
            return Section()
        known = plain in mods.values() or plain in _names_beside(self._path)
        return Section(problem="" if known else _matches_nothing(plain, mods))

    def _by_folder(self, root: Path, plain: str) -> Section:
        folder = root / plain
        if is_same_folder(folder, self._folder) or self._has_name_of(folder):
            return Section(folder)
        # A folder without a mod may get its info.json from a build; one around mods has none itself.
        if not (folder / INFO_FILE).exists() and _mods_inside(root, plain):
            return Section(problem=f"is no mod, but a folder with mods (did you mean {plain}/*?)")
        return Section()

    def _by_pattern(self, root: Path, pattern: str, name: str) -> Section:
        from factorio_release.package.globs import GlobError, compile_pattern  # noqa: PLC0415 start-up: only with globs

        try:
            matches = compile_pattern(pattern, dots=False)
        except GlobError as error:
            return Section(problem=f"cannot be used: {error}")
        if matches(_relative(self._folder, root)) or (name and matches(name)):
            return Section(self._folder)
        mods = _mods_below(root)
        if mods is None:
            return Section()
        if any(matches(one) for pair in mods.items() for one in pair if one):
            return Section()
        if any(matches(one) for one in _names_beside(self._path)):
            return Section()
        return Section(problem=_matches_nothing(pattern, mods))

    def _has_name_of(self, folder: Path) -> bool:
        """Return whether a built zip has the name of the mod in a folder."""
        return self._path.is_file() and _name_at(self._path) == _name_at(folder) != ""


def _matches_nothing(key: str, mods: Mapping[str, str]) -> str:
    ending = next((folder for folder in mods if folder.endswith(f"/{key}")), "")
    near = f" (did you mean {ending}?)" if ending else did_you_mean(key, [*mods, *mods.values()])
    if near or not mods:
        return f"names no mod below this file's folder{near}"
    return f"names no mod below this file's folder; there are {', '.join([*mods][:5])}"


def _mods_inside(root: Path, folder: str) -> bool:
    return any(one.startswith(f"{folder}/") for one in _mods_below(root) or ())


@cache
def _mods_below(root: Path) -> Mapping[str, str] | None:
    """Return the names of the mods below a folder by their paths from it, None where they cannot be listed.

    Why not is the run's to say, where it needs them: git is missing or refuses, or there are too many.
    """
    from factorio_release.mod.repository_mods import find_mods_below  # noqa: PLC0415 start-up: only where it is asked

    try:
        found = find_mods_below(root).mods
    except ModError:
        return None
    return {_relative(path, root): info.name for path, info in found.items()}


def _names_beside(path: Path) -> frozenset[str]:
    """Return the names of the mods in the folder around a mod: what one build makes lies together."""
    return _names_in(path.absolute().parent)


@cache
def _names_in(folder: Path) -> frozenset[str]:
    try:
        entries = sorted(islice(folder.iterdir(), MAX_MODS))
    except OSError:
        return frozenset()
    mods = (one for one in entries if one.suffix == ".zip" or (one / INFO_FILE).is_file())
    return frozenset(name for one in mods if (name := _name_at(one)))


def _name_at(path: Path) -> str:
    """Return the name in a mod's info.json; empty where it cannot be read, which loading the mod reports."""
    return _name_at_absolute(path.absolute())


@cache
def _name_at_absolute(path: Path) -> str:
    from factorio_release.mod.mod import read_description  # noqa: PLC0415 start-up: only where it is asked

    try:
        return read_description(path).info.name
    except ModError:
        return ""


def _relative(folder: Path, root: Path) -> str:
    try:
        return folder.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return ""


def _between(folder: Path, root: Path) -> tuple[Path, ...]:
    """Return the folders around `folder` that are below `root`, the nearest first."""
    around = folder.resolve().parents
    return tuple(one for one in around if one != root and one.is_relative_to(root))


def _source_of(path: Path, root: Path) -> Path | None:
    """Return the folder with the source of the mod that was built into `path`, None where it is not known.

    It is where git tracks a mod of that name. A mod whose info.json is made by the build has its source
    beside the only config file that git tracks, if it tracks no other mod.
    """
    mods = _mods_below(root) or {}
    if path.is_dir() and _relative(path, root) in mods:
        return None
    name = _name_at(path)
    found = [folder for folder, one in mods.items() if name and one == name]
    if found or not name:
        return root / found[0] if len(found) == 1 else None
    configured = _folders_with_config(root)
    if len(configured) == 1 and set(mods) <= set(configured):
        return root / configured[0]
    return None


@cache
def _folders_with_config(root: Path) -> tuple[str, ...]:
    """Return the folders in which git tracks a config file, as paths from a repository's root."""
    try:
        repository = find_repository(root)
        paths = [PurePosixPath(each.path) for each in repository.tracked()] if repository else []
    except ModError:
        return ()
    return tuple({path.parent.as_posix() for path in paths if path.name in CONFIG_FILES})


def _root_for_zip_elsewhere(path: Path) -> Path | None:
    """Return the repository of the working directory, None where its mods say that the zip is of another."""
    root = repository_root(Path())
    if root is None:
        return None
    names = set((_mods_below(root) or {}).values())
    return root if not names or _name_at(path) in names else None
