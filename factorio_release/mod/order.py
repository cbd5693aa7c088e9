"""Several mods, in the order in which they depend on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.parsers.info import Info


def in_dependency_order(mods: Mapping[Path, Info]) -> tuple[Path, ...]:
    """Return the mods so that each comes after those of them that it needs or may use.

    Otherwise the given order stays, also within a circle, which the game refuses.
    """
    by_name = {info.name: path for path, info in mods.items() if info.name}
    ordered: dict[Path, None] = {}
    begun: set[Path] = set()

    def place(path: Path) -> None:
        if path in begun:
            return
        begun.add(path)
        for entry in mods[path].dependencies:
            dependency = entry.dependency
            if dependency and dependency.prefix != "!" and dependency.name in by_name:
                place(by_name[dependency.name])
        ordered[path] = None

    for path in mods:
        place(path)
    return tuple(ordered)
