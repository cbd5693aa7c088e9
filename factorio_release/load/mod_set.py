"""Which mods are loaded together, and in which order."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.limits import MAX_LOADED_MODS
from factorio_release.load.candidates import Candidates
from factorio_release.load.game_files import BASE, CORE
from factorio_release.load.load_order import in_load_order
from factorio_release.load.stage import FEATURE_FLAGS, LoadedMod
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from factorio_release.load.game_files import BuiltInMod
    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version

REQUIRED: Final = "required"
OPTIONAL: Final = "optional"
ALL: Final = "all"
_OF_OPTIONAL: Final = frozenset({OPTIONAL, ALL})
_OPTIONAL: Final = frozenset({"?", "(?)", "+", "+~"})
_SHOWN_VERSIONS: Final = 5
# The portal is asked about each mod that is missing.
_MAX_PROBLEMS: Final = 20
_EXPANSIONS: Final = ("quality", "elevated-rails", "recycler", "space-age")


class NotFetched(Exception):
    """A mod is known and cannot be had; the message says why."""


class Candidate(NamedTuple):
    """A version of a mod that can be loaded; `lua` reads its Lua files, and may have to fetch them.

    `info` may be what a list says of it; then `whole_info` reads its info.json. `put` writes the mod into a
    folder of mods for the game; what comes with the game has none. All three raise NotFetched where the mod
    cannot be had, and what a download raises.
    """

    info: Info
    lua: Callable[[], Mapping[str, bytes]]
    whole_info: Callable[[], Info] | None = None
    put: Callable[[Path], None] | None = None

    @property
    def dependencies(self) -> list[Dependency]:
        """The dependencies in its info.json that can be read."""
        return self.info.parsed_dependencies

    @property
    def version(self) -> Version | None:
        """The version in its info.json."""
        return self.info.version


class ModSet(NamedTuple):
    """Mods that are loaded together, in load order; with `problems` they cannot be.

    `beside` names those that are not the mod itself, core or base, `more` those asked for and not
    required. `label` says in a message which of the mod's sets it is. `put` has by name what writes a mod
    into a folder of mods, for those that do not come with the game.
    """

    mods: tuple[LoadedMod, ...]
    problems: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    label: str = ""
    more: tuple[str, ...] = ()
    put: Mapping[str, Callable[[Path], None]] = MappingProxyType({})

    def without(self, name: str) -> tuple[LoadedMod, ...]:
        """Return the mods without this one."""
        return tuple(mod for mod in self.mods if mod.name != name)


class Resolver:
    """Chooses mods for a game version: the highest allowed version of each, without backtracking."""

    def __init__(
        self,
        game: Mapping[str, BuiltInMod],
        version: str,
        candidates: Candidates | Mapping[str, tuple[Candidate, ...]],
    ) -> None:
        self._game = game
        self._version = parse_version(version)
        if not isinstance(candidates, Candidates):
            candidates = Candidates(candidates)
        self._candidates = candidates

    @property
    def expansions(self) -> tuple[str, ...]:
        """The expansions in the game's data, the smallest first."""
        return tuple(name for name in _EXPANSIONS if name in self._game)

    def optional(self, mod: Candidate, *, at_hand: bool = True) -> tuple[str, ...]:
        """Return the optional dependencies of a mod that can be loaded; `at_hand` asks for nothing."""
        lines = self._lines(mod)
        named = [one for one in mod.dependencies if one.prefix in _OPTIONAL]
        return tuple(
            one.name
            for one in named[:MAX_LOADED_MODS]
            if one.name in self._game or self._choose(one.name, [one], lines, at_hand=at_hand)
        )

    def sets(self, mod: Candidate, load_with: tuple[str, ...]) -> tuple[ModSet, ...]:
        """Return the sets of mods with which a mod is loaded, each once, as the setting names them.

        A set of optional mods is left out where none of them is there; there is always a set. Where some of
        them cannot be loaded, one set says so, and another has the rest.
        """
        found: dict[tuple[str, ...], ModSet] = {}
        for one in load_with:
            more = self._more(mod, one)
            if one in _OF_OPTIONAL and not more:
                continue
            mods = self._labelled(mod, more)
            found.setdefault(more, mods)
            if one in _OF_OPTIONAL and mods.problems:
                rest = self._that_load(mod, more)
                if rest:
                    found.setdefault(rest, self._labelled(mod, rest))
        return tuple(found.values()) or (self.resolve(mod),)

    def _labelled(self, mod: Candidate, more: tuple[str, ...]) -> ModSet:
        mods = self.resolve(mod, more)
        label = f"with {', '.join(mods.beside or more)}" if more else "without optional mods"
        return mods._replace(label=label, more=more)

    def _that_load(self, mod: Candidate, more: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the optional mods that can be loaded together, the first ones first."""
        if self.resolve(mod).problems:
            return ()
        kept: tuple[str, ...] = ()
        for name in more:
            if not self.resolve(mod, (*kept, name)).problems:
                kept = (*kept, name)
        return kept

    def _more(self, mod: Candidate, set_name: str) -> tuple[str, ...]:
        """Return the mods of a set, beside those that are required."""
        if set_name == REQUIRED:
            return ()
        if set_name in _OF_OPTIONAL:
            return self.optional(mod, at_hand=set_name == OPTIONAL)
        return tuple(set_name.split("+"))

    def resolve(self, mod: Candidate, more: tuple[str, ...] = ()) -> ModSet:
        """Return the mod with what it requires, and with `more` mods and what these require.

        Raises what a download raises.
        """
        chosen: dict[str, Candidate] = {mod.info.name: mod}
        problems: list[str] = []
        lines = self._lines(mod)
        wanted = [(mod.info.name, one) for one in mod.dependencies]
        queue = [CORE, BASE, *more, *(one.name for one in mod.dependencies if one.required)]
        while queue and len(chosen) <= MAX_LOADED_MODS and len(problems) < _MAX_PROBLEMS:
            name = queue.pop(0)
            if name in chosen:
                continue
            asked = [one for _, one in wanted if one.name == name]
            found = self._find(name, asked, lines)
            if found is None:
                problems.append(self._missing(name, asked, lines))
                continue
            chosen[name] = found
            inner = found.dependencies if name not in {CORE, BASE} else []
            wanted += [(name, one) for one in inner]
            queue += [one.name for one in inner if one.required]
        left = set(queue) - set(chosen)
        if left and len(chosen) > MAX_LOADED_MODS:
            problems.append(f"it requires more than {MAX_LOADED_MODS} mods")
        elif left:
            problems.append(f"{len(left):,} more were not looked for")
        problems += self._conflicts(chosen, wanted)
        if problems:
            return ModSet((), tuple(dict.fromkeys(problems)))
        beside = tuple(sorted(set(chosen) - {mod.info.name, CORE, BASE}))
        order = in_load_order(chosen, mod.info.name, more)
        try:
            put = {one.info.name: one.put for one in order if one.put}
            return ModSet(tuple(self._loaded(one) for one in order), (), beside, put=put)
        except NotFetched as error:
            return ModSet((), (str(error),), beside)

    def _lines(self, mod: Candidate) -> frozenset[tuple[int, int]]:
        """Return the lines of the game, such as 2.0, whose mods may be loaded beside this one."""
        major, minor = self._version.key[:2]
        return frozenset({(major, minor), mod.info.game or (major, minor)})

    def _find(
        self, name: str, dependencies: list[Dependency], lines: frozenset[tuple[int, int]]
    ) -> Candidate | None:
        built_in = self._game.get(name)
        if built_in is not None:
            return Candidate(built_in.info, lambda: built_in.lua)
        return self._choose(name, dependencies, lines)

    def _choose(
        self,
        name: str,
        dependencies: list[Dependency],
        lines: frozenset[tuple[int, int]],
        *,
        at_hand: bool = False,
    ) -> Candidate | None:
        """Return the highest version that all dependencies and the game accept, of the first such place."""
        for place in self._candidates.places(name, at_hand=at_hand):
            fitting = [
                one
                for one in place
                if one.version
                and one.info.game in {None, *lines}
                and all(each.accepts(one.version) for each in dependencies)
            ]
            if fitting:
                return max(fitting, key=lambda one: one.version or self._version)
        return None

    def _missing(
        self, name: str, dependencies: list[Dependency], lines: frozenset[tuple[int, int]]
    ) -> str:
        asked = dependencies[0].text.strip() if dependencies else name
        if any(one.built_in for one in dependencies):
            return f"the game's public data {self._version} has no {name}"
        found = [one for place in self._candidates.places(name) for one in place if one.version]
        asks = f"it requires `{asked}`" if dependencies else f"it is to be loaded with {name}"
        if not found:
            where = "here or on the portal" if self._candidates.asks_portal else "here"
            return f"{asks}, and {name} is not {where}"
        right = [one for one in found if one.info.game in {None, *lines}]
        if not right:
            games = sorted({one.info.factorio_version for one in found})
            return f"{asks}, and {name} is there for Factorio {', '.join(games)} only"
        versions = sorted({one.version for one in right if one.version})
        shown = [str(one) for one in versions[-_SHOWN_VERSIONS:]]
        older = len(versions) - len(shown)
        more = f" and {older} older" if older else ""
        all_asked = ", ".join(dict.fromkeys(one.text.strip() for one in dependencies))
        asks = f"it requires `{all_asked}`"
        return f"{asks}, and {name} is here as {', '.join(shown)}{more} only"

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
                yield (
                    f"{owner} asks for `{one.text.strip()}`, and {one.name} is {version}"
                    + self._why(one.name)
                )

    def _why(self, name: str) -> str:
        return "" if name in self._game else ", the highest that was allowed; no other is tried"

    def _loaded(self, one: Candidate) -> LoadedMod:
        info = one.whole_info() if one.whole_info else one.info
        is_built_in = info.name in self._game
        version = str(self._version) if is_built_in else str(info.version or "")
        flags = tuple(flag for flag in FEATURE_FLAGS if info.value.get(f"{flag}_required") is True)
        version = "" if info.name == CORE else version
        return LoadedMod(info.name, version, one.lua(), flags, is_built_in)
