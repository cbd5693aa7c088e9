"""Recipes in the form that the game had before 2.0."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.lua_files import Stage
from factorio_release.checks.facts.lualib import is_since_2_0
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.tables import Table

# Each begins with a text: such a pattern is searched for many times faster. The beginning of the word comes
# behind it.
_KIND: Final = lazy_pattern(rb"""type(?<!\wtype)\s*+=\s*+["'](recipe|technology)["']""")
# What an old recipe has; a technology has it rightly.
_PARTS: Final = (
    lazy_pattern(rb"""result(?<!\wresult)\s*+=\s*+["']"""),
    lazy_pattern(rb"normal(?<!\wnormal)\s*+=\s*+\{"),
    lazy_pattern(rb"expensive(?<!\wexpensive)\s*+=\s*+\{"),
    lazy_pattern(rb"""ingredients(?<!\wingredients)\s*+=\s*+\{\s*+\{\s*+["'][^"'\n]*+["']\s*+,"""),
    lazy_pattern(rb"""results(?<!\wresults)\s*+=\s*+\{\s*+\{\s*+["'][^"'\n]*+["']\s*+,"""),
)
_OLD_FIELDS: Final = {
    "normal": "Since 2.0 there is one difficulty: move its fields into the recipe.",
    "expensive": "Since 2.0 there is one difficulty: remove it.",
    "result": 'Write results = {{type = "item", name = "…", amount = 1}}.',
}


def old_forms(lua: LuaTree, info: Info, prototypes: Prototypes) -> Iterator[Problem]:
    """Report recipes of a mod for 2.0 or later in the older form, once for each file and form."""
    if not is_since_2_0(info.factorio_version):
        return
    for path in sorted(lua.stages[Stage.DATA]):
        data = lua.files[path].data
        if b"recipe" not in data or not _looks_old(data):
            continue
        found: dict[str, list[tuple[int, str, str]]] = {}
        for prototype in prototypes.in_file(path):
            if prototype.kind == "recipe":
                for form, offset, hint in _old_parts(prototype.table):
                    found.setdefault(form, []).append((offset, prototype.name, hint))
        for form, places in found.items():
            offset, name, hint = places[0]
            more = f" (and {len(places) - 1} more in this file)" if len(places) > 1 else ""
            message = f"the recipe {name}{more} has {form}, which the game does not read since 2.0"
            yield Problem(message, path, *lua.place(path, offset), hint)


def _looks_old(data: bytes) -> bool:
    """Return whether a file may have an old recipe, so that its tables are worth reading."""
    parts = [found.start() for part in _PARTS for found in part.finditer(data)]
    if not parts:
        return False
    kinds = [(found.start(), found[1]) for found in _KIND.finditer(data)]
    before = (bisect_left(kinds, (start,)) - 1 for start in parts)
    return any(index >= 0 and kinds[index][1] == b"recipe" for index in before)


def _old_parts(table: Table) -> Iterator[tuple[str, int, str]]:
    for key, hint in _OLD_FIELDS.items():
        value = table.get(key)
        if value is not None and (value.text is not None or value.table is not None):
            yield key, value.offset, hint
    for key in ("ingredients", "results"):
        value = table.get(key)
        for entry in value.table.tables() if value and value.table else ():
            first = entry.get(1)
            if first is not None and first.text is not None:
                hint = f'Write {{type = "item", name = "{first.text}", amount = …}}.'
                yield f"{key} without type and name", entry.offset, hint
                break
