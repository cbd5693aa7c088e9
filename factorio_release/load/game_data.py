"""The finished data of a load, whatever made it: the one type that the findings over it take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class GameData(NamedTuple):
    """What the game has in `data.raw` after the last data stage.

    `prototypes` are values of JSON by type and name, in the form of the game's `--dump-data`. An empty table
    of Lua is an empty list there, as it is not known which of the two it was meant to be.
    """

    prototypes: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def names(self, types: Iterable[str]) -> frozenset[str]:
        """Return the names of all prototypes of these types."""
        return frozenset(name for kind in types for name in self.prototypes.get(kind, ()))


def game_data(value: Any) -> GameData:
    """Return the prototypes of a dump; what is no prototype in it is left out."""
    kinds = value if isinstance(value, dict) else {}
    prototypes = {
        kind: {name: one for name, one in named.items() if isinstance(one, dict)}
        for kind, named in kinds.items()
        if isinstance(named, dict)
    }
    return GameData(prototypes)
