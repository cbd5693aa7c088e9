"""Where options come from: command line, inputs, environment, config file; resolved together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from factorio_release.config_file import NAMES, read_config
from factorio_release.errors import UsageError
from factorio_release.option import unknown
from factorio_release.settings import OPTIONS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

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


def read_settings(sources: Sources, config: Path | None = None, mod_folder: str = "") -> Settings:
    """Resolve every option for one mod; `mod_folder` picks its overrides under `mods:`.

    Raises UsageError with all mistakes of all sources.
    """
    mistakes = list(sources.mistakes)
    values: dict[str, Any] = {}
    from_file = list(_config_values(config, mod_folder, mistakes)) if config else []
    layers = [
        *from_file,
        *(
            (name, raw, "")
            for source in (sources.environment, sources.inputs, sources.command_line)
            for name, raw in source.items()
        ),
    ]
    for name, raw, place in layers:
        if raw is None:
            continue
        try:
            values[name.replace("-", "_")] = OPTIONS[name].parse(raw)
        except ValueError as error:
            mistakes.append(f"{place}{name}: {error}")
    if mistakes:
        raise UsageError(*mistakes)
    values.setdefault("ignore", {})
    return Settings(**values, config_path=config)


def _config_values(path: Path, mod_folder: str, mistakes: list[str]) -> Iterator[tuple[str, Raw, str]]:
    document = read_config(path)
    mods = document.pop("mods", None)
    layers = [document]
    if mods is not None and isinstance(mods.value, dict):
        for folder, node in mods.value.items():
            if not isinstance(node.value, dict):
                mistakes.append(f"{path}:{node.line}: mods: {folder}: a mapping of options is wanted")
            elif folder.strip("/") == mod_folder:
                layers.append(node.value)
            else:
                _unknown_keys(path, node.value, mistakes)
    elif mods is not None and mods.value is not None:
        mistakes.append(f"{path}:{mods.line}: mods: a mapping of folders to options is wanted")
    for layer in layers:
        _unknown_keys(path, layer, mistakes)
        for name, node in layer.items():
            if name in OPTIONS and OPTIONS[name].config:
                yield name, node.plain(), f"{path}:{node.line}: "


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
