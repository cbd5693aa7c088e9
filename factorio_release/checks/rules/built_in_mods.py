"""Rules on dependencies on the mods that come with the game."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.dependency_entries import at_entry, parsed_entries
from factorio_release.parsers.dependency import BUILT_IN
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem

_EXPANSION_SINCE: Final = (2, 0)  # documented: Space Age and its mods came with Factorio 2.0
_EXPANSION_MODS: Final = ("space-age", "quality", "elevated-rails")
# Without `-`, `_` and blanks, in lower case. A name such as Quality may be that of a mod on the portal.
_PLAIN_NAMES: Final = {
    "base": "base",
    "spaceage": "space-age",
    "elevatedrail": "elevated-rails",
    "elevatedrails": "elevated-rails",
}


def misspelt_required(info: Info) -> Iterator[Problem]:
    """Report required mods whose name is that of one of the game's in another form.

    The game refuses to load the mod: no mod has this name.
    """
    return _misspelt(info, required=True)


def misspelt_optional(info: Info) -> Iterator[Problem]:
    """Report the same of other entries: they have no effect."""
    return _misspelt(info, required=False)


def _misspelt(info: Info, *, required: bool) -> Iterator[Problem]:
    for entry, dependency in parsed_entries(info):
        right = _PLAIN_NAMES.get(re.sub(r"[-_ ]", "", dependency.name.lower()))
        if right and dependency.name not in BUILT_IN and dependency.required is required:
            message = f"{quoted(entry.text)}: the game's own mod is named {right}"
            yield at_entry(entry, message, f"Write {right} instead of {dependency.name}.")


def expansion_too_early(info: Info) -> Iterator[Problem]:
    """Report a required mod of the expansion, for a game that does not have it."""
    if info.game is None or info.game >= _EXPANSION_SINCE:
        return
    for entry, dependency in parsed_entries(info):
        if dependency.required and dependency.name in _EXPANSION_MODS:
            message = (
                f"{dependency.name} came with Factorio 2.0, but the mod is for "
                f"{info.factorio_version}: no game can load it"
            )
            hint = f'Set factorio_version to "2.0", or write "? {dependency.name}".'
            yield at_entry(entry, message, hint)
