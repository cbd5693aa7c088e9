"""Findings over the prototypes that the game dumped: what the game itself does not look at.

The game refuses names that nothing defines. Without a screen it opens no picture and no sound, so that it
does not see which files are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.load.headless.verdict import finding
from factorio_release.load.places import LuaPlaces
from factorio_release.load.references import named_files
from factorio_release.load.sources import lua_of

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.game_data import GameData
    from factorio_release.mod.mod import Mod


def findings_over(mod: Mod, data: GameData, api: PrototypeApi) -> tuple[Finding, ...]:
    """Return what is wrong with the finished prototypes of a mod, found as in a load without the game."""
    places = LuaPlaces(lua_of(mod))
    found: dict[str, Finding] = {}
    for one in named_files(data, api, mod.name):
        path = one.value.removeprefix(f"__{mod.name}__/")
        if mod.files.get(path) is None:
            message = (
                f"{one.kind} {one.name} names the file {one.value}, which is not in the package"
            )
            place = places.of(one.value, beside=one.name)
            hint = "Add the file, or correct the path."
            found.setdefault(one.value, finding("prototype-file", message, place, hint))
    return tuple(found.values())
