"""Feature flags of Factorio 2.0 that the mod's prototypes need and that no loaded mod sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.lua_files import Stage
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.dependency_names import DependencyNames
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototype_fields import Prototype
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.info import Info

_SINCE: Final = (2, 0)
_ALWAYS_LOADED: Final = frozenset({"base", "core"})
# Kinds of prototypes that belong to a feature. `base` itself defines some of the elevated rails and qualities
# without a flag, as dummies, so that the game does not refuse all of them: they are of no use.
_KINDS: Final = {
    "quality": "quality_required",
    **dict.fromkeys(words("segment segmented-unit"), "segmented_units_required"),
    **dict.fromkeys(
        words("asteroid-collector space-platform-hub space-platform-starter-pack thruster"),
        "space_travel_required",
    ),
    **dict.fromkeys(
        words("""
            elevated-curved-rail-a elevated-curved-rail-b elevated-half-diagonal-rail
            elevated-straight-rail rail-ramp rail-support
        """),
        "rail_bridges_required",
    ),
}
_FIELDS: Final = {"spoil_ticks": "spoiling_required"}
# The tables of a file without any of these words need not be read.
_WORDS: Final = tuple(word.encode() for word in (*_KINDS, *_FIELDS))


def missing_flags(
    lua: LuaTree, prototypes: Prototypes, dependency_names: DependencyNames, info: Info
) -> Iterator[Problem]:
    """Report, once for each flag, a flag that surely no mod sets and that a prototype needs.

    Flags are those of all loaded mods together (documented), so that a mod with other dependencies is
    not judged.
    """
    if info.game is None or info.game < _SINCE or not dependency_names.closed:
        return
    if dependency_names.loaded != _ALWAYS_LOADED:
        return
    reported: set[str] = set()
    for path in sorted(lua.stages[Stage.DATA]):
        data = lua.files[path].data
        for prototype in prototypes.in_file(path) if any(word in data for word in _WORDS) else ():
            flag = _needed(prototype)
            if flag and not info.value.get(flag) and flag not in reported:
                reported.add(flag)
                line, column = lua.place(path, prototype.table.offset)
                message = (
                    f"{prototype.name or prototype.kind} needs a feature of the expansion, "
                    f"and info.json does not set {flag}"
                )
                hint = f'Write "{flag}": true, or require the mod of the game that sets it.'
                yield Problem(message, path, line, column, hint)


def _needed(prototype: Prototype) -> str:
    for field, flag in _FIELDS.items():
        if prototype.table.get(field) is not None:
            return flag
    return _KINDS.get(prototype.kind, "")
