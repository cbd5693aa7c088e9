"""The command line and config.ini of the stand-in: options that the game is known to have, and no others."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Whether a value follows.
KNOWN: Final = {
    "--version": False,
    "--config": True,
    "--mod-directory": True,
    "--create": True,
    "--map-gen-seed": True,
    "--map-gen-settings": True,
    "--map-settings": True,
    "--benchmark": True,
    "--benchmark-ticks": True,
    "--benchmark-runs": True,
    "--benchmark-verbose": True,
    "--benchmark-sanitize": False,
    "--start-server-load-scenario": True,
    "--server-settings": True,
    "--port": True,
    "--dump-data": False,
    "--no-log-rotation": False,
    "--disable-audio": False,
}
SHORT: Final = {"-c": "--config", "-v": "--version"}
_ACTIONS: Final = ("--dump-data", "--create", "--benchmark", "--start-server-load-scenario")


class UsageError(Exception):
    """The command line, or a file that it names, is not what the game takes."""


class Options:
    """What was asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return name in self.given

    @property
    def action(self) -> str:
        """The one thing to do; the game with nothing to do opens its menu, which headless builds lack."""
        asked = [name for name in _ACTIONS if name in self.given]
        if len(asked) != 1:
            raise UsageError(f"one of {', '.join(_ACTIONS)} is needed, got {asked}")
        return asked[0]

    def number(self, name: str, default: int) -> int:
        text = self.given.get(name, str(default))
        if not text.isdecimal():
            raise UsageError(f"the argument ('{text}') for option '{name}' is invalid")
        return int(text)


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line: `--name value` or `--name=value`."""
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, has_value, value = rest.pop(0).partition("=")
        name = SHORT.get(name, name)
        if name not in KNOWN:
            raise UsageError(f"unrecognised option '{name}'")
        if KNOWN[name] and not has_value:
            if not rest:
                raise UsageError(f"the required argument for option '{name}' is missing")
            value = rest.pop(0)
        given[name] = value
    return Options(given)


class Folders(NamedTuple):
    """Where the game reads and writes, as config.ini says."""

    read_data: Path
    write_data: Path
    locale: str
    enable_new_mods: bool
    config: Path | None


def install_folder() -> Path:
    """Return the folder that holds `bin/x64/factorio`."""
    return Path(sys.argv[0]).resolve().parents[2]


def folders(options: Options) -> Folders:
    """Read config.ini; without one the game writes into its own folder and speaks the system's language."""
    root = install_folder()
    ini = configparser.ConfigParser(interpolation=None, strict=False)
    config = None
    if "--config" in options:
        config = Path(options.given["--config"])
        if not config.is_file():
            raise UsageError(f"config file {config} does not exist")
        text = config.read_text(encoding="utf-8")
        # Lines before the first section are allowed, e.g. "; version=12".
        ini.read_string(text if text.lstrip().startswith("[") else "[before]\n" + text)
    executable = str(root / "bin/x64")

    def path(name: str, default: str) -> Path:
        text = ini.get("path", name, fallback=default)
        text = text.replace("__PATH__executable__", executable)
        return Path(text.replace("__PATH__system-read-data__", str(root / "data"))).resolve()

    return Folders(
        read_data=path("read-data", "__PATH__executable__/../../data"),
        write_data=path("write-data", "__PATH__executable__/../.."),
        locale=ini.get("general", "locale", fallback="auto"),
        enable_new_mods=ini.get("other", "enable-new-mods", fallback="true") != "false",
        config=config,
    )
