"""The sources of options: command line, inputs, environment, config file; resolved together."""

from __future__ import annotations

from os.path import isdir, lexists
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.errors import UsageError
from factorio_release.project import CONFIG_FILES
from factorio_release.settings.config_file import read_config
from factorio_release.settings.option import ENV_PREFIX, unknown
from factorio_release.settings.options import OPTIONS, Origin, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from factorio_release.settings.config_file import Node
    from factorio_release.settings.option import Raw

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

    def parse(self) -> Any:
        """Return the final value; raises ValueError with a message where it is wrong."""
        option = OPTIONS[self.name]
        if not self.origin.file:
            return option.parse(self.raw)
        value = option.parse_in_file(self.raw)
        if self.name in _WRITTEN_PATHS:
            return _from_working_directory(self.origin.root / value)
        return value


def read_settings(
    sources: Sources,
    config: Path | None = None,
    mod_folder: Path = Path(),
    is_mod: Callable[[Path], bool] | None = None,
) -> Settings:
    """Return the settings of one mod, with its section under `mods:` in the config file.

    `is_mod` returns whether a folder of the repository is this mod's. By default it compares the folder
    with `mod_folder`. A path in a value is relative to where it is written: to the config file's folder,
    under `mods:` to the mod's folder, elsewhere to the working directory. Raises UsageError with all
    problems of all sources.
    """
    problems = list(sources.problems)
    # From the weakest source to the strongest: a later value replaces an earlier one.
    written: list[_Written] = []
    is_mod = is_mod or (lambda folder: is_same_folder(folder, mod_folder))
    if config:
        written += _from_config(config, is_mod, problems)
    outside_files = Origin(Path.cwd())
    for source in (sources.environment, sources.inputs, sources.command_line):
        written += [_Written(name, raw, outside_files) for name, raw in source.items()]
    values: dict[str, Any] = {"ignore": {}}
    origins: dict[str, Origin] = {}
    for one in written:
        if one.raw is None:
            continue
        field = OPTIONS[one.name].field
        origins[field] = one.origin
        try:
            values[field] = one.parse()
        except ValueError as error:
            problems.append(f"{one.prefix}{error}")
    problems += _reports_outside(written)
    if problems:
        raise UsageError(*problems)
    return Settings(**values, origins=origins)


def _reports_outside(written: Iterable[_Written]) -> Iterator[str]:
    """Yield a problem where a config file puts the report outside the output folder that it names.

    Writing the report replaces a file. In a folder with other files that could be one that git tracks.
    """
    in_file = [one for one in written if one.origin.file and isinstance(one.raw, str)]
    folders = [PurePath(str(one.raw)) for one in in_file if one.name == "output-dir"]
    if not folders:
        folders = [PurePath(Settings().output_dir)]
    for one in in_file:
        path = PurePath(str(one.raw))
        if one.name == "report" and not any(folder in path.parents for folder in folders):
            inside = (folders[0] / path.name).as_posix()
            yield f"{one.prefix}{one.raw} is not in the output folder; write {inside}"


def _from_working_directory(path: Path) -> str:
    """Return a path relative to the working directory where it is below it."""
    here = Path.cwd()
    if path.is_relative_to(here):
        path = path.relative_to(here)
    return str(path)


def _from_config(
    path: Path, is_mod: Callable[[Path], bool], problems: list[str]
) -> Iterator[_Written]:
    """Yield the values of the whole file, then those of the mod's section; adds to `problems`."""
    document = read_config(path)
    mods = document.pop("mods", None)
    sections: list[tuple[Path, dict[str, Node]]] = []
    if mods:
        sections += _mod_sections(path, mods, problems)
    problems += _refused_keys(path, document)
    yield from _allowed(path, document, path.absolute().parent)
    for folder, section in sections:
        problems += _refused_keys(path, section, in_section=True)
        if is_mod(folder):
            yield from _allowed(path, section, folder)


def _mod_sections(
    path: Path, mods: Node, problems: list[str]
) -> Iterator[tuple[Path, dict[str, Node]]]:
    """Yield each folder under `mods:` with its keys; a folder that does not exist is a problem."""
    if mods.value is None:
        return
    if not isinstance(mods.value, dict):
        problems.append(f"{path}:{mods.line}: mods: give a mapping of folders to options")
        return
    for name, node in mods.value.items():
        folder = path.absolute().parent / name.strip("/")
        # Not Path.is_dir: before Python 3.12 it raises for a name that is too long.
        is_inside = ".." not in PurePath(name).parts and isdir(folder)  # noqa: PTH112 see above
        if not isinstance(node.value, dict):
            problems.append(f"{path}:{node.line}: mods: {name}: give a mapping of options")
        elif "\\" in name:
            slashes = name.replace("\\", "/")
            problems.append(f"{path}:{node.line}: mods: {name} has a backslash; write {slashes}")
        elif not is_inside:
            problems.append(
                f"{path}:{node.line}: mods: {name} is not a folder below this file's"
                f"{_remedy_for_section(path.absolute().parent, name)}"
            )
            problems += _refused_keys(path, node.value, in_section=True)
        else:
            yield folder, node.value


def _remedy_for_section(root: Path, name: str) -> str:
    """Return what may be meant by a section that names no folder, empty where that is not known."""
    if any(letter in name for letter in "*?["):
        return "; a pattern has no effect here: give each folder its section, or put the keys at the top"
    if ".." in PurePath(name).parts:
        return ""
    for folder in sorted(root.iterdir()):
        if isdir(folder / name.strip("/")):  # noqa: PTH112 as above
            return f" (did you mean {folder.name}/{name.strip('/')}?)"
    return ""


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
