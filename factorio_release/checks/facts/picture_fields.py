"""The fields of prototypes from which the game surely reads a picture or sound.

Facts of the game's prototype documentation, 2.0. A field that is not listed may be read as well: its
paths are doubtful at most. Fields that are read only if another one is absent are left out.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factorio_release.parsers.lua.tables import Table

_ITEMS: Final = words("""
    ammo armor blueprint blueprint-book capsule copy-paste-tool deconstruction-item gun item
    item-with-entity-data item-with-inventory item-with-label item-with-tags module rail-planner
    repair-tool selection-tool space-platform-starter-pack spidertron-remote tool upgrade-item
""")
# Prototypes with `icon` and `icons`.
_WITH_ICON: Final = _ITEMS | words("""
    accumulator agricultural-tower ammo-category ammo-turret arithmetic-combinator arrow
    artillery-flare artillery-projectile artillery-turret artillery-wagon assembling-machine asteroid
    asteroid-chunk asteroid-collector beacon beam boiler burner-generator capture-robot car cargo-bay
    cargo-landing-pad cargo-pod cargo-wagon character character-corpse cliff combat-robot
    constant-combinator construction-robot container corpse curved-rail-a curved-rail-b
    decider-combinator display-panel electric-energy-interface electric-pole electric-turret
    elevated-curved-rail-a elevated-curved-rail-b elevated-half-diagonal-rail elevated-straight-rail
    explosion fire fish fluid fluid-turret fluid-wagon furnace fusion-generator fusion-reactor gate
    generator half-diagonal-rail heat-interface heat-pipe infinity-cargo-wagon infinity-container
    infinity-pipe inserter item-group lab lamp land-mine lane-splitter legacy-curved-rail
    legacy-straight-rail lightning-attractor linked-belt linked-container loader loader-1x1
    locomotive logistic-container logistic-robot market mining-drill offshore-pump pipe
    pipe-to-ground planet plant player-port power-switch produce-achievement programmable-speaker
    projectile pump quality radar rail-chain-signal rail-ramp rail-signal rail-support reactor recipe
    research-achievement resource roboport rocket-silo segment segmented-unit selector-combinator
    shortcut simple-entity simple-entity-with-force simple-entity-with-owner solar-panel
    space-connection space-location space-platform-hub spider-leg spider-unit spider-vehicle splitter
    storage-tank straight-rail technology thruster tile train-stop transport-belt tree turret
    underground-belt unit unit-spawner valve virtual-signal wall
""")
_ICON_SINCE_2_0: Final = words("ammo-category quality tile")
_BUILDINGS: Final = words("""
    accumulator ammo-turret arithmetic-combinator artillery-turret assembling-machine beacon boiler
    burner-generator car cargo-wagon constant-combinator container decider-combinator
    electric-energy-interface electric-pole electric-turret fluid-turret furnace generator inserter lab
    lamp loader locomotive logistic-container mining-drill offshore-pump pipe pump radar reactor
    roboport rocket-silo solar-panel splitter storage-tank train-stop transport-belt underground-belt wall
""")
# A picture, an animation or a sound of their own: the file name is in the prototype or in its layers.
_OF_THEIR_OWN: Final = words("sprite animation sound")
_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "picture": words("""
            artillery-projectile container electric-energy-interface heat-interface
            infinity-container linked-container logistic-container market proxy-container solar-panel
        """),
        "pictures": words("electric-pole fish pipe-to-ground radar"),
        "sprite": words("""
            active-defense-equipment battery-equipment belt-immunity-equipment energy-shield-equipment
            generator-equipment movement-bonus-equipment night-vision-equipment programmable-speaker
            roboport-equipment solar-panel-equipment
        """),
        "animation": words("car projectile smoke-with-trigger sticker trivial-smoke"),
        "animations": words("explosion"),
        "sprites": words("arithmetic-combinator constant-combinator decider-combinator"),
        "picture_on": words("lamp"),
        "picture_off": words("lamp"),
        "on_animation": words("lab"),
        "off_animation": words("lab"),
        "horizontal_animation": words("gate generator"),
        "vertical_animation": words("gate generator"),
        "idle": words("combat-robot construction-robot logistic-robot"),
        "in_motion": words("combat-robot construction-robot logistic-robot"),
        "hand_base_picture": words("inserter"),
        "hand_closed_picture": words("inserter"),
        "hand_open_picture": words("inserter"),
        "platform_picture": words("inserter"),
        "open_sound": _BUILDINGS | _ITEMS,
        "close_sound": _BUILDINGS | _ITEMS,
        "mined_sound": _BUILDINGS,
        "build_sound": _BUILDINGS,
        "sound": words("ambient-sound explosion"),
    }
)
# Machines whose pictures are in a table of their own, and the fields of that table.
_WITH_GRAPHICS_SET: Final = words("assembling-machine furnace mining-drill")
_GRAPHICS_SET: Final = words("animation idle_animation")
# What leads from such a field to a file name.
_WAY: Final = words("layers north east south west sheet sheets variations")
# Beside one of these the game reads the file names in it instead.
_INSTEAD: Final = words("layers filenames stripes sheet sheets variations slice")


def reads_path(
    kind: str, way: Sequence[str | int], tables: Sequence[Table], *, since_2_0: bool
) -> bool:
    """Return whether the game reads the path of a picture or sound here; arguments as for `is_icon`.

    Before 2.0 some fields were others: then only icons count, and prototypes that are pictures or sounds.
    """
    if is_icon(kind, way, tables):
        return since_2_0 or kind not in _ICON_SINCE_2_0
    return (since_2_0 or kind in _OF_THEIR_OWN) and is_file_name(kind, way, tables)


def is_icon(kind: str, way: Sequence[str | int], tables: Sequence[Table]) -> bool:
    """Return whether an icon's path is here, in a prototype of the type `kind`.

    `way` has the keys from the prototype to the path, `tables` the tables on it, the prototype first.
    """
    if kind not in _WITH_ICON:
        return False
    if len(way) == 1:
        return way[0] == "icon" and tables[0].get("icons") is None
    return len(way) == 3 and way[0] == "icons" and isinstance(way[1], int) and way[2] == "icon"  # noqa: PLR2004 icons, number, icon


def is_file_name(kind: str, way: Sequence[str | int], tables: Sequence[Table]) -> bool:
    """Return whether the game reads the path of a picture or sound here; arguments as for `is_icon`."""
    if way[-1] != "filename" or not _INSTEAD.isdisjoint(_keys(tables[-1])):
        return False
    between = way[:-1]
    if kind not in _OF_THEIR_OWN:
        if kind in _WITH_GRAPHICS_SET and between[:1] == ("graphics_set",):
            if len(between) == 1 or between[1] not in _GRAPHICS_SET:
                return False
            between = between[2:]
        elif not between or kind not in _FIELDS.get(str(between[0]), ()):
            return False
        else:
            between = between[1:]
    return all(isinstance(key, int) or key in _WAY for key in between)


def _keys(table: Table) -> set[str]:
    return {field.key for field in table.fields if isinstance(field.key, str)}
