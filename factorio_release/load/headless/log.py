"""The game's log as values: which mods it loaded, and which errors it reports.

Documented nowhere; the shapes are those of many published logs. The game writes its messages in the player's
language, so it is run in English. What is relied on does not depend on it: the time in front of an entry,
`Error Some.cpp:1:`, and places such as `__mod__/control.lua:1:`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAMP: Final = re.compile(r" {0,3}\d+\.\d+ ")
_VERSION: Final = re.compile(r"Factorio (\d+\.\d+\.\d+)\b")
_LOADING: Final = re.compile(r"Loading mod (?:settings )?(\S.*?) (\d+\.\d+\.\d+) \([\w./-]+\)")
_CHECKSUM: Final = re.compile(r"Checksum of (\S.*?): \d+")
_SCRIPT_CHECKSUM: Final = re.compile(r"Checksum for script __(.+?)__/control\.lua: \d+")
_ERROR: Final = re.compile(r"Error(?::| (?:[\w/\\]+\.[ch]pp:\d+: ?|in |while ))|-+ Error -+$")
_STOPPED: Final = "caused a non-recoverable error"
# What a mod logs; its text may look like anything, also on the lines after the first.
_OF_A_MOD: Final = "Script @"
_PLACE: Final = re.compile(r"__([^/\\:\s\"']+?)__/([^:\r\n\"'<>|]+?\.\w+):(\d+)(?=[:\s>]|$)")
_MAX_ERRORS: Final = 20
_MAX_LINES: Final = 60  # of one error; a stack trace is at its beginning
_MAX_CHARACTERS: Final = 2_000  # of a line


class LogPlace(NamedTuple):
    """A place in the Lua of a mod, as a message or a stack trace names it."""

    mod: str
    file: str
    line: int


class LogError(NamedTuple):
    """An error in the log: its lines without the time, and the places in them in their order."""

    lines: tuple[str, ...]
    places: tuple[LogPlace, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


class GameLog(NamedTuple):
    """What a log says.

    `mods` are the loaded mods by name, with their version where the log has it. `scripts` are the mods whose
    `control.lua` was loaded. `version` is the game's, empty where the log does not begin as one.
    """

    version: str
    mods: dict[str, str]
    scripts: frozenset[str]
    errors: tuple[LogError, ...]

    @property
    def is_readable(self) -> bool:
        """Whether the log has any line from which it can be known what was loaded."""
        return bool(self.mods or self.scripts)


def read_log(text: str) -> GameLog:
    """Return what the log of a run says; text that is no log says nothing."""
    version = ""
    mods: dict[str, str] = {}
    scripts: set[str] = set()
    errors: list[LogError] = []
    for entry in _entries(text):
        first = entry[0]
        if first.startswith(_OF_A_MOD):
            continue
        if _ERROR.match(first) or _STOPPED in first:
            if len(errors) < _MAX_ERRORS:
                errors.append(LogError(tuple(entry), places_in("\n".join(entry))))
        elif found := _LOADING.fullmatch(first):
            mods[found[1]] = found[2]
        elif found := _CHECKSUM.fullmatch(first):
            mods.setdefault(found[1], "")
        elif found := _SCRIPT_CHECKSUM.fullmatch(first):
            scripts.add(found[1])
        elif not version and (found := _VERSION.search(first)):
            version = found[1]
    return GameLog(version, mods, frozenset(scripts), tuple(errors))


def joined(*logs: GameLog) -> GameLog:
    """Return what several logs of the same run say together, each error once."""
    errors: dict[str, LogError] = {}
    mods: dict[str, str] = {}
    for log in logs:
        for error in log.errors:
            errors.setdefault(error.text, error)
        for name, version in log.mods.items():
            mods[name] = version or mods.get(name, "")
    version = next((log.version for log in logs if log.version), "")
    scripts = frozenset[str]().union(*(log.scripts for log in logs))
    return GameLog(version, mods, scripts, tuple(errors.values()))


def _entries(text: str) -> Iterator[list[str]]:
    """Yield the entries: a line with a time and those without one after it, the time left out.

    An error without a time, as the game prints it when it ends, is an entry of its own; inside of what a mod
    logs it is not.
    """
    entry: list[str] = []
    for line in text.splitlines():
        stamp = _STAMP.match(line)
        bare = line[stamp.end() :] if stamp else line
        begins = bool(stamp)
        if not begins and _ERROR.match(bare):
            begins = not entry or not _is_open(entry[0])
        if begins or not entry:
            if entry:
                yield entry
            entry = [bare[:_MAX_CHARACTERS].rstrip()]
        elif len(entry) < _MAX_LINES:
            entry.append(bare[:_MAX_CHARACTERS].rstrip())
    if entry:
        yield entry


def _is_open(first: str) -> bool:
    """Return whether lines without a time belong to an entry that begins so, whatever they are."""
    return bool(first.startswith(_OF_A_MOD) or _ERROR.match(first) or _STOPPED in first)


def places_in(text: str) -> tuple[LogPlace, ...]:
    """Return the places in the Lua of mods that a text names, in their order."""
    return tuple(LogPlace(mod, file, int(line[:9])) for mod, file, line in _PLACE.findall(text))
