"""The mods of a run, each with its own settings: those that PATH names and the tag releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.declared import ACTION, WRITING_COMMANDS
from factorio_release.cli.mod_configs import ModKeys, configs_of
from factorio_release.cli.named_mods import (
    find_mods,
    mods_below_here,
    named_paths,
    refuse_mods_named_twice,
)
from factorio_release.cli.path_patterns import shown
from factorio_release.errors import ModError, UsageError
from factorio_release.findings import NEVER_IGNORED
from factorio_release.git.repository import find_repository
from factorio_release.settings.kinds import unknown
from factorio_release.settings.options import IGNORED_CODE, OPTIONS
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.mod_configs import ModConfigs
    from factorio_release.cli.named_mods import NamedMod
    from factorio_release.cli.session import Session
    from factorio_release.settings.option import Option
    from factorio_release.settings.options import Settings
    from factorio_release.settings.sources import Sources


# In a sentence that names the mods of a repository, which may have hundreds.
_MODS_NAMED: Final = 10


class RunTarget(NamedTuple):
    """One mod of a run. `mod` is what PATH names; the only mod of a run has no name there.

    `source` is the folder of the mod, also where PATH names a zip.
    """

    mod: NamedMod
    settings: Settings
    source: Path

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
    mods = find_mods(_paths(session, arguments, sources))
    tag = str(sources.get("tag") or session.ci.tag)
    if tag and len(mods) > 1:
        mods = _mods_of_tag(session, tag, mods)
    if not _only_looks(arguments, sources):
        refuse_mods_named_twice(mods)
    for mod in mods:
        try:
            configs = configs_of(mod.path)
            settings = _settings(sources, mod.path, configs)
            _check_output_folder(settings)
            targets.append(RunTarget(mod, settings, configs.folder))
            if configs.note and not settings.config:
                session.say(configs.note)
        except UsageError as error:
            problems += error.problems
    for target in targets:
        problems += _wrong_codes(target.settings)
    problems += _disagreements(targets)
    if problems:
        # A problem of the command line was found once for every mod, and is printed once.
        raise UsageError(*dict.fromkeys(problems))
    return tuple(targets)


def _paths(session: Session, arguments: Arguments, sources: Sources) -> list[str]:
    """Return the values of PATH; without one, in a folder that is no mod, the mods that git tracks below it.

    Those are only named, in a UsageError, by a run that may write to the portal: a mod that somebody adds to
    the repository must not become public because nobody said which mods are meant.
    """
    paths = named_paths(sources)
    below = mods_below_here(sources)
    if not below:
        return paths
    names = ", ".join(below[:_MODS_NAMED]) + (", …" if len(below) > _MODS_NAMED else "")
    if _may_write(arguments, sources):
        raise UsageError(
            f"path: this folder is no mod, and holds {names}; name those that are meant, "
            f"such as {_example(below)}"
        )
    session.say(f"this folder is no mod; the mods below it: {names}")
    return below


def _example(below: list[str]) -> str:
    """Return a value of PATH for the mods of a repository: a glob where several lie side by side."""
    parents = {Path(path).parent for path in below}
    if len(below) > 1 and len(parents) == 1:
        return f"`{(parents.pop() / '*').as_posix()}`"
    return f"`{below[0]}`"


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


def _may_write(arguments: Arguments, sources: Sources) -> bool:
    """Return whether whoever starts the run asks for something that writes to the portal."""
    if arguments.command == ACTION:
        return sources.get("mode") not in OPTIONS["mode"].file_values
    return arguments.command in WRITING_COMMANDS


def settings_of(sources: Sources, mod_path: Path) -> Settings:
    """Return the settings of one mod, with the config files that belong to it.

    Raises UsageError with all problems of all sources.
    """
    return _settings(sources, mod_path, configs_of(mod_path))


def _settings(sources: Sources, mod_path: Path, configs: ModConfigs) -> Settings:
    named = sources.get("config")
    if named:
        config = Path(str(named))
        if not config.is_file():
            raise UsageError(
                *sources.problems, f"config: {named} does not exist; give the path of a YAML file"
            )
        configs = configs._replace(shared=config, own=None)
    keys = ModKeys(mod_path, configs.folder)
    return read_settings(sources, configs.shared, configs.folder, keys, configs.own)


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
    written = {
        name.removeprefix(IGNORED_CODE): origin
        for name, origin in settings.origins.items()
        if name.startswith(IGNORED_CODE)
    }
    if not written:
        return
    from factorio_release.checks.registry import CHECK_SEVERITIES  # noqa: PLC0415 start-up: only with `ignore`
    from factorio_release.load.findings import LOAD_SEVERITIES  # noqa: PLC0415 likewise
    from factorio_release.page.findings import PAGE_SEVERITIES  # noqa: PLC0415 likewise

    codes = [*CHECK_SEVERITIES, *PAGE_SEVERITIES, *LOAD_SEVERITIES]
    for code, origin in written.items():
        yield from unknown(f"{origin.prefix}ignore: the code", [code], codes)
    for code in sorted(NEVER_IGNORED.intersection(settings.ignore)):
        prefix = written[code].prefix
        yield f"{prefix}ignore: {code} cannot be ignored: the API key would be published"


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
