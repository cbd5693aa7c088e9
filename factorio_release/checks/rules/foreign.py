"""Files of other mods that this one names without being sure that the game has loaded them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Certainty, Found
from factorio_release.checks.facts.require_paths import resolve
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.dependency_names import DependencyNames
    from factorio_release.checks.facts.lua_files import LuaTree, ResolvedRequire
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.info import Info

_SCENARIO_NAMES: Final = frozenset({"level"})  # `__level__` is the scenario that is played
_MIN_KIN_CHARACTERS: Final = 5  # a shorter name begins other names by chance
_MISTYPED_SIMILARITY: Final = 0.85  # names of mods are often alike


def foreign_assets(
    lua: LuaTree,
    info: Info,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    dependency_names: DependencyNames,
) -> Iterator[Problem]:
    """Report paths that the game surely reads in a mod that may be missing, once for each mod.

    Where another dependency could bring that mod in, only a path that this package has itself: then
    the mod was renamed.
    """
    for mod, references in _other_mods(assets, info, dependency_names).items():
        sure = [
            (one, offset)
            for one in references
            for judged, offset in [one.judge(lua, prototypes)]
            if judged is Certainty.SURE
        ]
        own = [
            (one, offset)
            for one, offset in sure
            if one.existing and mod not in dependency_names.optional
        ]
        if own:
            yield _renamed(*own[0], info.name, lua)
        elif sure and dependency_names.closed:
            yield _foreign(*sure[0], lua, dependency_names)


def doubtful_foreign_assets(
    lua: LuaTree,
    info: Info,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    dependency_names: DependencyNames,
) -> Iterator[Problem]:
    """Report paths in other mods that are probably wrong, where the game may not read them."""
    known = {*dependency_names.loaded, *dependency_names.optional, info.name}
    for mod, references in _other_mods(assets, info, dependency_names).items():
        judged = [(one, *one.judge(lua, prototypes)) for one in references]
        is_sure = any(certainty is Certainty.SURE for _, certainty, _ in judged)
        if is_sure and (dependency_names.closed or any(one.existing for one in references)):
            continue  # an error
        possible = [
            (one, offset)
            for one, certainty, offset in judged
            if certainty is not Certainty.UNLIKELY
        ]
        own = [
            (one, offset)
            for one, offset in possible
            if one.existing and lua.files[one.file].structure.strings[offset].certain
        ]
        intended = _intended_name(mod, known)
        if own and mod not in dependency_names.optional:
            yield _renamed(*own[0], info.name, lua)
        elif intended and possible:
            message = f"__{mod}__ is not among the dependencies"
            one, offset = possible[0]
            yield _problem(one, offset, lua, message, f"Did you mean __{intended}__?")
        elif dependency_names.closed:
            unguarded = [each for each in possible if _is_unconditional(*each, lua)]
            if unguarded:
                yield _foreign(*unguarded[0], lua, dependency_names)


def _is_unconditional(asset: AssetReference, offset: int, lua: LuaTree) -> bool:
    place = lua.files[asset.file].structure.strings[offset]
    return asset.file in lua.loaded and place.certain and place.extending and not place.unread


def _other_mods(
    assets: Iterable[AssetReference], info: Info, names: DependencyNames
) -> dict[str, list[AssetReference]]:
    """Return the references to each mod that is not sure to be loaded, for a bounded number of mods."""
    there = {*names.loaded, *_SCENARIO_NAMES, info.name}
    by_mod: dict[str, list[AssetReference]] = {}
    for asset in assets:
        if asset.found is Found.OTHER_MOD and asset.mod not in there:
            by_mod.setdefault(asset.mod, []).append(asset)
    return dict(islice(by_mod.items(), MAX_FINDINGS_PER_CODE))


def _intended_name(mod: str, known: Iterable[str]) -> str:
    """Return the known name that is written like `mod` or nearly so, `""` when there is none."""
    by_lower = {name.lower(): name for name in known if name != mod}
    if mod.lower() in by_lower:
        return by_lower[mod.lower()]
    if mod in known:
        return ""
    unrelated = [name for name in known if not _is_kin(mod, name)]
    return suggest(mod, unrelated, _MISTYPED_SIMILARITY)


def _is_kin(mod: str, name: str) -> bool:
    """Return whether a mod looks like a part of another, as `x-graphics` of `x`."""
    if len(name) < _MIN_KIN_CHARACTERS:
        return False
    return mod.startswith(name) or name.startswith(mod)


def foreign_requires(
    lua: LuaTree, info: Info, dependency_names: DependencyNames
) -> Iterator[Problem]:
    """Report a `require` of a file in a mod that may be missing, where it is sure to run."""
    there = {*dependency_names.loaded, *_SCENARIO_NAMES}
    for one in lua.requires:
        mod = one.resolution.mod
        if not mod or mod in there or not one.require.certain or one.file not in lua.loaded:
            continue
        if mod not in dependency_names.optional and _is_in_package(one, info.name, lua):
            message = f"a file of {mod} is required, and this package has that file itself"
            hint = f"Write __{info.name}__ for __{mod}__."
        elif dependency_names.closed:
            message = f"a file of {mod} is required, and {mod} {_reason(mod, dependency_names)}"
            hint = _remedy(mod)
        else:
            continue
        yield Problem(message, one.file, *lua.place(one.file, one.require.offset), hint)


def _is_in_package(one: ResolvedRequire, own_mod: str, lua: LuaTree) -> bool:
    """Return whether the package has the file under this mod's own name."""
    beginning = f"__{one.resolution.mod}__"
    own = f"__{own_mod}__{one.require.target.removeprefix(beginning)}"
    return bool(resolve(own, one.file, lua.searched).path)


def _renamed(asset: AssetReference, offset: int, own_mod: str, lua: LuaTree) -> Problem:
    message = f"__{asset.mod}__ is not among the dependencies; this package has {asset.path} itself"
    return _problem(asset, offset, lua, message, f"Write __{own_mod}__ for __{asset.mod}__.")


def _foreign(asset: AssetReference, offset: int, lua: LuaTree, names: DependencyNames) -> Problem:
    message = f"__{asset.mod}__/{asset.path} is in a mod that {_reason(asset.mod, names)}"
    return _problem(asset, offset, lua, message, _remedy(asset.mod))


def _reason(mod: str, names: DependencyNames) -> str:
    if mod in names.optional:
        return "is only an optional dependency"
    return "is not among the dependencies"


def _remedy(mod: str) -> str:
    return f'Require "{mod}" in the dependencies, or test `if mods["{mod}"]` first.'


def _problem(asset: AssetReference, offset: int, lua: LuaTree, message: str, hint: str) -> Problem:
    return Problem(message, asset.file, *lua.place(asset.file, offset), hint)
