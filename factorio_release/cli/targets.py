"""The mods of a run, each with its own settings: those that PATH names and the tag releases."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.named_mods import find_mods, named_paths, refuse_mods_named_twice
from factorio_release.cli.path_patterns import shown
from factorio_release.errors import ModError, UsageError
from factorio_release.findings import NEVER_IGNORED
from factorio_release.git.repository import find_repository
from factorio_release.settings.option import unknown
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.sources import find_config, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.named_mods import NamedMod
    from factorio_release.cli.session import Session
    from factorio_release.settings.option import Option
    from factorio_release.settings.options import Settings
    from factorio_release.settings.sources import Sources


class RunTarget(NamedTuple):
    """One mod of a run. `mod` is what PATH names; the only mod of a run has no name there."""

    mod: NamedMod
    settings: Settings

    @property
    def path(self) -> Path:
        """The mod's folder, or its built zip."""
        return self.mod.path

    @property
    def name(self) -> str:
        """The mod's name, empty where it is not known."""
        return self.mod.name


def read_targets(session: Session, arguments: Arguments) -> tuple[RunTarget, ...]:
    """Return the mods that PATH names, in dependency order, with their own settings.

    Of several mods only those that the tag releases are left. Raises UsageError with the problems of all
    mods, before anything is written, and ModError where the tag is a version that none of them has.
    """
    sources = session.sources(arguments)
    problems: list[str] = []
    targets = []
    mods = find_mods(named_paths(sources))
    tag = str(sources.get("tag") or session.ci.tag)
    if tag and len(mods) > 1:
        mods = _mods_of_tag(session, tag, mods)
    if not _only_looks(arguments, sources):
        refuse_mods_named_twice(mods)
    for mod in mods:
        try:
            settings = settings_of(sources, mod.path)
            _check_output_folder(settings)
            targets.append(RunTarget(mod, settings))
        except UsageError as error:
            problems += error.problems
    for target in targets:
        problems += _wrong_codes(target.settings)
    problems += _disagreements(targets)
    if problems:
        # A problem of the command line was found once for every mod, and is printed once.
        raise UsageError(*dict.fromkeys(problems))
    return tuple(targets)


def _mods_of_tag(session: Session, tag: str, mods: tuple[NamedMod, ...]) -> tuple[NamedMod, ...]:
    """Return the mods that the tag releases, and say which it does not; all where it names no release."""
    from factorio_release.mod.tag_selection import mods_of_tag  # noqa: PLC0415 start-up: only for a tag

    found = mods_of_tag(tag, {mod.path: mod.info for mod in mods if mod.info})
    if not found.chosen and found.is_version:
        there = ", ".join(f"{mod.name or shown(mod.path)} {_version(mod)}" for mod in mods)
        raise ModError(
            f"the tag {tag} is the version of none of these mods: {there}",
            "set the version in info.json before you tag, or tag a version that is there",
        )
    if not found.chosen:
        return mods
    chosen = tuple(mod for mod in mods if mod.path in found.chosen)
    others = [mod.name or shown(mod.path) for mod in mods if mod.path not in found.chosen]
    if others:
        names = ", ".join(f"{mod.name} {_version(mod)}" for mod in chosen)
        does = "releases" if found.fits else "names"
        session.say(f"the tag {tag} {does} {names}; not part of this tag: {', '.join(others)}")
    return chosen


def _version(mod: NamedMod) -> str:
    version = mod.info.version if mod.info else None
    return str(version or "without a version")


def _only_looks(arguments: Arguments, sources: Sources) -> bool:
    """Return whether whoever starts the run only wants the mods checked: twice does no harm then."""
    return arguments.command == "check" or (
        arguments.command == "action" and sources.get("mode") == "check"
    )


def settings_of(sources: Sources, mod_path: Path) -> Settings:
    """Return the settings of one mod, with the config file that belongs to it.

    Raises UsageError with all problems of all sources.
    """
    if mod_path.is_file():  # a built zip, somewhere in the repository of its mod
        folder = mod_path.parent
        config = _config(sources, folder, every=True)
        return read_settings(sources, config, folder, _has_name_of(mod_path))
    return read_settings(sources, _config(sources, mod_path, every=False), mod_path)


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
