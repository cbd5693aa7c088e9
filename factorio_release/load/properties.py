"""Properties at the top of a mod's own prototypes that are missing, or of another type than the game reads.

Only with the API document of the very version that is loaded: an older one refuses what a newer game reads.
What a prototype of the game itself does in the same place is never reported, since the document is not exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.load.findings import load_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.findings import Finding
    from factorio_release.load.api import Property, PrototypeApi
    from factorio_release.load.game_data import GameData
    from factorio_release.load.places import LuaPlaces

_NUMBERS: Final = frozenset(
    {"float", "double", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}
)
_MAX_NAMED: Final = 20
_WORDS: Final = {dict: "a table", list: "a table", str: "a text", bool: "true or false"}


def wrong_properties(
    data: GameData, mod: str, api: PrototypeApi, places: LuaPlaces
) -> Iterator[Finding]:
    """Report required properties that are missing, and values that cannot be read as what they are."""
    found = 0
    for kind, owners in sorted(data.added_by.items()):
        properties = api.properties(api.class_of(kind)) if api.class_of(kind) else {}
        named = data.prototypes.get(kind, {})
        own = [name for name, owner in sorted(owners.items()) if owner == mod and name in named]
        if not properties or not own:
            continue
        of_game = [one for name, one in named.items() if name not in owners]
        for name in own:
            for key, problem in _problems(named[name], properties, api):
                if not of_game or any(
                    key == other
                    for one in of_game
                    for other, _ in _problems(one, {key: properties[key]}, api)
                ):
                    continue
                found += 1
                if found > _MAX_NAMED:
                    return
                yield load_finding(
                    "prototype-property",
                    f"{kind} {name}: {problem}",
                    places.of_key(key, kind, name)
                    if key in named[name]
                    else places.of_prototype(kind, name),
                    f"See {kind} in the game's prototype documentation.",
                )


def _problems(
    prototype: Mapping[str, Any], properties: Mapping[str, Property], api: PrototypeApi
) -> Iterator[tuple[str, str]]:
    """Yield the property and what is wrong with it."""
    for key, one in properties.items():
        if key not in prototype:
            if not (one.optional or one.unless or one.conditional):
                yield key, f"it has no {key}, and the game wants one"
            continue
        value = prototype[key]
        wanted = _wanted(one.type, api)
        if wanted and not _fits(value, wanted):
            is_word = _WORDS.get(type(value), "a number")
            yield key, f"{key} is {is_word}, and the game wants {wanted}"


def _wanted(kind: Any, api: PrototypeApi) -> str:
    """Return what a value must be, empty for what is not basic."""
    for _ in range(5):  # an alias of an alias
        if not isinstance(kind, str) or kind in _NUMBERS | {"string", "bool", "boolean"}:
            break
        kind = api.type(kind)
    if isinstance(kind, dict):
        return "a table" if kind.get("complex_type") in {"array", "dictionary"} else ""
    if kind in _NUMBERS:
        return "a number"
    return {"string": "a text", "bool": "true or false", "boolean": "true or false"}.get(
        str(kind), ""
    )


def _fits(value: Any, wanted: str) -> bool:
    """Return whether the game may read a value so; whether it reads `"5"` as a number is not documented."""
    if wanted == "a table":
        return isinstance(value, (dict, list)) or value is None
    if isinstance(value, (dict, list)):
        return False
    if wanted == "a number":
        return not isinstance(value, bool) and (not isinstance(value, str) or _is_numeric(value))
    if wanted == "true or false":
        return isinstance(value, (bool, str)) or value is None
    return not isinstance(value, bool)


def _is_numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
