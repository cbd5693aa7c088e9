"""The emulated load of a run's mods: in which version of the game, with which mods, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.findings import Finding
from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.load.judge import LoadJudge
from factorio_release.load.mod_set import Resolver
from factorio_release.load.sources import candidate, lua_of
from factorio_release.load.stage import StageLimits
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.load.game_cache import GameCache
    from factorio_release.load.mod_set import Candidate
    from factorio_release.mod.mod import Mod
    from factorio_release.parsers.version import Version
    from factorio_release.settings.options import Settings

AUTO: Final = "auto"
_FIRST_GAME: Final = (2, 0)  # the stages of older games were never compared


class Loaded(NamedTuple):
    """What the loads of one mod found; `loads` has a sentence for each of them, for the log."""

    findings: tuple[Finding, ...]
    loads: tuple[str, ...] = ()


class EmulatedLoads:
    """What all mods of a run are loaded with: the game's data, and the mods that they may need.

    `candidates` are the mods that can be loaded beside, by name.
    """

    def __init__(self, cache: GameCache, candidates: Mapping[str, tuple[Candidate, ...]]) -> None:
        self.cache = cache
        self.candidates = candidates

    def load(self, mod: Mod, settings: Settings) -> Loaded:
        """Load a package and return what is found.

        Raises PortalUnreachable where the game's data cannot be had, and ModError where there is none of
        the version that was asked for.
        """
        version = settings.game_version
        if version == AUTO:
            version = newest_game_for(mod, self.cache)
        if not version:
            line = mod.info.factorio_version or "an unknown game"
            return _not_judged(f"no version of {line} that fits is among the game's public data")
        if parse_version(version).key < (*_FIRST_GAME, 0):
            return _not_judged(f"it is for Factorio {version}, and mods can be loaded from 2.0 on")
        if not mod.name or not mod.version:
            return _not_judged("info.json has no name and version; see `factorio-release check`")
        resolver = Resolver(self.cache.mods(version), version, self.candidates)
        judged = LoadJudge(
            candidate(mod),
            frozenset(file.path for file in mod.files.files),
            lua_of(mod),
            resolver,
            version,
            self.cache.api(version),
            StageLimits(int(settings.load_timeout) or 1, settings.load_memory << 20),
            settings.load_with,
        ).judge()
        said = f"loaded {mod.name} {mod.version} in Factorio {version} with"
        return Loaded(judged.findings, tuple(f"{said} {one}" for one in judged.loads))


def newest_game_for(mod: Mod, cache: GameCache) -> str:
    """Return the newest game of the mod's `factorio_version` that its dependency on base accepts."""
    line = mod.info.game
    if line is None or line < _FIRST_GAME:
        return ""
    wanted = [
        one.dependency
        for one in mod.info.dependencies
        if one.dependency and one.dependency.name == "base"
    ]

    def accepts(version: Version) -> bool:
        return version.key[:2] == line and all(one.accepts(version) for one in wanted)

    return cache.newest(accepts)


def not_judged(reason: str) -> Finding:
    """Return the note that a mod was not loaded."""
    code = "load-not-judged"
    return Finding(code, LOAD_SEVERITIES[code], f"not loaded: {reason}")


def _not_judged(reason: str) -> Loaded:
    return Loaded((not_judged(reason),))
