"""Findings about names that prototypes give and that no loaded mod defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.load.findings import load_finding
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factorio_release.findings import Finding
    from factorio_release.load.places import LuaPlaces
    from factorio_release.load.references import Reference

_MAX_REFERENCES: Final = 100  # each is searched in all of the mod's Lua
# Names that are compared for all "Did you mean": as many as 100 references to the items of a large modpack.
_MAX_COMPARED: Final = 500_000


def undefined_names(
    broken: Sequence[Reference], names: Mapping[str, frozenset[str]], places: LuaPlaces
) -> Iterator[Finding]:
    """Report names that nothing defines; `names` are those that each type `…ID` may have."""
    ordered: dict[str, list[str]] = {}
    compared = 0
    for one in broken[:_MAX_REFERENCES]:
        if one.id_type not in ordered:
            ordered[one.id_type] = sorted(names[one.id_type])
        known = ordered[one.id_type]
        compared += len(known)
        near = suggest(one.value, known) if compared <= _MAX_COMPARED else ""
        yield load_finding(
            "prototype-reference",
            f"{_asks(one)}, which no loaded mod defines (at {'.'.join(one.path)})",
            places.of(one.value, one.kind, one.name),
            f"Did you mean `{near}`?" if near else "Name one that exists, or define it.",
        )
    if len(broken) > _MAX_REFERENCES:
        yield load_finding(
            "prototype-reference",
            f"{len(broken) - _MAX_REFERENCES:,} more references name what no loaded mod defines",
        )


def names_of_other_mod(
    broken: Sequence[Reference], mod: str, why: str, remedy: str, places: LuaPlaces
) -> Finding:
    """Report, in one finding, names that one mod would define; `why` says what that is to this mod."""
    first = broken[0]
    more = f"; so do {len(broken) - 1:,} more references" if broken[1:] else ""
    return load_finding(
        "load-undeclared-dependency",
        f"{_asks(first)}, which only {mod} defines, and that is {why} of the mod{more}",
        places.of(first.value, first.kind, first.name),
        remedy,
    )


def _asks(one: Reference) -> str:
    return f"{one.kind} {one.name} asks for the {_noun(one.id_type)} `{one.value}`"


def _noun(id_type: str) -> str:
    """Return what an `…ID` names, in words: `ItemSubGroupID` is an `item sub group`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", id_type.removesuffix("ID")).lower()
