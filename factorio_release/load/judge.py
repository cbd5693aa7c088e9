"""From loads to findings: what is said of a mod, and only what is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.errors import ReleaseError
from factorio_release.findings import Severity
from factorio_release.load.error_places import in_package, place_of
from factorio_release.load.file_findings import named_file_findings, unused_files
from factorio_release.load.findings import load_finding, short
from factorio_release.load.locale_names import missing_names
from factorio_release.load.mod_set import OPTIONAL, REQUIRED
from factorio_release.load.places import LuaPlaces
from factorio_release.load.properties import wrong_properties
from factorio_release.load.reference_findings import names_of_other_mod, undefined_names
from factorio_release.load.references import broken_references, id_names
from factorio_release.load.save_changes import Comparison, SaveChanges, dependency_changes
from factorio_release.load.save_findings import gone_prototypes, gone_settings, migration_targets
from factorio_release.load.stage import DEFAULT_LIMITS, StageRequest, run_stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.content import ModContent
    from factorio_release.load.game_data import GameData
    from factorio_release.load.mod_set import Candidate, ModSet, Resolver
    from factorio_release.load.previous import Previous
    from factorio_release.load.stage import LoadedMod, StageLimits, StageOutcome


class Judged(NamedTuple):
    """The findings about a mod, and the sets of mods with which it was loaded, for the log.

    `changes` compares it with its last release, None without one. `whole` says that all loads came to their
    end, and used nothing that only the game has.
    """

    findings: tuple[Finding, ...]
    loads: tuple[str, ...]
    changes: SaveChanges | None = None
    whole: bool = False


class LoadJudge:
    """Loads one mod without and with its optional mods, and says what is wrong.

    `content` is its package, `previous` the release to compare it with.
    """

    def __init__(  # noqa: PLR0917 what a load is made of
        self,
        mod: Candidate,
        content: ModContent,
        resolver: Resolver,
        version: str,
        api: PrototypeApi,
        limits: StageLimits = DEFAULT_LIMITS,
        load_with: tuple[str, ...] = (REQUIRED, OPTIONAL),
        previous: Previous | None = None,
    ) -> None:
        self._mod = mod
        self._name = mod.info.name
        self._content = content
        self._places = LuaPlaces(content.lua)
        self._resolver = resolver
        self._version = version
        self._api = api
        self._limits = limits
        self._load_with = load_with
        self._previous = previous
        self._defines = api.defines()
        self._runs: dict[tuple[object, ...], StageOutcome] = {}
        self._compared: Comparison | None = None

    def judge(self) -> Judged:
        """Return what all loads found; a finding that only some of them have says which."""
        sets = self._resolver.sets(self._mod, self._load_with)
        found: list[list[Finding]] = []
        loads = []
        outcomes = []
        for mods in sets:
            if mods.problems:
                reason = "; ".join(mods.problems)
                found.append(
                    [load_finding("load-not-judged", f"not loaded: {reason}", hint=_GIVE_MODS)]
                )
                continue
            loads.append(", ".join(("base", *mods.beside)))
            found.append(list(self._judge_set(mods)))
            outcomes.append(self._run(mods.mods))
        findings = [in_package(one, self._content) for one in _merged(found, sets)]
        data = [one.data for one in outcomes if one.data is not None]
        if len(data) == len(sets):  # else what only a failed load names would be reported
            findings += unused_files(data, self._content)
        changes, gone = self._changes()
        whole = len(data) == len(sets) and not any(one.not_judged for one in outcomes)
        return Judged((*findings, *gone), tuple(loads), changes, whole)

    def _judge_set(self, mods: ModSet) -> Iterator[Finding]:
        outcome = self._run(mods.mods)
        if outcome.data is None:
            yield self._failed(mods, outcome)
            return
        data = outcome.data
        places = self._places.after(data, self._name)
        compared = self._comparison(data, mods.more)
        self._compared = compared or self._compared
        found = [
            *self._broken(mods, data, places),
            *named_file_findings(data, self._content, self._api, places),
            *missing_names(data, self._content, self._api, places),
            *(
                wrong_properties(data, self._name, self._api, places)
                if self._api.version == self._version
                else ()
            ),
            *(migration_targets(compared) if compared else ()),
        ]
        yield from _certain(found, outcome.not_judged) if outcome.not_judged else found

    def _comparison(self, data: GameData, more: tuple[str, ...]) -> Comparison | None:
        """Return the comparison with the last release beside the same optional mods, None where it fails."""
        if self._previous is None:
            return None
        try:
            mods = self._resolver.resolve(self._previous.candidate, more)
        except ReleaseError:
            return None  # what only that release needs cannot be had; this one needs nothing of it
        before = self._run(mods.mods, names_only=True).data if not mods.problems else None
        if before is None:
            return None
        return Comparison(
            self._name,
            before,
            data,
            self._api,
            self._content.migrations,
            self._previous.migrations,
        )

    def _changes(self) -> tuple[SaveChanges | None, list[Finding]]:
        """Return what changed since the last release with the most mods beside it, and what is gone."""
        previous, compared = self._previous, self._compared
        if previous is None:
            return None, []
        dependencies = dependency_changes(previous.candidate.info, self._mod.info)
        if compared is None:
            text = tuple(one for one in (dependencies,) if one)
            return SaveChanges(previous.tag, previous.version, text, whole=False), []
        prototypes = tuple(compared.prototypes())
        settings = compared.settings()
        changes = tuple(one for one in (*prototypes, settings, dependencies) if one)
        found = [
            *gone_prototypes(
                compared, prototypes, previous.version, str(self._mod.version or "X.Y.Z")
            ),
            *gone_settings(compared, settings, self._places, previous.version),
        ]
        return SaveChanges(previous.tag, previous.version, changes), found

    def _run(self, mods: tuple[LoadedMod, ...], *, names_only: bool = False) -> StageOutcome:
        key = (*((mod.name, mod.version) for mod in mods), names_only)
        if key not in self._runs:
            self._runs[key] = run_stages(
                StageRequest(
                    mods, self._version, self._defines, self._limits, names_only=names_only
                )
            )
        return self._runs[key]

    def _failed(self, mods: ModSet, outcome: StageOutcome) -> Finding:
        """Return the finding for a load that did not reach its end."""
        alone = self._run(mods.without(self._name))
        error = outcome.error
        reason = outcome.stopped if error is None else short(error.message)
        if alone.data is None:
            return load_finding(
                "load-not-judged",
                f"what it is loaded with does not load without it either: {reason}",
            )
        if error is not None and outcome.not_judged:
            return load_finding(
                "load-not-judged",
                f"its load ended where only the game can tell: {outcome.not_judged} ({reason})",
            )
        file, line, text = place_of(error, self._name) if error else ("", 0, reason)
        # Another mod does not help where a load takes too long, and each try would take as long again.
        may_lack = error is not None and not error.out_of_time
        for name, why, remedy in self._not_required(mods) if may_lack else ():
            more = self._resolver.resolve(self._mod, (*mods.beside, name))
            if not more.problems and self._run(more.mods).data is not None:
                return load_finding(
                    "load-undeclared-dependency",
                    f"the mod loads only with {name}, which is {why} of it: {text}",
                    (file, line),
                    remedy,
                )
        whose = ""
        if error is not None and not file:
            whose = f" in {error.mod}" if error.mod != self._name else ""
        return load_finding(
            "load-error",
            f"the mod does not load: {text}{whose}",
            (file, line),
            f"The game stops with this error in {error.file}." if error and error.file else "",
        )

    def _not_required(self, mods: ModSet) -> Iterator[tuple[str, str, str]]:
        """Yield each mod that may be missing, what it is to the mod, and what to do."""
        for name in self._resolver.optional(self._mod):
            if name not in mods.beside:
                remedy = (
                    f'Require "{name}", or use what it defines only below if mods["{name}"] then.'
                )
                yield name, "an optional dependency", remedy
        for name in self._undeclared():
            remedy = (
                f'Add "{name}" to the dependencies, or use what it defines only where it is loaded.'
            )
            yield name, "no dependency", remedy

    def _undeclared(self) -> list[str]:
        """Return the expansions that the mod does not name as a dependency."""
        named = {one.name for one in self._mod.info.parsed_dependencies}
        return [name for name in self._resolver.expansions if name not in named]

    def _broken(self, mods: ModSet, data: GameData, places: LuaPlaces) -> Iterator[Finding]:
        broken = broken_references(data, self._api)
        if not broken:
            return
        # What is broken without the mod too is not its own: of another mod, or of an API that is too old.
        alone = self._run(mods.without(self._name))
        if alone.data is None:
            return
        before = set(broken_references(alone.data, self._api))
        names = id_names(data, self._api)
        own = [one for one in dict.fromkeys(broken) if one not in before]
        for name, why, remedy in self._not_required(mods) if own else ():
            more = self._resolver.resolve(self._mod, (*mods.beside, name))
            other = self._run(more.mods).data if not more.problems else None
            there = id_names(other, self._api) if other else {}
            theirs = [one for one in own if one.value in there.get(one.id_type, ())]
            if theirs:
                yield names_of_other_mod(theirs, name, why, remedy, places)
                own = [one for one in own if one not in theirs]
        yield from undefined_names(own, names, places)


_GIVE_MODS: Final = (
    "Give the mods that it needs with --mods DIR, or another version of the game with "
    "--game-version."
)


def _certain(found: list[Finding], reason: str) -> Iterator[Finding]:
    """Return findings without errors, of which one note tells: the data may be other in the game."""
    errors = [one for one in found if one.severity is Severity.ERROR]
    yield from (one for one in found if one.severity is not Severity.ERROR)
    if errors:
        others = f" (and {len(errors) - 1:,} more)" if errors[1:] else ""
        yield load_finding(
            "load-not-judged",
            f"only the game can tell whether this is right, as {reason}: {errors[0].message}{others}",
            (errors[0].file, errors[0].line),
            errors[0].hint,
        )


def _merged(found: list[list[Finding]], sets: tuple[ModSet, ...]) -> Iterator[Finding]:
    """Return the findings of all loads, each once; one that only some of them have says of which."""
    for one in dict.fromkeys(finding for findings in found for finding in findings):
        of = [mods.label for mods, findings in zip(sets, found, strict=True) if one in findings]
        if len(of) == len(sets):
            yield one
        else:
            yield one._replace(message=f"{one.message} ({'; '.join(of)})")
