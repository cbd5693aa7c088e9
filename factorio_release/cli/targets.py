"""The mods of a run: from PATH arguments to mod folders and built zips, each with its own settings."""

from __future__ import annotations

from functools import cache
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.path_patterns import is_pattern, matching_paths
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError, UsageError
from factorio_release.findings import NEVER_IGNORED
from factorio_release.git.repository import find_repository
from factorio_release.limits import MAX_INFO_BYTES, MAX_MODS
from factorio_release.mod.repository_mods import in_dependency_order
from factorio_release.parsers.info import read_info
from factorio_release.settings.option import unknown
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.sources import find_config, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.settings.option import Option
    from factorio_release.settings.options import Settings
    from factorio_release.settings.sources import Sources


class RunTarget(NamedTuple):
    """One mod of a run. `name` is empty for the only mod of a run, and where info.json has no name."""

    path: Path
    name: str
    settings: Settings


def read_targets(session: Session, arguments: Arguments) -> tuple[RunTarget, ...]:
    """Return every mod that PATH names, in dependency order, with its own settings.

    Raises UsageError with the problems of all mods, before anything is written.
    """
    sources = session.sources(arguments)
    problems: list[str] = []
    targets = []
    for path, name in find_mods(named_paths(sources)).items():
        try:
            settings = settings_of(sources, path)
            _check_output_folder(settings)
            targets.append(RunTarget(path, name, settings))
        except UsageError as error:
            problems += error.problems
    for target in targets:
        problems += _wrong_codes(target.settings)
    problems += _disagreements(targets)
    if problems:
        # A problem of the command line was found once for every mod, and is printed once.
        raise UsageError(*dict.fromkeys(problems))
    return tuple(targets)


def settings_of(sources: Sources, mod_path: Path) -> Settings:
    """Return the settings of one mod, with the config file that belongs to it.

    Raises UsageError with all problems of all sources.
    """
    if mod_path.is_file():  # a built zip, somewhere in the repository of its mod
        folder = mod_path.parent
        config = _config(sources, folder, every=True)
        return read_settings(sources, config, folder, _has_name_of(mod_path))
    return read_settings(sources, _config(sources, mod_path, every=False), mod_path)


def named_paths(sources: Sources) -> list[str]:
    """Return the values of PATH, `.` by default. Raises UsageError with all problems found so far."""
    if sources.problems:
        raise UsageError(*sources.problems)
    raw = sources.get("path")
    if not raw:
        return ["."]
    paths = list(OPTIONS["path"].parse(raw))
    if not paths:
        raise UsageError(f"path: {raw!r} names no folder and no zip")
    return paths


def find_mods(paths: Sequence[str]) -> dict[Path, str]:
    """Return the mods that the paths name, each with its name; several mods come in dependency order.

    A glob matches zips, and folders with an info.json. The name is empty for a single mod, and where it
    cannot be read. Raises UsageError for a glob without a match. A plain path is not checked here:
    loading the mod reports what is wrong with it.
    """
    found = list(dict.fromkeys(path for text in paths for path in _matches(text)))
    if len(found) > MAX_MODS:
        raise UsageError(f"path: {len(found):,} mods are named; one run takes at most {MAX_MODS:,}")
    if len(found) < 2:  # noqa: PLR2004 one has no order
        return dict.fromkeys(found, "")
    infos = {path: read_info(_info_of(path)) for path in found}
    return {path: infos[path].name for path in in_dependency_order(infos)}


def shown(path: Path) -> str:
    """Return a path for messages: relative to the working directory, with `/`."""
    try:
        return Path(relpath(path)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _matches(text: str) -> Iterator[Path]:
    if not is_pattern(text):
        yield Path(text)
        return
    mods = [path for path in matching_paths(text) if _is_mod(path)]
    if not mods:
        raise UsageError(f"path: {text} matches no folder with an info.json and no zip")
    yield from mods


def _is_mod(path: Path) -> bool:
    if path.suffix == ".zip" and path.is_file():
        return True
    return (path / "info.json").is_file()


def _info_of(path: Path) -> bytes:
    try:
        return read_file(path / "info.json", MAX_INFO_BYTES)
    except OSError:
        return b""  # a zip, or a problem that loading the mod reports


def _config(sources: Sources, folder: Path, *, every: bool) -> Path | None:
    """Return the config file that the run names, else the one in `folder` or around it."""
    named = sources.get("config")
    if not named:
        return find_config(tuple(_config_folders(folder, every=every)))
    config = Path(str(named))
    if not config.is_file():
        raise UsageError(
            *sources.problems, f"config: {named} does not exist; give the path of a YAML file"
        )
    return config


def _config_folders(folder: Path, *, every: bool) -> Iterator[Path]:
    """Yield the folders that may have the config file: `folder`, then the root of the repository around it.

    `every` adds the folders between the two.
    """
    yield folder
    around = (folder.resolve(), *folder.resolve().parents)
    for depth, parent in enumerate(around):
        if (parent / ".git").exists():
            if every:
                yield from around[:depth]
            yield parent
            return


def _has_name_of(package: Path) -> Callable[[Path], bool]:
    """Return a function that compares the name in a folder's info.json with that of a built zip."""
    from factorio_release.mod.mod import read_description  # noqa: PLC0415 start-up: only for a built zip

    @cache
    def name_of(path: Path) -> str:
        try:
            return read_description(path).info.name
        except ModError:
            return ""  # loading the mod reports it

    return lambda folder: name_of(folder) == name_of(package) != ""


def _check_output_folder(settings: Settings) -> None:
    """Raise UsageError when a config file names an output folder with files that git tracks.

    Whoever starts the run may name any folder. A pull request may have written the config file, and
    must not let the run overwrite files of the repository.
    """
    origin = settings.origins.get("output_dir")
    folder = Path(settings.output_dir)
    if origin is None or not origin.file or not folder.is_dir():
        return
    repository = find_repository(folder)
    if repository is None:
        return
    tracked = repository.tracked()
    if tracked:
        raise UsageError(
            f"{origin.prefix}output-dir: {settings.output_dir} holds files that git tracks, "
            f"such as {tracked[0].path}; name a folder for output alone"
        )


def _wrong_codes(settings: Settings) -> Iterator[str]:
    """Yield a problem for each code under `ignore` that does not exist, or that cannot be ignored."""
    if not settings.ignore:
        return
    from factorio_release.checks.registry import CHECK_SEVERITIES  # noqa: PLC0415 start-up: only with `ignore`
    from factorio_release.page.findings import PAGE_SEVERITIES  # noqa: PLC0415 likewise

    origin = settings.origins["ignore"]
    codes = [*CHECK_SEVERITIES, *PAGE_SEVERITIES]
    yield from unknown(f"{origin.prefix}ignore: the code", settings.ignore, codes)
    for code in sorted(NEVER_IGNORED.intersection(settings.ignore)):
        yield f"{origin.prefix}ignore: {code} cannot be ignored: the API key would be published"


def _disagreements(targets: list[RunTarget]) -> Iterator[str]:
    """Yield a problem for each option that a run has once and for which its mods have different values."""
    for option in OPTIONS.values():
        if not option.per_run or not option.config:
            continue  # where no config file can set it, all mods have the same value
        places: dict[str, str] = {}  # by value: the place of the first mod with that value
        for target in targets:
            value = getattr(target.settings, option.field)
            places.setdefault(value, _place(target.settings, option) or shown(target.path))
        if len(places) > 1:
            values = ", ".join(f"{value or 'none'} ({place})" for value, place in places.items())
            yield (
                f"{option.name}: a run has one value for all its mods, but they have different values: "
                f"{values}; give {option.ways_in}"
            )


def _place(settings: Settings, option: Option) -> str:
    """Return `FILE:LINE` of a value from a config file, empty for any other value."""
    origin = settings.origins.get(option.field)
    return origin.place if origin else ""
