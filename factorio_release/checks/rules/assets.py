"""Pictures and sounds that Lua names and the package lacks: nobody notices before a player does."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Found
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.dependency import BUILT_IN
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.parsers.info import Info

_BRINGS_ALONG: Final = frozenset({"", "~", "+", "+~"})
_MISTYPED_SIMILARITY: Final = 0.85  # names of mods are often alike
_TELLING: Final = 5  # letters; shorter names begin other names by chance
_NOT_A_MOD: Final = frozenset({"level"})  # the game's name for the files of a scenario


def missing_assets(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report files that Lua which is sure to be loaded names in full, and that are not there."""
    for asset in assets:
        if asset.found is Found.NO and _is_sure(asset, lua):
            yield _missing(asset, lua)


def asset_case(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report files named in full that are there under another case."""
    for asset in assets:
        if asset.found is Found.CASE and _is_sure(asset, lua):
            yield _differs(asset, lua)


def doubtful_assets(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report what is not there, where it is open whether the game ever asks for it."""
    for asset in assets:
        if asset.found in {Found.NO, Found.CASE} and not _is_sure(asset, lua):
            yield _missing(asset, lua) if asset.found is Found.NO else _differs(asset, lua)


def foreign_assets(lua: LuaTree, info: Info, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report paths in a mod that is not there: a mistyped name, or neither built in nor a dependency.

    The latter only where nothing else can bring it along: another mod's dependencies are not
    known here, and Lua often looks first whether the other mod is active.
    """
    dependencies = {
        entry.dependency.name: entry.dependency for entry in info.dependencies if entry.dependency
    }
    others = {d.name for d in dependencies.values() if d.prefix != "!"}
    known = _NOT_A_MOD.union(BUILT_IN, others, {info.name})
    closed = all(d.name in BUILT_IN or d.prefix not in _BRINGS_ALONG for d in dependencies.values())
    by_mod: dict[str, list[AssetReference]] = {}
    for asset in assets:
        if asset.found is Found.FOREIGN and asset.mod not in known:
            by_mod.setdefault(asset.mod, []).append(asset)
    for mod, there in islice(by_mod.items(), MAX_FINDINGS_PER_CODE):  # each is compared with all known names
        meant = _mistyped(mod, known)
        sure = [a for a in there if a.certain and a.file in lua.loaded] if closed else []
        if meant:
            yield _problem(
                there[0], lua, f"__{mod}__ is not among the dependencies", f"Did you mean __{meant}__?"
            )
        elif sure and not _is_kin(mod, known):
            hint = f'Add "? {mod}" to the dependencies.'
            yield _problem(sure[0], lua, f"__{mod}__ is not among the dependencies", hint)


def _mistyped(mod: str, known: frozenset[str]) -> str:
    folded = {name.lower(): name for name in known}
    if mod.lower() in folded:
        return folded[mod.lower()]
    unrelated = [name for name in known if not _is_kin(mod, frozenset({name}))]
    return suggest(mod, unrelated, _MISTYPED_SIMILARITY)


def _is_kin(mod: str, known: frozenset[str]) -> bool:
    """Tell whether a mod looks like a part of a known one that brings it along: `x-graphics` of `x`."""
    return any(mod.startswith(name) or name.startswith(mod) for name in known if len(name) >= _TELLING)


def _is_sure(asset: AssetReference, lua: LuaTree) -> bool:
    return asset.complete and asset.certain and asset.file in lua.loaded


def _missing(asset: AssetReference, lua: LuaTree) -> Problem:
    if asset.complete:
        message, hint = f"{asset.path} is not in the package", "Add the file, or mend the path."
    else:
        message, hint = f"nothing in the package begins with {asset.path}", "Add the files, or mend the path."
    return _problem(asset, lua, message, hint)


def _differs(asset: AssetReference, lua: LuaTree) -> Problem:
    return _problem(
        asset,
        lua,
        f"{asset.path} differs in upper and lower case from {asset.there}",
        "Write it as the file is named: in a zip and on Linux the two are different files.",
    )


def _problem(asset: AssetReference, lua: LuaTree, message: str, hint: str) -> Problem:
    line, column = lua.files[asset.file].place(asset.offset)
    return Problem(message, asset.file, line, column, hint)
