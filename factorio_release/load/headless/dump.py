"""The game's dump of all prototypes as the value that the emulated load has too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.limits import MAX_DUMP_BYTES
from factorio_release.load.game_data import game_data

if TYPE_CHECKING:
    from factorio_release.load.game_data import GameData

_FILE: Final = Path("script-output", "data-raw-dump.json")


def read_dump(folder: Path) -> tuple[GameData | None, str]:
    """Return the prototypes of the dump below the game's write-data, or None and why there are none."""
    try:
        data = read_file(folder / _FILE, MAX_DUMP_BYTES)
    except OSError as error:
        return None, f"the game's dump of its prototypes cannot be read: {error.strerror}"
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None, "the game's dump of its prototypes is not whole"
    found = game_data(value)
    if not found.prototypes:
        return None, "the game's dump has no prototypes"
    return found, ""
