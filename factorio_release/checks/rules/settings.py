"""The mod's settings: their definitions, and Lua that reads one that nothing defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.lua_files import Stage
from factorio_release.checks.rules.stages import defines, is_indexed
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import LOW_SIMILARITY, suggest
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.dependency_names import DependencyNames
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.prototype_fields import Prototype
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.lua.model import Place

_TYPES: Final = words("bool-setting int-setting double-setting string-setting color-setting")
_SCOPES: Final = words("startup runtime-global runtime-per-user")
_MANDATORY: Final = {
    "name": 'name = "my-mod-loud"',
    "setting_type": 'setting_type = "startup"',
    "default_value": "default_value, such as default_value = true",
}
_TABLES: Final = words("startup global player player_default get_player_settings object_name valid")
_TABLE_OF_SCOPE: Final = {
    "startup": "startup",
    "runtime-global": "global",
    "runtime-per-user": "get_player_settings",
}
_USE: Final = lazy_pattern(
    rb"""\s*+\.\s*+(?P<table>\w+)(?:\((?:[^()\n]|\([^()\n]*\)){1,200}\))?(?:\s*+\[\s*+(?P<quote>["'])(?P<name>[^"'\n]*)(?P=quote)\s*+\]\s*+\.\s*+value\b)?"""
)


def malformed_settings(lua: LuaTree, prototypes: Prototypes) -> Iterator[Problem]:
    """Report definitions of settings that the game refuses."""
    for path in sorted(lua.stages[Stage.SETTINGS]):
        for prototype in prototypes.in_file(path):
            yield from _malformed(path, prototype, lua)


def _malformed(path: str, prototype: Prototype, lua: LuaTree) -> Iterator[Problem]:
    table = prototype.table
    kind, scope = table.get("type"), table.get("setting_type")
    if table.has_computed_keys:
        return
    for value, known, what in ((kind, _TYPES, "type"), (scope, _SCOPES, "setting_type")):
        if value is not None and value.text is not None and value.text not in known:
            near = suggest(value.text, known, LOW_SIMILARITY)
            hint = (
                f"Write one of {', '.join(sorted(known))}." if not near else f"Did you mean {near}?"
            )
            message = f"{quoted(value.text)} is no {what} of a setting"
            yield Problem(message, path, *lua.place(path, value.offset), hint)
    for key, example in _MANDATORY.items():
        if prototype.kind in _TYPES and table.get(key) is None:
            message = f"the setting {prototype.name or 'here'} has no {key}"
            yield Problem(message, path, *lua.place(path, table.offset), f"Add {example}.")


def unknown_settings(
    lua: LuaTree, prototypes: Prototypes, dependency_names: DependencyNames
) -> Iterator[Problem]:
    """Report settings that nothing defines, where the Lua that reads them surely runs or handles an event."""
    return _unknown(lua, prototypes, dependency_names, sure=True)


def doubtful_settings(
    lua: LuaTree, prototypes: Prototypes, dependency_names: DependencyNames
) -> Iterator[Problem]:
    """Report settings that nothing defines, in other functions."""
    return _unknown(lua, prototypes, dependency_names, sure=False)


def _unknown(
    lua: LuaTree, prototypes: Prototypes, names: DependencyNames, *, sure: bool
) -> Iterator[Problem]:
    defined = _defined(lua, prototypes) if names.closed else None
    for path in sorted(lua.stages[Stage.DATA] | lua.stages[Stage.CONTROL]):
        file = lua.files[path]
        if not is_indexed(b"settings", file.data):
            continue
        if not any(_wrong(found, defined) for found in _uses_in(file.data)):
            continue
        if defines(path, b"settings", lua):
            continue
        for use in file.structure.uses:
            found = _USE.match(file.data, use.offset + len(use.name))
            if use.name != b"settings" or found is None or _is_sure(use.place) is not sure:
                continue
            wrong = _wrong(found, defined)
            if wrong is None or use.place.guarded or use.place.protected:
                continue
            message, hint, is_near = wrong
            if sure or is_near:  # a function may be called only where another mod is there
                yield Problem(message, path, *lua.place(path, use.offset), hint)


def _uses_in(data: bytes) -> Iterator[re.Match[bytes]]:
    for found in re.finditer(rb"\bsettings(?=\s*+\.)", data):
        use = _USE.match(data, found.end())
        if use:
            yield use


def _is_sure(place: Place) -> bool:
    return place.certain or place.in_handler


def _wrong(found: re.Match[bytes], defined: dict[str, str] | None) -> tuple[str, str, bool] | None:
    """Return message, hint, and whether a similar name exists; None for a setting that may exist."""
    table = found["table"].decode()
    if table not in _TABLES:
        near = suggest(table, _TABLES, LOW_SIMILARITY) or "startup"
        return f"settings has no table {table}", f"Did you mean settings.{near}?", True
    if found["name"] is None or defined is None or table not in _TABLE_OF_SCOPE.values():
        return None
    name = found["name"].decode(errors="replace")
    scope = defined.get(name)
    if scope is None:
        near = suggest(name, defined)
        hint = f"Did you mean {quoted(near)}?" if near else "Define it in settings.lua."
        return f"no setting has the name {quoted(name)}", hint, bool(near)
    right = _TABLE_OF_SCOPE.get(scope)
    if right == table:
        return None
    hint = f"Write settings.{right}."
    return f"the setting {quoted(name)} is {scope}: settings.{table} does not have it", hint, True


def _defined(lua: LuaTree, prototypes: Prototypes) -> dict[str, str] | None:
    """Return the scope of each setting by its name; None when some of them cannot be known."""
    defined: dict[str, str] = {}
    files = lua.stages[Stage.SETTINGS]
    if lua.reachable_from(files) != files:
        return None
    for path in files:
        known = prototypes.all_in_file(path)
        if known is None:
            return None
        for prototype in known:
            name, scope = prototype.table.text("name"), prototype.table.text("setting_type")
            if name is None or scope is None:
                return None
            defined[name] = scope
    return defined
