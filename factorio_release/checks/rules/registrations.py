"""Event handlers that replace each other: the game keeps one handler of a mod for each event."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.lua_files import Stage, is_read_by_the_game
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.facts.lua_files import LuaTree

_REGISTRATION: Final = lazy_pattern(
    rb"""
    \bscript\s*+\.\s*+on_
    (?:
        (?P<once>init|load|configuration_changed)\s*+\(\s*+(?P<unset>nil\b)?
      | (?P<kind>event|nth_tick)\s*+\(\s*+
        (?:\{(?P<list>[^{}()]*+)\}|(?P<one>[^(){},\n]++))
        ,\s*+(?:(?P<unset_one>nil\b)|(?P<handler>[\w.]++)\s*+[,)])?
    )
    """,
    re.VERBOSE,
)
# What names the same event wherever it is written; a variable may change.
_EVENT: Final = lazy_pattern(rb"""defines\.events\.\w+|"[^"]*"|'[^']*'|[0-9]+""")


class _Registered(NamedTuple):
    file: str
    offset: int
    handler: bytes  # a name; empty for anything else


def repeated_registrations(lua: LuaTree) -> Iterator[Problem]:
    """Report a second handler of one event, where both are registered whenever control.lua is read."""
    reported: set[tuple[str, int]] = set()
    for path in sorted(lua.files):
        if path.endswith("control.lua") and is_read_by_the_game(path):
            files = lua.loaded_from([path]) & lua.stages[Stage.CONTROL]
            for problem, place in _repeated(sorted(files), lua):
                if place not in reported:
                    reported.add(place)
                    yield problem


def _repeated(files: Iterable[str], lua: LuaTree) -> Iterator[tuple[Problem, tuple[str, int]]]:
    by_event: dict[str, list[_Registered]] = {}
    unset: set[str] = set()
    for path in files:
        for found in _REGISTRATION.finditer(lua.files[path].data):
            events = _events(found)
            if found["unset"] or found["unset_one"]:
                unset.update(events)
                continue
            for event in events:
                by_event.setdefault(event, []).append(
                    _Registered(path, found.start(), found["handler"] or b"")
                )
    certain: dict[str, set[int]] = {}
    for event, places in by_event.items():
        sure = [one for one in places if event not in unset and len(places) > 1]
        for one in sure:
            if one.file not in certain:
                certain[one.file] = _certain_offsets(one.file, lua)
        sure = [one for one in sure if one.offset in certain[one.file]]
        for first, second in pairwise(sure):
            if first.handler and first.handler == second.handler:
                continue  # the same function twice does no harm
            line, _ = lua.place(first.file, first.offset)
            message = (
                f"{event} has a handler already, in {first.file}:{line}: the game keeps only one"
            )
            hint = "Call both functions from one handler, or use the game's event_handler library."
            place = lua.place(second.file, second.offset)
            yield Problem(message, second.file, *place, hint), (second.file, second.offset)


def _events(found: re.Match[bytes]) -> list[str]:
    if found["once"]:
        return [f"script.on_{found['once'].decode()}"]
    parts = found["list"].split(b",") if found["list"] is not None else [found["one"]]
    form = "script.on_nth_tick({})" if found["kind"] == b"nth_tick" else "{}"
    names = [part.strip() for part in parts]
    return [form.format(name.decode()) for name in names if _EVENT.fullmatch(name)]


def _certain_offsets(path: str, lua: LuaTree) -> set[int]:
    """Return the places of `script` in a file that run whenever the file does."""
    uses = lua.files[path].structure.uses
    return {use.offset for use in uses if use.name == b"script" and use.place.certain}
