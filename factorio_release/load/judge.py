"""From loads to findings: what is said of a mod, and only what is certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.findings import Finding
from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.load.mod_set import OPTIONAL, REQUIRED
from factorio_release.load.places import LuaPlaces
from factorio_release.load.references import broken_references, id_names, named_files
from factorio_release.load.stage import DEFAULT_LIMITS, StageRequest, run_stages
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.unseen import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.game_data import GameData
    from factorio_release.load.mod_set import Candidate, ModSet, Resolver
    from factorio_release.load.references import Reference
    from factorio_release.load.stage import LoadedMod, StageError, StageLimits, StageOutcome

_PLACE: Final = re.compile(
    r"__(?P<mod>.+?)__/(?P<file>[^:]+):(?P<line>\d+): (?P<text>.*)", re.DOTALL
)
_MAX_MESSAGE: Final = 300


class Judged(NamedTuple):
    """The findings about a mod, and the sets of mods with which it was loaded, for the log."""

    findings: tuple[Finding, ...]
    loads: tuple[str, ...]


class LoadJudge:
    """Loads one mod without and with its optional mods, and says what is wrong.

    `files` has the paths of the package, `lua` its Lua files.
    """

    def __init__(  # noqa: PLR0917 what a load is made of
        self,
        mod: Candidate,
        files: frozenset[str],
        lua: Mapping[str, bytes],
        resolver: Resolver,
        version: str,
        api: PrototypeApi,
        limits: StageLimits = DEFAULT_LIMITS,
        load_with: tuple[str, ...] = (REQUIRED, OPTIONAL),
    ) -> None:
        self._mod = mod
        self._name = mod.info.name
        self._files = files
        self._places = LuaPlaces(lua)
        self._resolver = resolver
        self._version = version
        self._api = api
        self._limits = limits
        self._load_with = load_with
        self._defines = api.defines()
        self._runs: dict[tuple[str, ...], StageOutcome] = {}

    def judge(self) -> Judged:
        """Return what all loads found; a finding that only some of them have says which."""
        sets = self._resolver.sets(self._mod, self._load_with)
        found: list[list[Finding]] = []
        loads = []
        for mods in sets:
            if mods.problems:
                reason = "; ".join(mods.problems)
                found.append(
                    [self._finding("load-not-judged", f"not loaded: {reason}", hint=_GIVE_MODS)]
                )
                continue
            loads.append(", ".join(("base", *mods.beside)))
            found.append(list(self._judge_set(mods)))
        return Judged(tuple(_merged(found, sets)), tuple(loads))

    def _judge_set(self, mods: ModSet) -> Iterator[Finding]:
        outcome = self._run(mods.mods)
        if outcome.data is None:
            yield self._failed(mods, outcome)
            return
        yield from self._broken(mods, outcome.data)
        yield from self._wrong_files(outcome.data)

    def _run(self, mods: tuple[LoadedMod, ...]) -> StageOutcome:
        key = tuple(mod.name for mod in mods)
        if key not in self._runs:
            self._runs[key] = run_stages(
                StageRequest(mods, self._version, self._defines, self._limits)
            )
        return self._runs[key]

    def _failed(self, mods: ModSet, outcome: StageOutcome) -> Finding:
        """Return the finding for a load that did not reach its end."""
        alone = self._run(mods.without(self._name))
        error = outcome.error
        reason = outcome.stopped if error is None else _short(error.message)
        if alone.data is None:
            return self._finding(
                "load-not-judged",
                f"what it is loaded with does not load without it either: {reason}",
            )
        if error is not None and outcome.not_judged:
            return self._finding(
                "load-not-judged",
                f"its load ended where only the game can tell: {outcome.not_judged} ({reason})",
            )
        file, line, text = self._place(error) if error else ("", 0, reason)
        for expansion in self._undeclared():
            more = self._resolver.resolve(self._mod, (*mods.beside, expansion))
            if not more.problems and self._run(more.mods).data is not None:
                return self._finding(
                    "load-undeclared-dependency",
                    f"the mod loads only with {expansion}, which is no dependency of it: {text}",
                    (file, line),
                    f'Add "{expansion}" to the dependencies, or use what it defines only where it is loaded.',
                )
        whose = ""
        if error is not None and not file:
            whose = f" in {error.mod}" if error.mod != self._name else ""
        return self._finding(
            "load-error",
            f"the mod does not load: {text}{whose}",
            (file, line),
            f"The game stops with this error in {error.file}." if error and error.file else "",
        )

    def _undeclared(self) -> list[str]:
        """Return the expansions that the mod does not name as a dependency."""
        named = {one.dependency.name for one in self._mod.info.dependencies if one.dependency}
        return [name for name in self._resolver.expansions if name not in named]

    def _place(self, error: StageError) -> tuple[str, int, str]:
        """Return file and line in the mod, empty and 0 where it is not there, and the text without them."""
        written = _PLACE.fullmatch(error.message)
        text = written["text"] if written else error.message
        if written and written["mod"] == self._name:
            return written["file"], int(written["line"]), _short(text)
        for frame in error.frames:
            if frame.mod == self._name:
                there = (
                    f" (at __{written['mod']}__/{written['file']}:{written['line']})"
                    if written
                    else ""
                )
                return frame.file, frame.line, _short(text) + there
        return "", 0, _short(error.message)

    def _broken(self, mods: ModSet, data: GameData) -> Iterator[Finding]:
        broken = broken_references(data, self._api)
        if not broken:
            return
        # What is broken without the mod too is not its own: of another mod, or of an API that is too old.
        alone = self._run(mods.without(self._name))
        if alone.data is None:
            return
        before = set(broken_references(alone.data, self._api))
        names = id_names(data, self._api)
        for one in dict.fromkeys(broken):
            if one not in before:
                yield self._reference(mods, one, names[one.id_type])

    def _reference(self, mods: ModSet, one: Reference, names: frozenset[str]) -> Finding:
        noun = _noun(one.id_type)
        place = self._places.of(one.value, beside=one.name)
        asks = f"{one.kind} {one.name} asks for the {noun} `{one.value}`"
        for expansion in self._undeclared():
            more = self._resolver.resolve(self._mod, (*mods.beside, expansion))
            other = self._run(more.mods).data if not more.problems else None
            if other is not None and one.value in id_names(other, self._api)[one.id_type]:
                return self._finding(
                    "load-undeclared-dependency",
                    f"{asks}, which only {expansion} defines, and that is no dependency of the mod",
                    place,
                    f'Add "{expansion}" to the dependencies, or use what it defines only where it is loaded.',
                )
        near = suggest(one.value, sorted(names))
        hint = f"Did you mean `{near}`?" if near else "Name one that exists, or define it."
        where = ".".join(one.path)
        return self._finding(
            "prototype-reference", f"{asks}, which no loaded mod defines (at {where})", place, hint
        )

    def _wrong_files(self, data: GameData) -> Iterator[Finding]:
        prefix = f"__{self._name}__/"
        by_lower = {path.lower(): path for path in self._files}
        for one in {
            found.value: found for found in named_files(data, self._api, self._name)
        }.values():
            path = one.value.removeprefix(prefix)
            if path in self._files:
                continue
            place = self._places.of(one.value, beside=one.name)
            there = by_lower.get(path.lower())
            message = (
                f"{one.kind} {one.name} names the file {one.value}, which is not in the package"
            )
            hint = "Add the file, or correct the path."
            if there:
                message = f"{one.kind} {one.name} names the file {one.value}, in the package it is {there}"
                hint = "Write it as the file is named: in a zip and on Linux these are two different files."
            yield self._finding("prototype-file", message, place, hint)

    @staticmethod
    def _finding(
        code: str, message: str, place: tuple[str, int] = ("", 0), hint: str = ""
    ) -> Finding:
        file, line = place
        return Finding(code, LOAD_SEVERITIES[code], visible(message), file, line, 0, visible(hint))


_GIVE_MODS: Final = "Give the mods that it needs with --mods DIR, or name them with it."


def _merged(found: list[list[Finding]], sets: tuple[ModSet, ...]) -> Iterator[Finding]:
    """Return the findings of all loads, each once; one that only some of them have says of which."""
    for one in dict.fromkeys(finding for findings in found for finding in findings):
        of = [mods.label for mods, findings in zip(sets, found, strict=True) if one in findings]
        if len(of) == len(sets):
            yield one
        else:
            yield one._replace(message=f"{one.message} ({'; '.join(of)})")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_MESSAGE else f"{line[:_MAX_MESSAGE]}…"


def _noun(id_type: str) -> str:
    """Return what an `…ID` names, in words: `ItemSubGroupID` is an `item sub group`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", id_type.removesuffix("ID")).lower()
