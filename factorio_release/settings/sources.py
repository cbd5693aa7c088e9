"""The sources of options: command line, inputs, environment, config file; resolved together."""

from __future__ import annotations

from os.path import isdir, lexists
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.errors import UsageError
from factorio_release.project import CONFIG_FILES
from factorio_release.settings.config_file import read_config
from factorio_release.settings.inheritance import (
    INHERITED,
    MOD_FOLDER,
    PATH_LISTS,
    from_folder,
    with_inherited,
    with_mod_folder,
)
from factorio_release.settings.kinds import unknown
from factorio_release.settings.option import ENV_PREFIX, NOT_IGNORED
from factorio_release.settings.options import IGNORED_CODE, OPTIONS, Origin, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from factorio_release.settings.config_file import Node
    from factorio_release.settings.kinds import Raw

# Options with the path of something that the run writes. Paths that are read are resolved by their readers.
_WRITTEN_PATHS: Final = ("output-dir", "report")

# The runner's own inputs of a step with `uses: docker://IMAGE`; it gives them to the step as well.
_RUNNERS_INPUTS: Final = ("args", "entrypoint")


class Sources(NamedTuple):
    """Raw values by source, under option names. `problems` were found while they were collected."""

    command_line: Mapping[str, Raw]
    inputs: Mapping[str, Raw]
    environment: Mapping[str, Raw]
    problems: tuple[str, ...] = ()

    def get(self, name: str) -> Raw:
        """Return the strongest raw value of an option that no config file can set."""
        for source in (self.command_line, self.inputs, self.environment):
            if name in source:
                return source[name]
        return None


def environment_options(environ: Mapping[str, str]) -> tuple[dict[str, Raw], list[str]]:
    """Return the options set by `FACTORIO_RELEASE_*`, and the problems with these names."""
    given = {
        name.removeprefix(ENV_PREFIX).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(ENV_PREFIX) and value
    }
    problems = unknown("the environment's option", given, OPTIONS)
    return {name: value for name, value in given.items() if name in OPTIONS}, problems


def input_options(inputs: Mapping[str, str]) -> tuple[dict[str, Raw], list[str]]:
    """Return the options set by the CI's inputs, and the problems with their names; empty means unset."""
    given = {name.replace("_", "-").lower(): value for name, value in inputs.items()}
    for name in _RUNNERS_INPUTS:
        given.pop(name, None)
    problems = unknown("the input", given, OPTIONS)
    return {
        name: value for name, value in given.items() if name in OPTIONS and value.strip()
    }, problems


def find_config(folders: tuple[Path, ...]) -> Path | None:
    """Return the first config file in these folders: the mod's, then the repository's root.

    A folder or a dead link with the name is returned as well. Reading it reports the problem, so that
    no setting is lost silently.
    """
    for folder in folders:
        for name in CONFIG_FILES:
            if lexists(folder / name):
                return folder / name
    return None


class Section(NamedTuple):
    """What a key under `mods:` names: this mod's `folder`, another mod (None), or nothing (`problem`)."""

    folder: Path | None = None
    problem: str = ""


def folder_section(root: Path, key: str, mod_folder: Path) -> Section:
    """Return what a key names that is the path of a folder below `root`."""
    folder = root / key.strip("/")
    # Not Path.is_dir: before Python 3.12 it raises for a name that is too long.
    if ".." in PurePath(key).parts or not isdir(folder):  # noqa: PTH112 see above
        return Section(problem="is not a folder below this file's")
    return Section(folder if is_same_folder(folder, mod_folder) else None)


def is_same_folder(one: Path, other: Path) -> bool:
    """Return whether two paths lead to one folder; false where one of them does not exist."""
    try:
        return one.samefile(other)
    except OSError:
        return False


class _Written(NamedTuple):
    """A raw value of an option, and where it was written."""

    name: str
    raw: Raw
    origin: Origin

    @property
    def prefix(self) -> str:
        """The beginning of a message about this value."""
        return f"{self.origin.prefix}{self.name}: "

    def parse(self, mod_folder: Path) -> Any:
        """Return the final value; raises ValueError with a message where it is wrong."""
        option = OPTIONS[self.name]
        if self.name in _WRITTEN_PATHS and isinstance(self.raw, str) and MOD_FOLDER in self.raw:
            raise ValueError(f"{MOD_FOLDER} is only for {', '.join(PATH_LISTS)}")
        value = option.parse_in_file(self.raw) if self.origin.file else option.parse(self.raw)
        if self.name in PATH_LISTS:
            return with_mod_folder(value, mod_folder, self.origin.root)
        if self.name in _WRITTEN_PATHS and self.origin.file:
            return _from_working_directory(self.origin.root / value)
        return value


def read_settings(
    sources: Sources,
    config: Path | None = None,
    mod_folder: Path = Path(),
    section_of: Callable[[Path, str], Section] | None = None,
    own: Path | None = None,
) -> Settings:
    """Return the settings of one mod, with its sections under `mods:` in the config file.

    `own` is the config file beside the mod, whose values count over those of `config`. `section_of` says
    which mod a key under `mods:` names, from the folder of the config file and the key; by default the key
    is a folder. A path in a value is relative to where it is written: to the config file's folder, under
    `mods:` to the mod's folder, elsewhere to the working directory. Raises UsageError with all problems of
    all sources.
    """
    problems = list(sources.problems)
    # From the weakest source to the strongest: a later value replaces an earlier one.
    written: list[_Written] = []
    find = section_of or (lambda root, key: folder_section(root, key, mod_folder))
    for file in (config, own):
        if file:
            written += _from_config(file, find, problems)
    outside_files = Origin(Path.cwd())
    for source in (sources.environment, sources.inputs, sources.command_line):
        written += [_Written(name, raw, outside_files) for name, raw in source.items()]
    read = _Values()
    for one in written:
        if one.raw is None:
            continue
        try:
            read.take(one, one.parse(mod_folder))
        except ValueError as error:
            problems.append(f"{one.prefix}{error}")
    problems += _reports_outside(written)
    if problems:
        raise UsageError(*problems)
    return Settings(**read.values, origins=read.origins)


class _Values:
    """The final values and their origins, taken from the weakest source to the strongest."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {"ignore": {}}
        self.origins: dict[str, Origin] = {}

    def take(self, one: _Written, value: Any) -> None:
        """Take a value over what weaker sources gave; raises ValueError for a `...` without such a list."""
        field = OPTIONS[one.name].field
        if one.name == "ignore":
            value = self._reasons(value, one.origin)
        elif isinstance(value, tuple) and INHERITED in value:
            before = self.values.get(field)
            if before is None:
                raise ValueError(
                    f"{INHERITED} stands for the list of a weaker place, and none has one; leave it out"
                )
            if one.name in PATH_LISTS:
                before = from_folder(before, self.origins[field].root, one.origin.root)
            value = with_inherited(value, before)
        self.values[field] = value
        self.origins[field] = one.origin

    def _reasons(self, reasons: Mapping[str, str], origin: Origin) -> dict[str, str]:
        """Return the reasons of all files together; those of whoever starts the run replace them all."""
        before = self.values["ignore"] if origin.file else {}
        if not origin.file:
            for field in [name for name in self.origins if name.startswith(IGNORED_CODE)]:
                del self.origins[field]
        self.origins |= {f"{IGNORED_CODE}{code}": origin for code in reasons}
        return {
            code: reason
            for code, reason in (before | dict(reasons)).items()
            if reason != NOT_IGNORED
        }


def _reports_outside(written: Iterable[_Written]) -> Iterator[str]:
    """Yield a problem where a config file puts the report outside the output folder that files name.

    Writing the report replaces a file. In a folder with other files that could be one that git tracks.
    """
    in_file = [one for one in written if one.origin.file and isinstance(one.raw, str)]
    folders = [one.origin.root / str(one.raw) for one in in_file if one.name == "output-dir"]
    for one in in_file:
        if one.name != "report":
            continue
        allowed = folders or [one.origin.root / Settings().output_dir]
        path = one.origin.root / str(one.raw)
        if any(folder in path.parents for folder in allowed):
            continue
        inside = allowed[-1] / path.name
        remedy = "move the key to the file that sets output-dir"
        if inside.is_relative_to(one.origin.root):
            remedy = f"write {inside.relative_to(one.origin.root).as_posix()}"
        yield f"{one.prefix}{one.raw} is not in the output folder; {remedy}"


def _from_working_directory(path: Path) -> str:
    """Return a path relative to the working directory where it is below it."""
    here = Path.cwd()
    if path.is_relative_to(here):
        path = path.relative_to(here)
    return str(path)


def _from_config(
    path: Path, find: Callable[[Path, str], Section], problems: list[str]
) -> Iterator[_Written]:
    """Yield the values of the whole file, then those of the mod's sections; adds to `problems`."""
    document = read_config(path)
    mods = document.pop("mods", None)
    root = path.absolute().parent
    problems += _refused_keys(path, document)
    yield from _allowed(path, document, root)
    if mods is None or mods.value is None:
        return
    if not isinstance(mods.value, dict):
        problems.append(
            f"{path}:{mods.line}: mods: give a mapping of folders, names or globs to options"
        )
        return
    for key, node in mods.value.items():
        if not isinstance(node.value, dict):
            problems.append(f"{path}:{node.line}: mods: {key}: give a mapping of options")
            continue
        if "\\" in key:
            slashes = key.replace("\\", "/")
            problems.append(f"{path}:{node.line}: mods: {key} has a backslash; write {slashes}")
            continue
        section = find(root, key)
        if section.problem:
            problems.append(f"{path}:{node.line}: mods: {key} {section.problem}")
        problems += _refused_keys(path, node.value, in_section=True)
        if section.folder:
            yield from _allowed(path, node.value, section.folder)


def _allowed(path: Path, keys: Mapping[str, Node], root: Path) -> Iterator[_Written]:
    for name, node in keys.items():
        if name in OPTIONS and OPTIONS[name].config:
            yield _Written(name, node.plain(), Origin(root, str(path), node.line))


def _refused_keys(
    path: Path, keys: Mapping[str, Node], *, in_section: bool = False
) -> Iterator[str]:
    """Yield a problem for each key that the file, or a section under `mods:`, may not have."""
    for name, node in keys.items():
        place = f"{path}:{node.line}:"
        option = OPTIONS.get(name)
        if option is None:
            yield from unknown(f"{place} the key", [name], OPTIONS)
        elif option.refused_in_file:
            yield f"{place} {name}: {option.refused_in_file}; give it as {option.ways_in}"
        elif option.per_run and in_section:
            yield (
                f"{place} {name}: a run has one value for all its mods; move it to the top of the file, "
                f"or give {option.ways_in}"
            )
