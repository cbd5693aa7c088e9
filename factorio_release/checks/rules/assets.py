"""Images and sounds: those that Lua names and the package lacks, and those with the wrong content.

A headless game loads neither images nor sounds, so a test on a server does not find these problems.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Found
from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.media import PROMISED_TYPES
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.dependency import BUILT_IN
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

THUMBNAIL: Final = "thumbnail.png"
THUMBNAIL_PIXELS: Final = 144  # documented: width and height
_OTHER_IMAGE_EXTENSIONS: Final = frozenset({"jpg", "jpeg", "gif", "webp", "bmp", "svg"})

_LOADING_PREFIXES: Final = frozenset(
    {"", "~", "+", "+~"}
)  # with these the game loads the other mod as well
_SCENARIO_NAMES: Final = frozenset({"level"})  # `__level__` is the scenario that is played
_MIN_KIN_CHARACTERS: Final = 5  # a shorter name begins other names by chance
_MISTYPED_SIMILARITY: Final = 0.85  # names of mods are often alike


def missing_assets(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report whole paths without a file, in Lua that is sure to run."""
    for asset in assets:
        if asset.found is Found.NO and _is_sure(asset, lua):
            yield _missing(asset, lua)


def asset_case(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report whole paths that differ from a file in upper and lower case, in Lua that is sure to run."""
    for asset in assets:
        if asset.found is Found.OTHER_CASE and _is_sure(asset, lua):
            yield _other_case(asset, lua)


def doubtful_assets(lua: LuaTree, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report paths without a file where it is not known whether the game uses them."""
    for asset in assets:
        if _is_sure(asset, lua):
            continue
        if asset.found is Found.NO:
            yield _missing(asset, lua)
        elif asset.found is Found.OTHER_CASE:
            yield _other_case(asset, lua)


def foreign_assets(
    lua: LuaTree, info: Info, assets: tuple[AssetReference, ...]
) -> Iterator[Problem]:
    """Report paths in a mod that is not a dependency, once for each mod.

    A name that looks misspelt is always reported. Another name is reported only when no dependency can
    load the mod: the dependencies of other mods are not known here. Lua often tests first whether the other
    mod is active, so the path must be in code that is sure to run.
    """
    dependencies = [entry.dependency for entry in info.dependencies if entry.dependency]
    names = {one.name for one in dependencies if one.prefix != "!"}
    known = frozenset({*_SCENARIO_NAMES, *BUILT_IN, *names, info.name})
    others_load_mods = any(
        one.name not in BUILT_IN and one.prefix in _LOADING_PREFIXES for one in dependencies
    )
    by_mod = _other_mods(assets, known)
    for mod, references in islice(
        by_mod.items(), MAX_FINDINGS_PER_CODE
    ):  # each is compared with all known names
        message = f"__{mod}__ is not among the dependencies"
        intended = _intended_name(mod, known)
        if intended:
            yield _problem(references[0], lua, message, f"Did you mean __{intended}__?")
            continue
        sure = [one for one in references if one.certain and one.file in lua.loaded]
        if sure and not others_load_mods and not _is_kin(mod, known):
            hint = f'Add "{mod}" to the dependencies, or "? {mod}" if the code tests whether it is active.'
            yield _problem(sure[0], lua, message, hint)


def _other_mods(
    assets: Iterable[AssetReference], known: frozenset[str]
) -> dict[str, list[AssetReference]]:
    by_mod: dict[str, list[AssetReference]] = {}
    for asset in assets:
        if asset.found is Found.OTHER_MOD and asset.mod not in known:
            by_mod.setdefault(asset.mod, []).append(asset)
    return by_mod


def _intended_name(mod: str, known: frozenset[str]) -> str:
    """Return the known name that is written like `mod` or nearly so, `""` when there is none."""
    by_lower = {name.lower(): name for name in known}
    if mod.lower() in by_lower:
        return by_lower[mod.lower()]
    unrelated = [name for name in known if not _is_kin(mod, {name})]
    return suggest(mod, unrelated, _MISTYPED_SIMILARITY)


def _is_kin(mod: str, known: Iterable[str]) -> bool:
    """Return whether a mod looks like a part of a known one, which loads it: `x-graphics` of `x`."""
    for name in known:
        if len(name) >= _MIN_KIN_CHARACTERS and (mod.startswith(name) or name.startswith(mod)):
            return True
    return False


def broken_media(
    lua: LuaTree, assets: tuple[AssetReference, ...], media: Mapping[str, Media]
) -> Iterator[Problem]:
    """Report files that loaded Lua uses and whose content is no image and no sound."""
    used = _surely_used(lua, assets)
    for path, found in media.items():
        if not found.type and path in used:
            yield _not_recognised(path)


def disguised_media(
    lua: LuaTree, assets: tuple[AssetReference, ...], media: Mapping[str, Media]
) -> Iterator[Problem]:
    """Report files of another type than their name promises, and unused ones that are not recognised."""
    used = _surely_used(lua, assets)
    for path, found in media.items():
        promised = PROMISED_TYPES[extension(path)]
        if not found.type:
            if path not in used:
                yield _not_recognised(path)
        elif found.type != promised:
            message = f"the content of {path} is {found.type}, not {promised}"
            yield Problem(message, path, hint=f"Convert it to {promised}, or rename it.")


def thumbnail_size(media: Mapping[str, Media]) -> Iterator[Problem]:
    """Report a thumbnail of another size than the documented one."""
    found = media.get(THUMBNAIL)
    if found is None or found.type != "PNG":
        return
    if (found.width, found.height) != (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS):
        message = f"{THUMBNAIL} has {found.width}x{found.height} pixels"
        yield Problem(message, THUMBNAIL, hint=f"Make it {THUMBNAIL_PIXELS}x{THUMBNAIL_PIXELS}.")


def thumbnail_type(files: FileSet) -> Iterator[Problem]:
    """Report a thumbnail of another type, where there is no thumbnail.png."""
    if any(file.path.lower() == THUMBNAIL for file in files.files):
        return
    for file in files.files:
        if (
            file.path.lower().startswith("thumbnail.")
            and extension(file.path) in _OTHER_IMAGE_EXTENSIONS
        ):
            yield Problem(
                f"{file.path} is not used: the game and the portal read only {THUMBNAIL}",
                file.path,
                hint=f"Convert it to a PNG of {THUMBNAIL_PIXELS}x{THUMBNAIL_PIXELS} pixels.",
            )


def _surely_used(lua: LuaTree, assets: tuple[AssetReference, ...]) -> set[str]:
    return {asset.path for asset in assets if asset.found is Found.YES and _is_sure(asset, lua)}


def _is_sure(asset: AssetReference, lua: LuaTree) -> bool:
    return asset.complete and asset.certain and asset.file in lua.loaded


def _missing(asset: AssetReference, lua: LuaTree) -> Problem:
    if asset.complete:
        message = f"{asset.path} is not in the package"
        return _problem(asset, lua, message, "Add the file, or correct the path.")
    message = f"nothing in the package begins with {asset.path}"
    return _problem(asset, lua, message, "Add the files, or correct the path.")


def _other_case(asset: AssetReference, lua: LuaTree) -> Problem:
    message = f"{asset.path} differs in upper and lower case from {asset.existing}"
    hint = f"Write {asset.existing}: in a zip and on Linux these are two different files."
    return _problem(asset, lua, message, hint)


def _not_recognised(path: str) -> Problem:
    message = f"the content of {path} is not {PROMISED_TYPES[extension(path)]}"
    return Problem(message, path, hint="The file is damaged: export it again.")


def _problem(asset: AssetReference, lua: LuaTree, message: str, hint: str) -> Problem:
    return Problem(message, asset.file, *lua.place(asset.file, asset.offset), hint)
