"""The finished data of a load, whatever made it: the one type that the findings over it take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Prototypes = Mapping[str, Mapping[str, Mapping[str, Any]]]
    History = Mapping[str, Mapping[str, str]]


class GameData(NamedTuple):
    """What the game has in `data.raw` after the last stages.

    `prototypes` are values of JSON by type and name, in the form of the game's `--dump-data`. An empty table
    of Lua is an empty list there, as it is not known which of the two it was meant to be. `settings` are the
    prototypes of settings in the same form. `added_by` names the mod that added a prototype or a setting
    first, by type and name; what the game itself added is not in it. `added_at` says where, as `file:line` of
    that mod, and `added_through` names another mod whose function did it for that mod. `ran` has the Lua
    files of mods that ran, by mod and path.
    A source that does not know this leaves them empty: then nothing is known to be a mod's own.
    """

    prototypes: Prototypes
    settings: Prototypes = {}  # noqa: RUF012 never changed
    added_by: History = {}  # noqa: RUF012
    added_at: History = {}  # noqa: RUF012
    ran: History = {}  # noqa: RUF012
    added_through: History = {}  # noqa: RUF012

    def names(self, types: Iterable[str]) -> frozenset[str]:
        """Return the names of all prototypes of these types."""
        return frozenset(name for kind in types for name in self.prototypes.get(kind, ()))

    def is_own(self, kind: str, name: str, mod: str) -> bool:
        """Return whether a mod added this prototype."""
        return self.added_by.get(kind, {}).get(name) == mod


def game_data(
    prototypes: Any,
    settings: Any = None,
    added_by: Any = None,
    added_at: Any = None,
    ran: Any = None,
    *,
    added_through: Any = None,
) -> GameData:
    """Return the prototypes of a dump; what is no prototype in it is left out."""
    return GameData(
        _prototypes(prototypes),
        _prototypes(settings),
        _history(added_by),
        _history(added_at),
        _history(ran),
        _history(added_through),
    )


def _prototypes(value: Any) -> dict[str, dict[str, dict[str, Any]]]:
    kinds = value if isinstance(value, dict) else {}
    return {
        kind: {name: one for name, one in named.items() if isinstance(one, dict)}
        for kind, named in kinds.items()
        if isinstance(named, dict)
    }


def _history(value: Any) -> dict[str, dict[str, str]]:
    kinds = value if isinstance(value, dict) else {}
    return {
        kind: {name: str(mod) for name, mod in named.items()}
        for kind, named in kinds.items()
        if isinstance(named, dict)
    }
