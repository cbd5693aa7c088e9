"""Where options come from: command line, inputs, environment, config file; resolved together."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import isdir, lexists
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from factorio_release.errors import UsageError
from factorio_release.project import CONFIG_FILES
from factorio_release.settings.config_file import read_config
from factorio_release.settings.option import ENV_PREFIX, unknown
from factorio_release.settings.options import OPTIONS, Origin, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from factorio_release.settings.config_file import Node
    from factorio_release.settings.option import Raw

_WRITTEN_TO: Final = ("output_dir", "report")


@dataclass(frozen=True, slots=True)
class Sources:
    """Raw values by source, under option names, strongest first; `mistakes` were made on the way."""

    command_line: Mapping[str, Raw]
    inputs: Mapping[str, Raw]
    environment: Mapping[str, Raw]
    mistakes: tuple[str, ...] = ()

    def get(self, name: str) -> Raw:
        """Return the strongest raw value of an option that is not in a config file."""
        return next((s[name] for s in (self.command_line, self.inputs, self.environment) if name in s), None)


def environment_options(environ: Mapping[str, str]) -> tuple[dict[str, Raw], list[str]]:
    """Return the options set by `FACTORIO_RELEASE_*` and the mistakes among those names."""
    set_here = {
        name.removeprefix(ENV_PREFIX).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(ENV_PREFIX) and value
    }
    mistakes = unknown("the environment's option", set_here, OPTIONS)
    return {name: value for name, value in set_here.items() if name in OPTIONS}, mistakes


def input_options(inputs: Mapping[str, str]) -> tuple[dict[str, Raw], list[str]]:
    """Return the options set by the CI's inputs (empty means unset) and the mistakes among their names."""
    set_here = {name.replace("_", "-").lower(): value for name, value in inputs.items() if value.strip()}
    mistakes = unknown("the input", (name.replace("_", "-").lower() for name in inputs), OPTIONS)
    return {name: value for name, value in set_here.items() if name in OPTIONS}, mistakes


def find_config(folders: tuple[Path, ...]) -> Path | None:
    """Return the first config file in these folders: the mod's, then the repository's root.

    What has the name and is no file is returned as well: reading it says so, and no setting is lost unseen.
    """
    for folder in folders:
        for name in CONFIG_FILES:
            if lexists(folder / name):
                return folder / name
    return None


def is_same_folder(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one folder; false where one of them leads nowhere."""
    try:
        return one.samefile(other)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Written:
    """An option as it was written: `file` and `line` of a config file, and what paths are relative to."""

    name: str
    raw: Raw
    root: Path
    file: str = ""
    line: int = 0


def read_settings(
    sources: Sources,
    config: Path | None = None,
    mod_folder: Path = Path(),
    is_mod: Callable[[Path], bool] | None = None,
) -> Settings:
    """Resolve every option for one mod, with the section that `mods:` in the config file has for it.

    `is_mod` tells whether a folder of the repository is this mod's; unless given, it is the one that
    `mod_folder` names. A path is relative to where it is written: to the config file's folder, under
    `mods:` to the mod's, elsewhere to the working directory. Raises UsageError with all mistakes of
    all sources.
    """
    mistakes = list(sources.mistakes)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    is_mod = is_mod or (lambda folder: is_same_folder(folder, mod_folder))
    written = list(_from_config(config, is_mod, mistakes)) if config else []
    for source in (sources.environment, sources.inputs, sources.command_line):
        written += [_Written(name, raw, Path.cwd()) for name, raw in source.items()]
    for one in written:
        if one.raw is None:
            continue
        option = OPTIONS[one.name]
        try:
            values[option.field] = option.parse_in_file(one.raw) if one.file else option.parse(one.raw)
        except ValueError as error:
            place = f"{one.file}:{one.line}: " if one.file else ""
            mistakes.append(f"{place}{one.name}: {error}")
        origins[option.field] = Origin(one.root, one.file, one.line)
    mistakes += _reports_outside(written)
    if mistakes:
        raise UsageError(*mistakes)
    for name in _WRITTEN_TO:
        if name in values and origins[name].file:
            values[name] = _from_here(origins[name].root / values[name])
    values.setdefault("ignore", {})
    return Settings(**values, origins=origins)


def _reports_outside(written: Iterable[_Written]) -> Iterator[str]:
    """Yield a mistake where a config file puts the report elsewhere than into an output folder of its own.

    The report replaces a file: in a folder with other files it would be one that git tracks.
    """
    in_file = [one for one in written if one.file and isinstance(one.raw, str)]
    folders = [PurePath(str(one.raw)) for one in in_file if one.name == "output-dir"]
    folders = folders or [PurePath(Settings().output_dir)]
    for one in in_file:
        place = PurePath(str(one.raw))
        if one.name == "report" and not any(folder in place.parents for folder in folders):
            wanted = (folders[0] / place.name).as_posix()
            yield f"{one.file}:{one.line}: report: {one.raw} is not in the output folder; write {wanted}"


def _from_here(path: Path) -> str:
    """Return a path as the working directory sees it: relative where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _from_config(path: Path, is_mod: Callable[[Path], bool], mistakes: list[str]) -> Iterator[_Written]:
    document = read_config(path)
    mods = document.pop("mods", None)
    sections = list(_mod_sections(path, mods, mistakes)) if mods else []
    mistakes += _refused_keys(path, document)
    yield from _allowed(path, document, path.absolute().parent)
    for folder, section in sections:
        mistakes += _refused_keys(path, section, one_mod=True)
        if is_mod(folder):
            yield from _allowed(path, section, folder)


def _mod_sections(path: Path, mods: Node, mistakes: list[str]) -> Iterator[tuple[Path, dict[str, Node]]]:
    """Yield the folders under `mods:` and what is written for each; one that is not there is a mistake."""
    if not isinstance(mods.value, dict):
        if mods.value is not None:
            mistakes.append(f"{path}:{mods.line}: mods: a mapping of folders to options is wanted")
        return
    for name, node in mods.value.items():
        folder = path.absolute().parent / name.strip("/")
        # Not Path.is_dir: before Python 3.12 that raises for a name that is too long.
        is_inside = ".." not in PurePath(name).parts and isdir(folder)  # noqa: PTH112 see above
        if not isinstance(node.value, dict):
            mistakes.append(f"{path}:{node.line}: mods: {name}: a mapping of options is wanted")
        elif not is_inside:
            mistakes.append(f"{path}:{node.line}: mods: {name} is not a folder below this file's")
            mistakes += _refused_keys(path, node.value, one_mod=True)
        else:
            yield folder, node.value


def _allowed(path: Path, layer: Mapping[str, Node], root: Path) -> Iterator[_Written]:
    for name, node in layer.items():
        if name in OPTIONS and OPTIONS[name].config:
            yield _Written(name, node.plain(), root, str(path), node.line)


def _refused_keys(path: Path, layer: Mapping[str, Node], *, one_mod: bool = False) -> Iterator[str]:
    """Yield a mistake for each key that has no place in the file, or in the section of `one_mod`."""
    for name, node in layer.items():
        place = f"{path}:{node.line}:"
        option = OPTIONS.get(name)
        if option is None:
            yield from unknown(f"{place} the key", [name], OPTIONS)
        elif option.refused_in_file:
            yield f"{place} {name}: {option.refused_in_file}; give it as {option.ways_in}"
        elif option.per_run and one_mod:
            yield (
                f"{place} {name}: a run has one for all its mods; move it to the top of the file, "
                f"or give {option.ways_in}"
            )
