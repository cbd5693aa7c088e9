"""The loads of a run's mods in the game: which installation, with which mods, and what it finds."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.errors import ModError
from factorio_release.load.emulated import AUTO, newest_game_for, not_judged
from factorio_release.load.game_files import CORE
from factorio_release.load.headless.judge import GameJudge, GameSet
from factorio_release.load.headless.mod_tests import TEST_MOD, has_tests
from factorio_release.load.headless.process import GameLimits
from factorio_release.load.headless.put import put_with_tests
from factorio_release.load.headless.scratch import GameMod
from factorio_release.load.headless.verdict import Expected
from factorio_release.load.mod_set import Resolver
from factorio_release.load.sources import candidate, lua_of
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.settings.options import GAME_LOG_END

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.findings import Finding
    from factorio_release.load.candidates import Candidates
    from factorio_release.load.game_data import GameData
    from factorio_release.load.headless.installation import Installation
    from factorio_release.load.headless.mod_tests import TestRun
    from factorio_release.load.headless.releases import HeadlessBuilds
    from factorio_release.load.mod_set import Candidate, ModSet
    from factorio_release.mod.mod import Mod
    from factorio_release.settings.options import Settings

_SCRIPT: Final = "control.lua"


class RanInGame(NamedTuple):
    """What the loads of one mod found; `loads` has a sentence for each, `log` all that the game printed.

    `log_name` is the path of the file for the log.
    """

    findings: tuple[Finding, ...]
    loads: tuple[str, ...] = ()
    log: str = ""
    log_name: str = ""
    tests: TestRun | None = None


class GameLoads:
    """What all mods of a run are loaded with in the game.

    `given` is the installation that the settings name, None to take one of `builds`. `candidates` are the
    mods that can be loaded beside. `look` returns findings over the finished prototypes of a mod.
    """

    def __init__(
        self,
        given: Installation | None,
        builds: HeadlessBuilds,
        candidates: Candidates,
        look: Callable[[Mod, GameData, str], tuple[Finding, ...]],
        say: Callable[[str], None],
    ) -> None:
        self._given = given
        self._builds = builds
        self._candidates = candidates
        self._look = look
        self._say = say

    def load(self, mod: Mod, settings: Settings) -> RanInGame:
        """Run the game with a package and return what is found.

        Raises PortalUnreachable where the game cannot be had, and ModError where there is none of the
        version that was asked for, or it cannot be started.
        """
        # The name becomes that of files.
        if not MOD_NAME.fullmatch(mod.name) or not mod.version:
            return _not_run("info.json has no name and version; see `factorio-release check`")
        game, reason = self._game(mod, settings)
        if game is None:
            return _not_run(reason)
        mine = candidate(mod)
        resolver = Resolver(game.mods, game.version, self._candidates)
        sets = resolver.sets(mine, settings.load_with)
        problems = [not_judged("; ".join(one.problems)) for one in sets if one.problems]
        runnable = tuple(GameSet(_mods_of(one), one.label) for one in sets if not one.problems)
        log_name = (
            PurePath(settings.output_dir) / f"{mod.name}_{mod.version}{GAME_LOG_END}"
        ).as_posix()
        lua = lua_of(mod)
        judge = GameJudge(
            game,
            Expected(mod.name, str(mod.version), mod.info.string("title"), _SCRIPT in lua),
            frozenset(file.path for file in mod.files.files),
            lua,
            settings.game_ticks,
            GameLimits(settings.game_timeout, settings.game_memory << 20),
            log_name,
            lambda data, _: self._look(mod, data, game.version),
            asks_owners=settings.load
            == "game",  # with both, the other load has said what is unnamed
        )
        tests = _test_set(mod, resolver, mine) if has_tests(lua) else ""
        self._say(f"starting the game {game.version} with {mod.name} {mod.version}")
        judged = judge.judge(runnable, tests)
        return RanInGame(
            (*problems, *judged.findings), judged.loads, judged.log, log_name, judged.tests
        )

    def _game(self, mod: Mod, settings: Settings) -> tuple[Installation | None, str]:
        """Return the installation for a mod, or None and why there is none."""
        wanted = settings.game_version
        if self._given is not None:
            here = self._given
            if wanted not in {AUTO, here.version}:
                raise ModError(
                    f"the game at {here.folder} is {here.version}, not {wanted}",
                    "leave out game-version or game-path",
                )
            line = ".".join(here.version.split(".")[:2])
            if wanted == AUTO and mod.info.factorio_version not in {line, ""}:
                return (
                    None,
                    f"it is for {mod.info.factorio_version}, and the game here is {here.version}",
                )
            return here, ""
        version = newest_game_for(mod, self._builds.newest) if wanted == AUTO else wanted
        if not version:
            line = mod.info.factorio_version or "an unknown game"
            return None, f"no headless build of {line} fits"
        return self._builds.installation(version), ""


def _test_set(mod: Mod, resolver: Resolver, mine: Candidate) -> GameSet | str:
    """Return the mods with FactorioTest, and the mod with the tests that its package leaves out.

    Where FactorioTest cannot be had, it is the reason.
    """
    mods = resolver.resolve(mine._replace(put=partial(put_with_tests, mod)), (TEST_MOD,))
    return "; ".join(mods.problems) or GameSet(_mods_of(mods))


def _mods_of(mods: ModSet) -> tuple[GameMod, ...]:
    return tuple(
        GameMod(one.name, one.version, mods.put.get(one.name))
        for one in mods.mods
        if one.name != CORE
    )


def _not_run(reason: str) -> RanInGame:
    return RanInGame((not_judged(reason),))
