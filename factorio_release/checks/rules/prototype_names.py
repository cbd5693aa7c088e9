"""Settings and items that the mod's Lua defines and that its English texts do not name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.locales import ENGLISH
from factorio_release.checks.facts.lua_files import Stage
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import STAGE_FILES
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.facts.dependency_names import DependencyNames
    from factorio_release.checks.facts.locales import Locales
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototype_fields import Prototype
    from factorio_release.checks.facts.prototypes import Prototypes

_ROOT: Final = "locale/"
# Items whose name is not that of something that they place.
_ITEM_KINDS: Final = words("item ammo capsule gun module tool repair-tool armor")
_NAMED_BY_ANOTHER: Final = (
    *("localised_name", "place_result", "placed_as_equipment_result", "place_as_tile"),
    *("hidden", "parameter"),
)
# Lua that gives names to prototypes after they were defined, perhaps to all of them.
_NAMES_LATER: Final = lazy_pattern(
    rb"""[.\]]\s*+localised_name\b|["']localised_name["']|localised_name\s*+=(?!=)\s*+(?!\{)"""
)
# Cheap to search; with an escape in it, it differs from the name and the tables are read.
_NAME: Final = lazy_pattern(rb"""\bname\b["'\]\s]*+=\s*+(?:\[=*+\[|["'])([^"'\n\]]*+)""")
_TRANSLATION_MOD: Final = lazy_pattern(r"locale|lang|translat|i18n", re.IGNORECASE)
_NUMBER_AT_END: Final = lazy_pattern(r"-[0-9]+$")
# In these a mod often defines again what another mod has, and names.
_LATER_STAGES: Final = frozenset(stage for stage in STAGE_FILES if "-" in stage)
_SHOWN: Final = 5


def unnamed_settings(
    lua: LuaTree,
    prototypes: Prototypes,
    locales: Locales,
    dependency_names: DependencyNames,
) -> Iterator[Problem]:
    """Report, once for all, settings that are surely defined and have no English name."""
    named = _named(("mod-setting-name",), locales, dependency_names)
    if named is not None:
        found = [
            prototype
            for prototype in _prototypes(lua, prototypes, Stage.SETTINGS, named)
            if prototype.kind.endswith("-setting")
        ]
        yield from _unnamed(found, named, "mod-setting-name", lua)


def unnamed_items(
    lua: LuaTree,
    prototypes: Prototypes,
    locales: Locales,
    dependency_names: DependencyNames,
) -> Iterator[Problem]:
    """Report, once for all, items that are surely defined and have no English name.

    An item that places something has its name, and is not judged.
    """
    sections = ("item-name", "entity-name", "equipment-name", "tile-name", "fluid-name")
    named = _named(sections, locales, dependency_names)
    if named is not None:
        found = [
            prototype
            for prototype in _prototypes(lua, prototypes, Stage.DATA, named)
            if prototype.kind in _ITEM_KINDS
        ]
        yield from _unnamed(found, named, "item-name", lua)


def _prototypes(
    lua: LuaTree, prototypes: Prototypes, stage: Stage, named: set[str]
) -> Iterator[Prototype]:
    """Yield the prototypes whose names may be missing, of the files that have a name that is not `named`."""
    files = sorted(lua.stages[stage])
    if any(_NAMES_LATER.search(lua.files[path].data) for path in files):
        return
    for path in files:
        if path in _LATER_STAGES or not _has_other_names(lua.files[path].data, named):
            continue
        for prototype in prototypes.in_file(path):
            table = prototype.table
            is_plain = not table.has_computed_keys and table.text("name") is not None
            if is_plain and not any(table.get(field) for field in _NAMED_BY_ANOTHER):
                yield prototype


def _has_other_names(data: bytes, named: set[str]) -> bool:
    """Return whether a file has a name that is not `named`; it is quicker than reading its tables."""
    return b"extend" in data and any(
        not _is_named(found[1].decode(errors="replace"), named) for found in _NAME.finditer(data)
    )


def _named(
    sections: tuple[str, ...], locales: Locales, dependency_names: DependencyNames
) -> set[str] | None:
    """Return the English keys of these sections; None where the texts may be elsewhere."""
    mods = dependency_names.loaded | dependency_names.optional
    if any(_TRANSLATION_MOD.search(name) for name in mods):
        return None
    has_locale = any(root == _ROOT for root, _ in locales.languages)
    if has_locale and (_ROOT, ENGLISH) not in locales.languages:
        return None  # locale-english reports it
    named = {
        entry.name
        for part in locales.languages.get((_ROOT, ENGLISH), ())
        for entry in part.file.entries
        if entry.section in sections
    }
    # Without any name here, a mod that is required may have all of them.
    return named if named or dependency_names.closed else None


def _unnamed(
    found: Iterable[Prototype], named: set[str], section: str, lua: LuaTree
) -> Iterator[Problem]:
    missing = [one for one in found if not _is_named(one.name, named)]
    if not missing:
        return
    first = missing[0]
    names = ", ".join(dict.fromkeys(one.name for one in missing[:_SHOWN]))
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    message = f"no English text in [{section}] for {names}{more}: players see Unknown key"
    hint = f"Write {first.name}=… below [{section}] in a file of locale/en/."
    yield Problem(message, first.file, *lua.place(first.file, first.table.offset), hint)


def _is_named(name: str, named: set[str]) -> bool:
    return name in named or _NUMBER_AT_END.sub("", name) in named
