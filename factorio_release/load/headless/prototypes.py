"""Findings over the prototypes that the game dumped: what the game itself does not look at.

The game refuses names that nothing defines. Without a screen it opens no picture and no sound, so that it
does not see which files are missing. Its dump has no settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.load.content import content_of
from factorio_release.load.file_findings import named_file_findings
from factorio_release.load.locale_names import missing_names
from factorio_release.load.places import LuaPlaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.findings import Finding
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.content import Picture
    from factorio_release.load.game_data import GameData
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import PackageFile


def findings_over(
    mod: Mod, data: GameData, api: PrototypeApi, look: Callable[[PackageFile], Picture | None]
) -> tuple[Finding, ...]:
    """Return what is wrong with the finished prototypes of a mod, found as in a load without the game.

    `look` opens an image or a sound of the package.
    """
    content = content_of(mod, look)
    places = LuaPlaces(content.lua)
    return (
        *named_file_findings(data, content, api, places),
        *missing_names(data, content, api, places),
    )
