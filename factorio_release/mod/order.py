"""Several mods, in the order in which they depend on each other."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.mod.info import Info


def in_dependency_order(mods: Mapping[Path, Info]) -> tuple[Path, ...]:
    """Return the mods so that each comes after those of them that it depends on.

    Otherwise the given order stays. Mods that depend on each other in a circle stay as given: the
    game refuses them, and a check says so.
    """
    by_name = {info.name: path for path, info in mods.items() if info.name}
    graph: dict[Path, list[Path]] = {}
    for path, info in mods.items():
        found = (entry.dependency for entry in info.dependencies)
        graph[path] = [by_name[d.name] for d in found if d and d.prefix != "!" and d.name in by_name]
        graph[path] = [other for other in graph[path] if other != path]
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return tuple(mods)
