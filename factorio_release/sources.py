"""Where options come from: command line, inputs, environment, config file; resolved together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from factorio_release.config_file import NAMES, read_config
from factorio_release.errors import UsageError
from factorio_release.option import unknown
from factorio_release.settings import OPTIONS, Origin, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.option import Raw

ENV_PREFIX: Final = "FACTORIO_RELEASE_"


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
    """Return the first config file in these folders: the mod's, then the repository's root."""
    return next((folder / name for folder in folders for name in NAMES if (folder / name).is_file()), None)


@dataclass(frozen=True, slots=True)
class _Written:
    """An option as it was written: `file` and `line` of a config file, and what paths are relative to."""

    name: str
    raw: Raw
    root: Path
    file: str = ""
    line: int = 0


def read_settings(
    sources: Sources, config: Path | None = None, mod_folder: Path = Path(), key: str = ""
) -> Settings:
    """Resolve every option for one mod; `key` is its name under `mods:` in the config file.

    A path is relative to where it is written: to the config file's folder, under `mods:` to the
    mod's, elsewhere to the working directory. Raises UsageError with all mistakes of all sources.
    """
    mistakes = list(sources.mistakes)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    written = list(_from_config(config, mod_folder, key, mistakes)) if config else []
    for source in (sources.environment, sources.inputs, sources.command_line):
        written += [_Written(name, raw, Path.cwd()) for name, raw in source.items()]
    for one in written:
        if one.raw is None:
            continue
        try:
            values[one.name.replace("-", "_")] = OPTIONS[one.name].parse(one.raw)
        except ValueError as error:
            place = f"{one.file}:{one.line}: " if one.file else ""
            mistakes.append(f"{place}{one.name}: {error}")
        origins[one.name.replace("-", "_")] = Origin(one.root, one.file, one.line)
    if mistakes:
        raise UsageError(*mistakes)
    values.setdefault("ignore", {})
    return Settings(**values, origins=origins)


def _from_config(path: Path, mod_folder: Path, key: str, mistakes: list[str]) -> Iterator[_Written]:
    document = read_config(path)
    mods = document.pop("mods", None)
    layers = [(document, path.absolute().parent)]
    if mods is not None and isinstance(mods.value, dict):
        for folder, node in mods.value.items():
            if not isinstance(node.value, dict):
                mistakes.append(f"{path}:{node.line}: mods: {folder}: a mapping of options is wanted")
            elif folder.strip("/") == key:
                layers.append((node.value, mod_folder))
            else:
                _unknown_keys(path, node.value, mistakes)
    elif mods is not None and mods.value is not None:
        mistakes.append(f"{path}:{mods.line}: mods: a mapping of folders to options is wanted")
    for layer, root in layers:
        _unknown_keys(path, layer, mistakes)
        for name, node in layer.items():
            if name in OPTIONS and OPTIONS[name].config:
                yield _Written(name, node.plain(), root, str(path), node.line)


def _unknown_keys(path: Path, layer: Mapping[str, Any], mistakes: list[str]) -> None:
    for name, node in layer.items():
        place = f"{path}:{node.line}:"
        if name == "api-key":
            mistakes.append(
                f"{place} api-key: the key is a secret and never stands in a file of the repository"
            )
        elif name in OPTIONS and not OPTIONS[name].config:
            mistakes.append(
                f"{place} {name}: only a command-line option or an input, not for the config file"
            )
        else:
            mistakes.extend(unknown(f"{place} the key", [name], OPTIONS))
