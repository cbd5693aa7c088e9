"""In which order the game loads mods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.load.game_files import BASE, CORE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.load.mod_set import Candidate

_WITHOUT_ORDER: Final = frozenset({"~", "+~", "!"})


def in_load_order(
    chosen: Mapping[str, Candidate], last: str, more: tuple[str, ...]
) -> list[Candidate]:
    """Return mods by the depth of their dependencies, then by name.

    Documented in "Data lifecycle": dependencies first, then the natural order of the internal names, whatever
    their case. A mod without the key `dependencies` depends on base, and all but core on core.
    `last` is loaded as if it depended on `more` mods.
    """
    before: dict[str, set[str]] = {}
    for name, one in chosen.items():
        names = {each.name for each in one.dependencies if each.prefix not in _WITHOUT_ORDER}
        if "dependencies" not in one.info.value:
            names.add(BASE)
        if name != CORE:
            names.add(CORE)
        if name == last:
            names.update(more)
        before[name] = (names & set(chosen)) - {name}
    depths: dict[str, int] = {}

    def depth(name: str, path: tuple[str, ...] = ()) -> int:
        if name in path:
            return 0  # a circle: the game refuses it, and `check` reports it
        if name not in depths:
            depths[name] = 1 + max((depth(one, (*path, name)) for one in before[name]), default=-1)
        return depths[name]

    return [chosen[name] for name in sorted(chosen, key=lambda name: (depth(name), _natural(name)))]


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"\d+|\D+", name.lower())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
