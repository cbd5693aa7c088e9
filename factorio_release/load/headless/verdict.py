"""From the starts of the game to findings: pure, and silent only where everything that is needed was seen.

Needed together are: the game ends by itself with 0, reports no error, writes what it was asked for, and its
log says that this version of the mod was loaded: it starts without a mod whose dependencies are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.load.findings import cut, load_finding
from factorio_release.load.headless.errors_of_game import meaning
from factorio_release.load.headless.log import places_in
from factorio_release.load.headless.steps import DUMP

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.load.headless.errors_of_game import Meaning
    from factorio_release.load.headless.mod_tests import TestCase, TestRun
    from factorio_release.load.headless.steps import GameOutcome, Step
    from factorio_release.load.places import LuaPlaces

_MAX_FAILED_TESTS: Final = 100


class Expected(NamedTuple):
    """The mod that is loaded, and whether it has a `control.lua` and so a script."""

    name: str
    version: str
    title: str
    has_script: bool


class Verdict(NamedTuple):
    """The findings, and whether each is surely the mod's; one that is not needs a start without the mod."""

    findings: tuple[Finding, ...]
    is_certain: bool = True


def verdict(outcome: GameOutcome, mod: Expected, places: LuaPlaces, log_name: str) -> Verdict:
    """Return what the starts say of the mod; `log_name` is the file in which a reader finds the log."""
    found: dict[Finding, None] = {}
    is_certain = True
    for step in outcome.steps:
        meanings = [meaning(one, mod.name, mod.title, places) for one in step.log.errors]
        if meanings:
            is_certain = is_certain and all(one.is_own for one in meanings)
            found.update(dict.fromkeys(_error(step, one, log_name) for one in meanings))
            continue
        ended = _ended(step, log_name)
        if ended:
            is_certain = False
            found[ended] = None
            continue
        absent = _absent(step, mod, log_name)
        if absent:
            found[absent] = None
            break  # a later start would say the same
    if outcome.no_data and not found:
        found[
            load_finding("load-not-judged", f"{outcome.no_data}; its prototypes were not looked at")
        ] = None
    return Verdict(tuple(found), is_certain)


def _error(step: Step, one: Meaning, log_name: str) -> Finding:
    whose = f" ({', '.join(one.others)})" if one.others and not one.is_own else ""
    return load_finding(
        "game-error",
        f"{one.message}{whose}",
        (one.file, one.line),
        f"The game stopped while it was {step.what}. Its log is {log_name}.",
    )


def _ended(step: Step, log_name: str) -> Finding | None:
    """Return the finding for a start that ended badly and whose log does not say why."""
    if step.end.stopped:
        how = f"was ended because {step.end.stopped}"
    elif step.end.code < 0:
        how = f"was ended by signal {-step.end.code}"
    elif step.end.code:
        how = f"ended with exit code {step.end.code}, and its log has no error"
    elif step.lacks:
        how = f"ended as if all were well, but {step.lacks}"
    else:
        return None
    return load_finding(
        "game-stopped",
        f"while it was {step.what}, the game {how}",
        hint=f"Without the mod it ends well. See the end of its log, {log_name}.",
    )


def _absent(step: Step, mod: Expected, log_name: str) -> Finding | None:
    """Return the finding for a mod that the game has not loaded, although it started."""
    log = step.log
    hint = f"See its log, {log_name}."
    if not log.is_readable:
        return load_finding(
            "game-stopped",
            f"while it was {step.what}, the game wrote no log from which it can be known what was loaded",
            hint=hint,
        )
    if mod.name not in log.mods and mod.name not in log.scripts:
        return load_finding(
            "game-mod-absent",
            "the game started without the mod and reported no error",
            ("info.json", 0),
            f"It does this if a dependency is missing, or if it cannot read info.json. {hint}",
        )
    version = log.mods.get(mod.name, "")
    if version and version != mod.version:
        return load_finding(
            "game-mod-absent",
            f"the game loaded version {version} of the mod, not {mod.version}",
            ("info.json", 0),
            hint,
        )
    if step.what != DUMP and mod.has_script and mod.name not in log.scripts:
        return load_finding(
            "game-mod-absent",
            "the game started without the mod's control.lua and reported no error",
            ("control.lua", 0),
            hint,
        )
    return None


def findings_of_tests(
    run: TestRun, steps: tuple[Step, ...], name: str, log_name: str
) -> tuple[Finding, ...]:
    """Return a finding for each test that failed, and one for tests that did not come to their end."""
    found = [_failed_test(one, name) for one in run.cases if one.is_failure][:_MAX_FAILED_TESTS]
    hint = f"See the log of the game, {log_name}."
    if run.load_error:
        place = _place_in(run.load_error, name)
        found.append(
            load_finding(
                "game-test",
                f"the mod's tests do not load: {_first_line(run.load_error)}",
                place,
                hint,
            )
        )
    elif not run.status:
        end = steps[-1].end
        reason = end.stopped or f"the game ended with {end.code}"
        found.append(load_finding("game-test", f"the mod's tests did not end: {reason}", hint=hint))
    elif not found and not run.is_fine:
        found.append(
            load_finding("game-test", f"the mod's tests ended with: {run.status}", hint=hint)
        )
    return tuple(found)


def _failed_test(case: TestCase, name: str) -> Finding:
    error = case.errors[0] if case.errors else "no message"
    place = _place_in(error, name)
    prefix = f"__{name}__/"
    if not place[0] and case.file.startswith(prefix):
        place = (case.file.removeprefix(prefix), case.line)
    return load_finding("game-test", f"the test “{case.path}” failed: {_first_line(error)}", place)


def _place_in(text: str, name: str) -> tuple[str, int]:
    own = next((place for place in places_in(text) if place.mod == name), None)
    return (own.file, own.line) if own else ("", 0)


def _first_line(text: str) -> str:
    return cut(next((one.strip() for one in text.splitlines() if one.strip()), "no message"))
