"""The order in which the mods of a run are released, and the mods that can have none."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.info import Info

    Needs = dict[Path, list[Path]]


def in_dependency_order(mods: Mapping[Path, Info]) -> tuple[Path, ...]:
    """Return the mods, each after those of them that it requires or may use.

    Of one mod the lower version comes first. Otherwise they keep the given order. A dependency with `~`
    counts where it closes no circle. Any other circle is cut where it was entered: `circles` finds it.
    """
    needs = _needs(mods)
    ordered: list[Path] = []
    begun: set[Path] = set()
    # A list of what waits, not recursion: a chain of dependencies may be as long as MAX_MODS.
    waiting = [(path, False) for path in reversed(list(mods))]
    while waiting:
        path, dependencies_are_ordered = waiting.pop()
        if dependencies_are_ordered:
            ordered.append(path)
        elif path not in begun:
            begun.add(path)
            waiting.append((path, True))
            waiting += [(needed, False) for needed in reversed(needs[path])]
    return tuple(ordered)


def circles(mods: Collection[Info]) -> dict[str, tuple[str, ...]]:
    """Return for each mod in a circle of dependencies the names on its shortest way back to itself.

    The way begins with the mod, and each name on it depends on the next one. The game refuses such mods.
    A dependency with `~` or `+~` does not count: it does not affect the load order (documented), and
    published mods require each other with its help.
    """
    needs: dict[str, set[str]] = {info.name: set() for info in mods if info.name}
    for info in mods:
        for dependency in _dependencies(info):
            if not dependency.prefix.endswith("~") and dependency.name in needs:
                needs[info.name].add(dependency.name)
        needs.get(info.name, set()).discard(info.name)
    left = _without_ends(needs)
    ways = {name: _way_back(name, left) for name in left}
    return {name: way for name, way in ways.items() if way}


def _needs(mods: Mapping[Path, Info]) -> Needs:
    """Return which of the mods have to come before each of them."""
    by_name: dict[str, list[Path]] = {}
    for path, info in mods.items():
        if info.name:
            by_name.setdefault(info.name, []).append(path)
    needs: Needs = {path: [] for path in mods}
    without_order: list[tuple[Path, Path]] = []
    for path, info in mods.items():
        needs[path] += [
            other for other in by_name.get(info.name, ()) if _is_lower(mods[other], info)
        ]
        for dependency in _dependencies(info):
            for other in by_name.get(dependency.name, ()):
                if dependency.name == info.name:
                    continue
                if dependency.prefix.endswith("~"):
                    without_order.append((path, other))
                else:
                    needs[path].append(other)
    for path, other in without_order:
        if not _leads_to(path, other, needs):
            needs[path].append(other)
    return needs


def _is_lower(info: Info, than: Info) -> bool:
    return info.version is not None and than.version is not None and info.version < than.version


def _dependencies(info: Info) -> Iterator[Dependency]:
    return (one for one in info.parsed_dependencies if one.prefix != "!")


def _leads_to(goal: Path, start: Path, needs: Needs) -> bool:
    seen = {start}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path == goal:
            return True
        following = [needed for needed in needs[path] if needed not in seen]
        seen.update(following)
        waiting += following
    return False


def _without_ends(needs: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the mods that lie on circles or between them: those that need nothing are taken off in turn."""
    left = {name: set(needed) for name, needed in needs.items()}
    needed_by: dict[str, set[str]] = {name: set() for name in needs}
    for name, needed in needs.items():
        for other in needed:
            needed_by[other].add(name)
    ends = deque(name for name, needed in left.items() if not needed)
    while ends:
        end = ends.popleft()
        del left[end]
        for name in needed_by[end]:
            left[name].discard(end)
            if not left[name]:
                ends.append(name)
    return left


def _way_back(start: str, needs: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the shortest way from a mod back to itself, empty where there is none."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for needed in sorted(needs[name]):
            if needed == start:
                return tuple(reversed(list(_back(name, start, came_from))))
            if needed not in came_from:
                came_from[needed] = name
                waiting.append(needed)
    return ()


def _back(name: str, start: str, came_from: Mapping[str, str]) -> Iterator[str]:
    while name != start:
        yield name
        name = came_from[name]
    yield start
