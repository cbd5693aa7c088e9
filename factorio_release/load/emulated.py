"""The emulated load of a run's mods: in which version of the game, with which mods, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.load.content import content_of
from factorio_release.load.findings import load_finding
from factorio_release.load.judge import LoadJudge
from factorio_release.load.mod_set import Resolver
from factorio_release.load.sources import candidate
from factorio_release.load.stage import StageLimits
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.findings import Finding
    from factorio_release.load.candidates import Candidates
    from factorio_release.load.content import Picture
    from factorio_release.load.game_cache import GameCache
    from factorio_release.load.previous import Previous
    from factorio_release.load.save_changes import SaveChanges
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import PackageFile
    from factorio_release.parsers.version import Version
    from factorio_release.settings.options import Settings

AUTO: Final = "auto"
_FIRST_GAME: Final = (2, 0)  # the stages of older games were never compared


class Loaded(NamedTuple):
    """What the loads of one mod found; `loads` has a sentence for each of them, for the log.

    `changes` are those since its last release, None without one. `whole` says that nothing hindered a load.
    """

    findings: tuple[Finding, ...]
    loads: tuple[str, ...] = ()
    changes: SaveChanges | None = None
    whole: bool = False


class EmulatedLoads:
    """What all mods of a run are loaded with: the game's data, and the mods that they may need.

    `candidates` are the mods that can be loaded beside. `look` says what an image or a sound is.
    """

    def __init__(
        self,
        cache: GameCache,
        candidates: Candidates,
        look: Callable[[PackageFile], Picture | None],
    ) -> None:
        self.cache = cache
        self.candidates = candidates
        self.look = look

    def load(self, mod: Mod, settings: Settings, previous: Previous | None = None) -> Loaded:
        """Load a package and return what is found; `previous` is the release to compare it with.

        Raises PortalUnreachable where the game's data cannot be had, and ModError where there is none of
        the version that was asked for.
        """
        version = settings.game_version
        if version == AUTO:
            version = newest_game_for(mod, self.cache.newest)
        if not version:
            line = mod.info.factorio_version or "an unknown game"
            if mod.info.game and mod.info.game < _FIRST_GAME:
                return _not_judged(f"it is for Factorio {line}, and mods can be loaded from 2.0 on")
            return _not_judged(f"no version of {line} that fits is among the game's public data")
        if parse_version(version).key < (*_FIRST_GAME, 0):
            return _not_judged(f"it is for Factorio {version}, and mods can be loaded from 2.0 on")
        if not mod.name or not mod.version:
            return _not_judged("info.json has no name and version; see `factorio-release check`")
        game = self.cache.mods(version)
        if mod.name in game:
            return _not_judged(f"{mod.name} is the name of a part of the game")
        resolver = Resolver(game, version, self.candidates)
        judged = LoadJudge(
            candidate(mod),
            content_of(mod, self.look),
            resolver,
            version,
            self.cache.api(version),
            StageLimits(int(settings.load_timeout) or 1, settings.load_memory << 20),
            settings.load_with,
            previous,
        ).judge()
        said = f"loaded {mod.name} {mod.version} in Factorio {version} with"
        lines = [f"{said} {one}" for one in judged.loads]
        if judged.changes:
            lines.append(f"compared with {judged.changes.tag}")
        return Loaded(judged.findings, tuple(lines), judged.changes, judged.whole)


def newest_game_for(mod: Mod, newest: Callable[[Callable[[Version], bool]], str]) -> str:
    """Return the newest game of the mod's `factorio_version` that its dependency on base accepts.

    `newest` returns the highest of the games that there are which a function accepts.
    """
    line = mod.info.game
    if line is None or line < _FIRST_GAME:
        return ""
    wanted = [one for one in mod.info.parsed_dependencies if one.name == "base"]

    def accepts(version: Version) -> bool:
        return version.key[:2] == line and all(one.accepts(version) for one in wanted)

    return newest(accepts)


def not_judged(reason: str) -> Finding:
    """Return the note that a mod was not loaded."""
    return load_finding("load-not-judged", f"not loaded: {reason}")


def _not_judged(reason: str) -> Loaded:
    return Loaded((not_judged(reason),))
