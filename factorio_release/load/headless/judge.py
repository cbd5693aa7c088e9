"""Loads one mod in the game with each of its sets of mods, and says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.load.findings import load_finding
from factorio_release.load.headless.mod_tests import TEST_MOD, has_tests
from factorio_release.load.headless.steps import GameOutcome, run_dump, run_steps, run_tests
from factorio_release.load.headless.verdict import findings_of_tests, verdict
from factorio_release.load.places import LuaPlaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.findings import Finding
    from factorio_release.load.game_data import GameData
    from factorio_release.load.headless.installation import Installation
    from factorio_release.load.headless.mod_tests import TestRun
    from factorio_release.load.headless.process import GameLimits
    from factorio_release.load.headless.scratch import GameMod
    from factorio_release.load.headless.steps import Step
    from factorio_release.load.headless.verdict import Expected, Verdict

_STAGES: Final = frozenset({"data.lua", "data-updates.lua", "data-final-fixes.lua"})
_MAX_LOG_CHARACTERS: Final = 16 * 1024 * 1024  # of one start, in the file that is kept


class GameSet(NamedTuple):
    """Mods that are loaded together, core and base left out; `label` says in a message which set it is."""

    mods: tuple[GameMod, ...]
    label: str = ""

    def without(self, name: str) -> tuple[GameMod, ...]:
        """Return the mods without this one."""
        return tuple(mod for mod in self.mods if mod.name != name)


class JudgedInGame(NamedTuple):
    """What the game said of a mod.

    `loads` has a sentence for each set, `log` what the game printed in all of its starts, `tests` the mod's
    own tests if they ran.
    """

    findings: tuple[Finding, ...]
    loads: tuple[str, ...]
    log: str
    tests: TestRun | None = None


class GameJudge:
    """Starts the game with a mod, and without it where it is not clear whose fault a failure is.

    `lua` has the Lua files of the package by path, `files` all of its paths. `look` returns findings over
    the finished prototypes, as they are for the load without the game. With `asks_owners` these say which of
    them the mod has added, which takes one more start for each set.
    """

    def __init__(  # noqa: PLR0917 what a load in the game is made of
        self,
        game: Installation,
        mod: Expected,
        files: frozenset[str],
        lua: Mapping[str, bytes],
        ticks: int,
        limits: GameLimits,
        log_name: str,
        look: Callable[[GameData, GameSet], tuple[Finding, ...]],
        *,
        asks_owners: bool = True,
    ) -> None:
        self._game = game
        self._mod = mod
        self._files = files
        self._lua = lua
        self._places = LuaPlaces(lua)
        self._ticks = ticks
        self._limits = limits
        self._log_name = log_name
        self._look = look
        self._asks_owners = asks_owners
        self._log: list[str] = []
        self._loads: list[str] = []

    def judge(self, sets: tuple[GameSet, ...], tests: GameSet | str) -> JudgedInGame:
        """Return what is found with all sets; with `tests`, which have FactorioTest, also by the mod's tests.

        `tests` is a reason where FactorioTest is not at hand. Raises ModError if the game cannot be started.
        """
        found = [self._judge_set(one) for one in sets]
        run: TestRun | None = None
        merged = list(_merged(found, sets))
        if has_tests(self._lua):
            if isinstance(tests, str):
                merged.append(
                    load_finding(
                        "load-not-judged",
                        f"the mod's tests did not run: {tests}",
                        hint=f"Give the mod {TEST_MOD} with the other mods that are needed.",
                    )
                )
            elif not any(one.code.startswith("game-") for one in merged):
                run, more = self._run_tests(tests)
                merged += more
        return JudgedInGame(tuple(merged), tuple(self._loads), "".join(self._log), run)

    def _judge_set(self, mods: GameSet) -> tuple[Finding, ...]:
        outcome = self._run(mods.mods, mods.label)
        said = self._verdict(outcome)
        if said.findings and not said.is_certain:
            alone = self._run(mods.without(self._mod.name), f"{mods.label} and without the mod")
            if not alone.is_fine:
                return (self._does_not_start(alone),)
        if outcome.is_fine:
            self._loads.append(self._sentence(mods))
        found = said.findings
        if outcome.data is not None and outcome.is_fine:
            found += self._look(self._with_owners(outcome.data, mods), mods)
        return tuple(self._placed(one) for one in found)

    def _with_owners(self, data: GameData, mods: GameSet) -> GameData:
        """Return the data with the prototypes that are the mod's own: those that are not there without it."""
        if not (self._asks_owners and _STAGES & self._lua.keys()):
            return data
        step, before = run_dump(self._game, mods.without(self._mod.name), self._limits)
        self._keep_logs((step,), f"{mods.label} and without the mod")
        if before is None:
            return data
        return data._replace(
            added_by={
                kind: dict.fromkeys(
                    named.keys() - before.prototypes.get(kind, {}).keys(), self._mod.name
                )
                for kind, named in data.prototypes.items()
            }
        )

    def _run(self, mods: tuple[GameMod, ...], label: str) -> GameOutcome:
        outcome = run_steps(self._game, mods, self._ticks, self._limits)
        self._keep_logs(outcome.steps, label)
        return outcome

    def _verdict(self, outcome: GameOutcome) -> Verdict:
        return verdict(outcome, self._mod, self._places, self._log_name)

    def _does_not_start(self, alone: GameOutcome) -> Finding:
        last = alone.steps[-1]
        reason = last.end.stopped or last.lacks
        if last.log.errors:
            reason = " ".join(last.log.errors[0].lines[:2])
        elif last.end.code and not last.end.stopped:
            reason = f"it ends with {last.end.code}"
        return load_finding(
            "load-not-judged",
            f"the game does not run here without the mod either: while it was {last.what}, {reason}"[
                :400
            ],
            hint=f"See its log, {self._log_name}.",
        )

    def _run_tests(self, mods: GameSet) -> tuple[TestRun | None, tuple[Finding, ...]]:
        run, steps = run_tests(self._game, mods.mods, self._mod.name, self._limits)
        self._keep_logs(steps, "with its tests")
        if run is None:
            said = self._verdict(GameOutcome(steps))
            return None, tuple(self._placed(one) for one in said.findings)
        found = findings_of_tests(run, steps, self._mod.name, self._log_name)
        counts = {case.result: 0 for case in run.cases}
        for case in run.cases:
            counts[case.result] += 1
        shown = ", ".join(f"{number} {result}" for result, number in counts.items())
        only = " (only those that the mod focuses on)" if run.is_focused else ""
        self._loads.append(f"tests of {self._mod.name}: {shown or 'none'}{only}")
        return run, tuple(self._placed(one) for one in found)

    def _sentence(self, mods: GameSet) -> str:
        names = ["base", *(mod.name for mod in mods.mods if mod.name != self._mod.name)]
        shown = ", ".join(dict.fromkeys(names))
        ran = f", {self._ticks} ticks" if self._ticks else ""
        return f"ran {self._mod.name} {self._mod.version} in the game {self._game.version} with {shown}{ran}"

    def _placed(self, one: Finding) -> Finding:
        """Return the finding without its place where the package has no such file."""
        return one if one.file in self._files else one._replace(file="", line=0)

    def _keep_logs(self, steps: tuple[Step, ...], label: str) -> None:
        for step in steps:
            head = f"=== {step.what}{f', {label}' if label else ''} ===\n"
            text = step.text
            if len(text) > _MAX_LOG_CHARACTERS:
                half = _MAX_LOG_CHARACTERS // 2
                text = f"{text[:half]}\n=== left out ===\n{text[-half:]}"
            end = step.end.stopped or f"exit code {step.end.code}"
            self._log.append(f"{head}{text.rstrip()}\n=== {end} ===\n\n")


def _merged(found: list[tuple[Finding, ...]], sets: tuple[GameSet, ...]) -> Iterator[Finding]:
    """Return the findings of all sets, each once; one that not all of them have says with which it is."""
    labels: dict[Finding, list[str]] = {}
    for findings, mods in zip(found, sets, strict=True):
        for one in findings:
            labels.setdefault(one, []).append(mods.label)
    for one, with_sets in labels.items():
        if len(with_sets) == len(sets):
            yield one
        else:
            yield one._replace(message=f"{one.message} ({'; '.join(with_sets)})")
