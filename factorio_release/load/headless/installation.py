"""An installation of the game: where its program and its data are, and which mods come with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import UsageError
from factorio_release.limits import MAX_INFO_BYTES
from factorio_release.load.game_files import BASE, CORE, BuiltInMod
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM: Final = Path("bin", "x64", "factorio")
_DATA: Final = "data"


class Installation(NamedTuple):
    """The game in a folder; `mods` are core, base and the others that come with it, without their Lua."""

    folder: Path
    version: str
    mods: Mapping[str, BuiltInMod]

    @property
    def program(self) -> Path:
        """The program to start."""
        return self.folder / PROGRAM

    @property
    def data(self) -> Path:
        """The folder that the game reads."""
        return self.folder / _DATA


def installation_at(path: str) -> Installation:
    """Return the game at `path`: its folder, or the program in it. Raises UsageError for anything else."""
    given = Path(path).expanduser().absolute()
    folder = given
    if given.is_file() and given.parts[-3:] == PROGRAM.parts:
        folder = given.parents[2]
    found = find_installation(folder)
    if found is None:
        raise UsageError(
            f"game-path: {path} is not an installation of the game for Linux, with {PROGRAM} that can be run "
            f"and {_DATA}/{BASE}/{INFO_FILE}; give the folder into which the headless build was unpacked"
        )
    return found


def find_installation(folder: Path) -> Installation | None:
    """Return the game in a folder, None where it is not whole or cannot be run."""
    program = folder / PROGRAM
    if not (program.is_file() and os.access(program, os.X_OK)):
        return None
    mods = {}
    try:
        for place in sorted((folder / _DATA).iterdir()):
            if (place / INFO_FILE).is_file():
                info = read_info(read_file(place / INFO_FILE, MAX_INFO_BYTES))
                mods[place.name] = BuiltInMod(info, {})
    except OSError:
        return None
    if not {CORE, BASE} <= set(mods):
        return None
    version = mods[BASE].info.string("version")
    return Installation(folder, version, mods) if version else None
