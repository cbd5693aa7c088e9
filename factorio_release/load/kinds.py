"""The kinds of prototypes that a save refers to, as migrations name them, and the types in each.

Documented: https://lua-api.factorio.com/latest/auxiliary/migrations.html. A kind has one name space: an item
that becomes a tool keeps its name in saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.game_data import GameData

# Entities that live for seconds, or are only shown: no save misses them.
_PASSING: Final = frozenset(
    {
        *("arrow", "artillery-flare", "artillery-projectile", "beam", "character-corpse", "corpse"),
        *(
            "entity-ghost",
            "explosion",
            "fire",
            "highlight-box",
            "item-entity",
            "item-request-proxy",
        ),
        *("particle-source", "projectile", "rail-remnants", "smoke-with-trigger", "speech-bubble"),
        *("sticker", "stream", "tile-ghost", "deconstructible-tile-proxy", "temporary-container"),
    }
)
# Kinds of which a save has things: without the prototype they are lost.
SAVED: Final = frozenset(
    {
        *("item", "entity", "fluid", "recipe", "technology", "tile", "equipment"),
        *("virtual-signal", "quality", "space-location"),
    }
)
# What each kind is called when it is one, and the type of the API whose classes it has.
KINDS: Final = {
    "item": "ItemID",
    "entity": "EntityID",
    "fluid": "FluidID",
    "recipe": "RecipeID",
    "technology": "TechnologyID",
    "tile": "TileID",
    "equipment": "EquipmentID",
    "virtual-signal": "VirtualSignalID",
    "quality": "QualityID",
    "space-location": "SpaceLocationID",
    "item-group": "ItemGroupID",
    "item-subgroup": "ItemSubGroupID",
    "recipe-category": "RecipeCategoryID",
}


class Kinds:
    """The names of each kind in the finished data."""

    def __init__(self, api: PrototypeApi) -> None:
        self._types = {
            kind: api.id_types.get(id_type) or frozenset({kind}) for kind, id_type in KINDS.items()
        }

    def names(self, kind: str, data: GameData) -> frozenset[str]:
        """Return the names of all prototypes of a kind; of an unknown kind those of the type."""
        return data.names(self._types.get(kind, frozenset({kind})))

    def own(self, kind: str, data: GameData, mod: str) -> frozenset[str]:
        """Return the names of those that a mod added, without entities that no save misses."""
        types = self._types.get(kind, frozenset({kind})) - _PASSING
        return frozenset(
            name
            for one in types
            for name in data.prototypes.get(one, ())
            if data.is_own(one, name, mod)
        )
