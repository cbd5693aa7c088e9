"""What an error in the game's log means: a sentence, and the place in the mod that it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.load.findings import short

if TYPE_CHECKING:
    from factorio_release.load.headless.log import LogError, LogPlace
    from factorio_release.load.places import LuaPlaces

# What stands in front of the message that counts.
_PREFIXES: Final = re.compile(
    r"(?:Error [\w/\\]+\.[ch]pp:\d+: ?|Error: |-+ Error -+\n|Failed to load mods?: |Exception at tick \d+: "
    r"|MultiplayerManager failed: \"?)+"
)
_OF_MOD: Final = re.compile(r'Failed to load mod "([^"\n]+)":\s*')
_UNKNOWN_ID: Final = re.compile(
    r"Error in assignID[:,] (?P<noun>[\w -]+?) with name '(?P<value>[^'\n]*)' does not exist"
)
_SOURCE: Final = re.compile(r"^\s*Source: (?P<name>\S.*?) \((?P<kind>[\w-]+)\)", re.MULTILINE)
_PROTOTYPE: Final = re.compile(
    r'Error while loading (?:[\w -]+ )?prototype "(?P<name>[^"\n]+)" \((?P<kind>[\w-]+)\): '
    r"(?P<text>[^\n]*)"
)
_MODIFICATIONS: Final = re.compile(r"^\s*Modifications: (?P<titles>[^\n]+)", re.MULTILINE)
_STOPPED: Final = re.compile(
    r"The mod (?P<title>[^\n]+?) \(\d+\.\d+\.\d+\) caused a non-recoverable error"
)
_EVENT: Final = re.compile(r"Error while running (?P<what>[^\n]*)\n(?P<text>[^\n]*)")
_LUA: Final = re.compile(r"__[^/\s]+?__/[^:\n]+:\d+:\s*(?P<text>[^\n]*)")
_BETWEEN_TITLES: Final = re.compile(" \u203a | > |, ")  # the first is what the game writes


class Meaning(NamedTuple):
    """What an error says, and where; `file` is empty where it is not known.

    `is_own` says that the error is certainly the mod's: its place, or the game's word for it.
    `others` are the mods that it names instead.
    """

    message: str
    file: str = ""
    line: int = 0
    is_own: bool = False
    others: tuple[str, ...] = ()


def meaning(error: LogError, name: str, title: str, places: LuaPlaces) -> Meaning:
    """Return what an error says about the mod with this name and title."""
    text = _PREFIXES.sub("", error.text, count=1)
    named = _named_mods(error.text)
    others = tuple(one for one in named if one not in {name, title})
    own = next((place for place in error.places if place.mod == name), None)
    is_own = name in named or title in named
    found = _of_prototype(text, places)
    if found is not None:
        message, (file, line) = found
        return Meaning(short(message), file, line, is_own, others)
    message = _of_lua(text, error.places, own)
    file, line = (own.file, own.line) if own else ("", 0)
    return Meaning(short(message), file, line, is_own or own is not None, others)


def _of_prototype(text: str, places: LuaPlaces) -> tuple[str, tuple[str, int]] | None:
    """Return the sentence and the place for an error about a prototype, None for another one.

    Whose the prototype is cannot be known from a place: another mod may write the same name.
    """
    unknown, prototype = _UNKNOWN_ID.search(text), _PROTOTYPE.search(text)
    if unknown:
        noun, value, source = unknown["noun"], unknown["value"], _SOURCE.search(text)
        if source is None:
            return f"the {noun} `{value}` does not exist", places.of(value, noun, value)
        kind, who = source["kind"], source["name"]
        message = f"{kind} {who} asks for the {noun} `{value}`, which does not exist"
        return message, places.of(value, kind, who)
    if prototype:
        kind, who = prototype["kind"], prototype["name"]
        message = f"the game refuses the {kind} {who}: {prototype['text']}"
        return message, places.of_prototype(kind, who)
    return None


def _of_lua(text: str, places: tuple[LogPlace, ...], own: LogPlace | None) -> str:
    event = _EVENT.search(text)
    said = _LUA.search(text)
    lua = said["text"] if said else ""
    if event:
        line = event["text"]
        found = _LUA.match(line)
        lua = found["text"] if found else line
        sentence = f"the game stops in {event['what'].strip()}: {lua}"
    elif lua:
        sentence = f"the game does not load the mod: {lua}"
    else:
        rest = _OF_MOD.sub("", text)
        sentence = f"the game reports an error: {' '.join(rest.split())}"
    first = places[0] if places else None
    if first is not None and own is not None and first != own:
        sentence += f" (at __{first.mod}__/{first.file}:{first.line})"
    return sentence


def _named_mods(text: str) -> list[str]:
    """Return the names and titles of the mods that the game blames."""
    named = [*_OF_MOD.findall(text), *(one["title"] for one in _STOPPED.finditer(text))]
    for one in _MODIFICATIONS.finditer(text):
        named += _BETWEEN_TITLES.split(one["titles"].strip())
    return named
