"""The stage between building and planning: each package is loaded, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.checks import CheckResult
from factorio_release.errors import ReleaseError
from factorio_release.load.emulated import not_judged
from factorio_release.load.findings import SUPERSEDED
from factorio_release.load.game_cache import NotAtHand
from factorio_release.load.previous import previous_of
from factorio_release.load.sources import by_name, candidate
from factorio_release.pipeline.checking import judge
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.findings import Finding
    from factorio_release.load.emulated import EmulatedLoads
    from factorio_release.load.headless.loads import GameLoads, RanInGame
    from factorio_release.load.mod_set import Candidate
    from factorio_release.mod.mod import Mod
    from factorio_release.report_builder import ReportBuilder
    from factorio_release.settings.options import Settings


class Loading(NamedTuple):
    """How the mods of a run are loaded; `say` gets a line for each load.

    `emulated` returns the loads without the game, `game` those in it, with the mods of the run. Each is made
    when it is needed. `keep` gets what the game printed for a mod, and the results of the mod's tests.
    """

    emulated: Callable[[Mapping[str, tuple[Candidate, ...]]], EmulatedLoads]
    game: Callable[[Mapping[str, tuple[Candidate, ...]]], GameLoads]
    say: Callable[[str], None]
    keep: Callable[[RanInGame], None]


class LoadRun:
    """The loads of one run: what they share, and the packages of the run as mods that others require."""

    def __init__(self, loading: Loading, packages: Sequence[Mod]) -> None:
        self._loading = loading
        self._packages = by_name(candidate(one) for one in packages if one.name and one.version)
        self._emulated: EmulatedLoads | None = None
        self._game: GameLoads | None = None

    def load(self, settings: Settings, builder: ReportBuilder, mod: Mod) -> None:
        """Load a mod that was packed, as the setting `load` says; what is found goes to the report.

        Raises Blocked when a finding stops the run. What hinders a load is an error where the setting was
        given, else a note: a default must not stop a release because a host does not answer.
        """
        with builder.step(StepName.LOAD):
            found: list[Finding] = []
            try:
                self._find(settings, builder, mod, found)
            except ReleaseError as error:
                if is_asked_for(settings):
                    builder.add(_result(settings, found))  # of the load before the one that failed
                    raise
                if isinstance(error, NotAtHand):
                    builder.skip(StepName.LOAD, str(error))
                    return
                found.append(not_judged(str(error)))
            judge(settings, builder, _result(settings, found))

    def _find(
        self, settings: Settings, builder: ReportBuilder, mod: Mod, found: list[Finding]
    ) -> None:
        """Add to `found` what each load of the setting finds."""
        if settings.load in {"emulated", "both"}:
            if self._emulated is None:
                self._emulated = self._loading.emulated(self._packages)
            # The tags are those of the repository from which the package was made.
            previous = previous_of(builder.mod) if builder.mod else None
            loaded = self._emulated.load(mod, settings, previous)
            builder.saves = loaded.changes
            if loaded.whole:
                builder.drop(SUPERSEDED)
            for line in loaded.loads:
                self._loading.say(line)
            found += loaded.findings
        if settings.load in {"game", "both"}:
            if self._game is None:
                self._game = self._loading.game(self._packages)
            ran = self._game.load(mod, settings)
            for line in ran.loads:
                self._loading.say(line)
            self._loading.keep(ran)
            said = {(one.code, one.message) for one in found}  # the other load may know the line
            found += [one for one in ran.findings if (one.code, one.message) not in said]


def _result(settings: Settings, found: Sequence[Finding]) -> CheckResult:
    return CheckResult.of(tuple(dict.fromkeys(found)), settings.ignore)


def is_asked_for(settings: Settings) -> bool:
    """Return whether somebody asked for the load by name, which the default does not."""
    return "load" in settings.origins
