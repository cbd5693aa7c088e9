"""Which mods are loaded together, and in which order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.load.game_files import BASE, CORE
from factorio_release.load.stage import FEATURE_FLAGS, LoadedMod
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.load.game_files import BuiltInMod
    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version

REQUIRED: Final = "required"
OPTIONAL: Final = "optional"
ALL: Final = "all"
_OF_OPTIONAL: Final = frozenset({OPTIONAL, ALL})
_OPTIONAL: Final = frozenset({"?", "(?)", "+", "+~"})
_WITHOUT_ORDER: Final = frozenset({"~", "+~", "!"})
_EXPANSIONS: Final = ("quality", "elevated-rails", "recycler", "space-age")


class Candidate(NamedTuple):
    """A version of a mod that can be loaded; `lua` reads its Lua files."""

    info: Info
    lua: Callable[[], Mapping[str, bytes]]

    @property
    def version(self) -> Version | None:
        """The version in its info.json."""
        return self.info.version


class ModSet(NamedTuple):
    """Mods that are loaded together, in load order; with `problems` they cannot be.

    `beside` names those that are not the mod itself, core or base, `more` those asked for and not
    required. `label` says in a message which of the mod's sets it is.
    """

    mods: tuple[LoadedMod, ...]
    problems: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    label: str = ""
    more: tuple[str, ...] = ()

    def without(self, name: str) -> tuple[LoadedMod, ...]:
        """Return the mods without this one."""
        return tuple(mod for mod in self.mods if mod.name != name)


class Resolver:
    """Chooses mods for a game version: the highest allowed version of each, without backtracking."""

    def __init__(
        self,
        game: Mapping[str, BuiltInMod],
        version: str,
        candidates: Mapping[str, tuple[Candidate, ...]],
    ) -> None:
        self._game = game
        self._version = parse_version(version)
        self._candidates = candidates

    @property
    def expansions(self) -> tuple[str, ...]:
        """The expansions in the game's data, the smallest first."""
        return tuple(name for name in _EXPANSIONS if name in self._game)

    def optional(self, info: Info) -> tuple[str, ...]:
        """Return the optional dependencies of a mod that can be loaded."""
        return tuple(
            one.name
            for one in _dependencies(info)
            if one.prefix in _OPTIONAL and (one.name in self._game or self._choose(one.name, [one]))
        )

    def sets(self, mod: Candidate, load_with: tuple[str, ...]) -> tuple[ModSet, ...]:
        """Return the sets of mods with which a mod is loaded, each once, as the setting names them.

        A set of optional mods is left out where none of them is there; there is always a set.
        """
        found: dict[tuple[str, ...], ModSet] = {}
        for one in load_with:
            more = self._more(mod.info, one)
            if one in _OF_OPTIONAL and not more:
                continue
            mods = self.resolve(mod, more)
            label = f"with {', '.join(mods.beside or more)}" if more else "without optional mods"
            found.setdefault(more, mods._replace(label=label, more=more))
        return tuple(found.values()) or (self.resolve(mod),)

    def _more(self, info: Info, set_name: str) -> tuple[str, ...]:
        """Return the mods of a set, beside those that are required."""
        if set_name == REQUIRED:
            return ()
        if set_name in _OF_OPTIONAL:
            return self.optional(info)
        return tuple(set_name.split("+"))

    def resolve(self, mod: Candidate, more: tuple[str, ...] = ()) -> ModSet:
        """Return the mod with what it requires, and with `more` mods and what these require."""
        chosen: dict[str, Candidate] = {mod.info.name: mod}
        problems: list[str] = []
        wanted = [(mod.info.name, one) for one in _dependencies(mod.info)]
        queue: list[tuple[str, Dependency | None]] = [
            (name, None) for name in (CORE, BASE, *more)
        ] + [(one.name, one) for _, one in wanted if one.required]
        while queue:
            name, _ = queue.pop(0)
            if name in chosen:
                continue
            found = self._find(name, [one for _, one in wanted if one.name == name])
            if found is None:
                problems.append(self._missing(name, [one for _, one in wanted if one.name == name]))
                continue
            chosen[name] = found
            inner = list(_dependencies(found.info)) if name not in {CORE, BASE} else []
            wanted += [(name, one) for one in inner]
            queue += [(one.name, one) for one in inner if one.required]
        problems += self._conflicts(chosen, wanted)
        if problems:
            return ModSet((), tuple(dict.fromkeys(problems)))
        beside = tuple(sorted(set(chosen) - {mod.info.name, CORE, BASE}))
        order = _in_load_order(chosen, mod.info.name, more)
        return ModSet(tuple(self._loaded(one) for one in order), (), beside)

    def _find(self, name: str, dependencies: list[Dependency]) -> Candidate | None:
        built_in = self._game.get(name)
        if built_in is not None:
            return Candidate(built_in.info, lambda: built_in.lua)
        return self._choose(name, dependencies)

    def _choose(self, name: str, dependencies: list[Dependency]) -> Candidate | None:
        fitting = [
            one
            for one in self._candidates.get(name, ())
            if one.version and all(each.accepts(one.version) for each in dependencies)
        ]
        return max(fitting, key=lambda one: one.version or self._version, default=None)

    def _missing(self, name: str, dependencies: list[Dependency]) -> str:
        asked = dependencies[0].text.strip() if dependencies else name
        if any(one.built_in for one in dependencies):
            return f"the game's public data {self._version} has no {name}"
        if name in self._candidates:
            there = ", ".join(str(one.version) for one in self._candidates[name])
            return f"it requires `{asked}`, and {name} is here as {there} only"
        return f"it requires `{asked}`, and {name} is not here"

    def _conflicts(
        self, chosen: Mapping[str, Candidate], wanted: list[tuple[str, Dependency]]
    ) -> Iterator[str]:
        for owner, one in wanted:
            found = chosen.get(one.name)
            if found is None or one.name == owner:
                continue
            if one.prefix == "!":
                yield f"{owner} is incompatible with {one.name}"
            version = self._version if one.name in self._game else found.version
            if version and not one.accepts(version):
                yield f"{owner} asks for `{one.text.strip()}`, and {one.name} is {version}"

    def _loaded(self, one: Candidate) -> LoadedMod:
        info = one.info
        is_built_in = info.name in self._game
        version = str(self._version) if is_built_in else str(info.version or "")
        flags = tuple(flag for flag in FEATURE_FLAGS if info.value.get(f"{flag}_required") is True)
        version = "" if info.name == CORE else version
        return LoadedMod(info.name, version, one.lua(), flags, is_built_in)


def _dependencies(info: Info) -> list[Dependency]:
    return [one.dependency for one in info.dependencies if one.dependency]


def _in_load_order(
    chosen: Mapping[str, Candidate], last: str, more: tuple[str, ...]
) -> list[Candidate]:
    """Return mods by the depth of their dependencies, then by name.

    Documented in "Data lifecycle": dependencies first, then the natural order of the internal names, whatever
    their case. A mod without the key `dependencies` depends on base, and all but core on core.
    `last` is loaded as if it depended on `more` mods.
    """
    before: dict[str, set[str]] = {}
    for name, one in chosen.items():
        names = {each.name for each in _dependencies(one.info) if each.prefix not in _WITHOUT_ORDER}
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
