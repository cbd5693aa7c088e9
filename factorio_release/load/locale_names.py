"""Names that players see and that the English texts of the mod do not have.

Where the game looks for a name is documented: "Tutorial: Localisation" in the wiki, and the prototype API
(ItemPrototype::place_result, RecipePrototype::main_product, TechnologyPrototype::name).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.load.findings import load_finding
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.findings import Finding
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.content import ModContent
    from factorio_release.load.game_data import GameData
    from factorio_release.load.places import LuaPlaces

    Keys = tuple[tuple[str, str], ...]  # sections and keys

_MAX_NAMED: Final = 20
_MAX_OF_KIND: Final = 5
_LEVEL: Final = re.compile(r"(.+)-[0-9]+")
# Types of prototypes whose name is always looked up in this section.
_SECTIONS: Final = {
    "fluid": "fluid-name",
    "item-group": "item-group-name",
    "virtual-signal": "virtual-signal-name",
    "custom-input": "controls",
    "shortcut": "shortcut-name",
    "quality": "quality-name",
    "planet": "space-location-name",
    "space-location": "space-location-name",
    "tips-and-tricks-item": "tips-and-tricks-item-name",
}


class _Unnamed(NamedTuple):
    """A prototype without a name: any of `keys`, each a section and a key, would be one."""

    kind: str
    name: str
    keys: tuple[tuple[str, str], ...]


def missing_names(
    data: GameData, content: ModContent, api: PrototypeApi, places: LuaPlaces
) -> Iterator[Finding]:
    """Report prototypes and settings of the mod that players see without a name.

    Of a kind that has many of them they are reported together.
    """
    by_kind: dict[str, list[_Unnamed]] = {}
    for one in (*_Namer(data, content.name, api).prototypes(), *_settings(data, content.name)):
        if content.english.isdisjoint(one.keys) and not _is_of_other(one, data, content):
            by_kind.setdefault(one.kind, []).append(one)
    for kind, unnamed in sorted(by_kind.items()):
        unnamed.sort()
        if len(unnamed) > _MAX_OF_KIND:
            yield _together(kind, unnamed, places)
        else:
            for one in unnamed:
                yield _alone(one, _spare_keys(one, data, content), places)


def _is_of_other(one: _Unnamed, data: GameData, content: ModContent) -> bool:
    """Return whether a function of another mod added it under a name that the mod itself does not write.

    Then its text may be in that mod.
    """
    if one.name not in data.added_through.get(one.kind, {}):
        return False
    name = one.name.encode()
    return not any(name in source for source in content.lua.values())


def _together(kind: str, unnamed: list[_Unnamed], places: LuaPlaces) -> Finding:
    names = ", ".join(one.name for one in unnamed[:_MAX_NAMED])
    dots = ", …" if len(unnamed) > _MAX_NAMED else ""
    section, key = unnamed[0].keys[0]
    return load_finding(
        "locale-name",
        f"{len(unnamed):,} prototypes of the type {kind} have no English name, "
        f'players see texts such as Unknown key: "{section}.{key}": {names}{dots}',
        places.of_prototype(kind, unnamed[0].name),
        f"Write their names below [{section}] in a file of locale/en/, or give them a localised_name.",
    )


def _alone(one: _Unnamed, spare: list[str], places: LuaPlaces) -> Finding:
    section, key = one.keys[0]
    near = suggest(key, spare)
    meant = f" Did you mean it with {near}=?" if near else ""
    return load_finding(
        "locale-name",
        f'{one.kind} {one.name} has no English name: players see Unknown key: "{section}.{key}"',
        places.of_prototype(one.kind, one.name),
        f"Write {key}=… below [{section}] in a file of locale/en/, or give it a localised_name.{meant}",
    )


def _spare_keys(one: _Unnamed, data: GameData, content: ModContent) -> list[str]:
    """Return the keys of the section that are no name of such a prototype."""
    section = one.keys[0][0]
    taken = {*data.prototypes.get(one.kind, ()), *data.settings.get(one.kind, ())}
    return sorted({key for other, key in content.english if other == section} - taken)


def _settings(data: GameData, mod: str) -> Iterator[_Unnamed]:
    for kind, named in data.settings.items():
        for name, one in named.items():
            if data.is_own(kind, name, mod) and not _needs_none(one):
                yield _Unnamed(kind, name, (("mod-setting-name", name),))


class _Namer:
    """Finds where the game looks for the names of a mod's own prototypes."""

    def __init__(self, data: GameData, mod: str, api: PrototypeApi) -> None:
        self._data = data
        self._mod = mod
        self._items = api.id_types.get("ItemID", frozenset({"item"}))
        self._entities = api.id_types.get("EntityID", frozenset())
        self._equipment = api.id_types.get("EquipmentID", frozenset())
        items = [one for kind in self._items for one in data.prototypes.get(kind, {}).values()]
        others = set(data.prototypes.get("technology", ())) - {
            name for name, owner in data.added_by.get("technology", {}).items() if owner == mod
        }
        self._others_technologies = {_LEVEL.sub(r"\1", name) for name in others}
        self._placed = {one.get("place_result") for one in items if not _is_hidden(one)}

    def prototypes(self) -> Iterator[_Unnamed]:
        """Yield all of them that need a name of their own."""
        for kind, owners in self._data.added_by.items():
            named = self._data.prototypes.get(kind, {})
            for name, owner in owners.items():
                one = named.get(name)
                if owner != self._mod or one is None or _needs_none(one):
                    continue
                keys = self._keys(kind, name, one)
                if keys:
                    yield _Unnamed(kind, name, keys)

    def _keys(self, kind: str, name: str, one: Mapping[str, Any]) -> Keys:
        """Return the keys of which one must be there; none for what players do not meet."""
        if kind in _SECTIONS:
            return () if one.get("linked_game_control") else ((_SECTIONS[kind], name),)
        if kind in self._items:
            return _of_item(name, one)
        if kind == "recipe":
            return _of_recipe(name, one)
        if kind == "technology":
            return () if one.get("enabled") is False else self._of_technology(name)
        is_met = True
        if kind in self._entities:
            # A helper often has the `minable` of what it was copied from.
            is_met = name in self._placed or bool(one.get("minable") and one.get("autoplace"))
        elif kind == "tile":
            is_met = bool(one.get("minable"))
        section = self._section(kind)
        return ((section, name),) if section and is_met else ()

    def _of_technology(self, name: str) -> Keys:
        """Return the keys of a technology; a number at its end is no part of the name.

        Levels of a technology of another mod, or of the game, have the name that is there.
        """
        level = _LEVEL.fullmatch(name)
        if level is None:
            return (("technology-name", name),)
        if level[1] in self._others_technologies:
            return ()
        return (("technology-name", level[1]), ("technology-name", name))

    def _section(self, kind: str) -> str:
        if kind in self._entities:
            return "entity-name"
        if kind in self._equipment:
            return "equipment-name"
        return "tile-name" if kind == "tile" else ""


def _of_item(name: str, one: Mapping[str, Any]) -> Keys:
    """Return the keys of an item; one that places something has the name of that."""
    if one.get("place_result") or one.get("place_as_equipment_result"):
        return ()
    tile = one.get("place_as_tile")
    placed = str(tile.get("result", "")) if isinstance(tile, dict) else ""
    return (("item-name", name), *((("tile-name", placed),) if placed else ()))


def _of_recipe(name: str, one: Mapping[str, Any]) -> Keys:
    """Return the keys of a recipe; one with a main or a single product has the name of that."""
    results = one.get("results")
    main = one.get("main_product")
    is_single = isinstance(results, list) and len(results) == 1
    if main or (main is None and is_single):
        return ()
    return (("recipe-name", name),)


def _needs_none(one: Mapping[str, Any]) -> bool:
    flags = one.get("flags")
    # As far as is known, no list of the game shows a tool that players can only hold.
    is_tool = isinstance(flags, list) and "only-in-cursor" in flags
    return bool(one.get("localised_name") or one.get("parameter")) or is_tool or _is_hidden(one)


def _is_hidden(one: Mapping[str, Any]) -> bool:
    flags = one.get("flags")
    return one.get("hidden") is True or (isinstance(flags, list) and "hidden" in flags)
