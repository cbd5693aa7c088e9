"""Images and sounds: those that Lua names and the package lacks, and the thumbnail.

A headless game loads neither images nor sounds, so a test on a server does not find these problems.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import (
    UNREADABLE_TYPES,
    Certainty,
    Found,
)
from factorio_release.checks.facts.contents import extension
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import difference, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.absent import Absent
    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

THUMBNAIL: Final = "thumbnail.png"
THUMBNAIL_PIXELS: Final = 144  # documented: width and height
_OTHER_IMAGE_EXTENSIONS: Final = frozenset({"jpg", "jpeg", "gif", "webp", "bmp", "svg"})

# Cheap to search, each by its own first word; what is found is then looked at as a value.
_MALFORMED: Final = tuple(
    lazy_pattern(rb"""%b\s*+=\s*+["'](?!["']|__[^/\\"'\n]+?__/)""" % name)
    for name in (b"icon", b"filename")
)
_WELL_FORMED: Final = lazy_pattern(r"__[^/\\]+?__/")


def missing_assets(
    lua: LuaTree, assets: tuple[AssetReference, ...], prototypes: Prototypes, absent: Absent
) -> Iterator[Problem]:
    """Report whole paths without a file, in a field that the game surely reads."""
    for asset, offset in _judged(Found.NO, Certainty.SURE, lua, assets, prototypes):
        if not absent.is_reported((asset.path,)):
            yield _missing(asset, offset, lua, absent)


def asset_case(
    lua: LuaTree, assets: tuple[AssetReference, ...], prototypes: Prototypes
) -> Iterator[Problem]:
    """Report whole paths that differ from a file only in case, where the game surely reads them."""
    for asset, offset in _judged(Found.OTHER_CASE, Certainty.SURE, lua, assets, prototypes):
        yield _other_case(asset, offset, lua)


def doubtful_assets(
    lua: LuaTree, assets: tuple[AssetReference, ...], prototypes: Prototypes, absent: Absent
) -> Iterator[Problem]:
    """Report paths without a file where it is not known whether the game uses them."""
    for asset, offset in _judged(Found.NO, Certainty.POSSIBLE, lua, assets, prototypes):
        if not absent.is_reported((asset.path,)):
            yield _missing(asset, offset, lua, absent)
    for asset, offset in _judged(Found.OTHER_CASE, Certainty.POSSIBLE, lua, assets, prototypes):
        yield _other_case(asset, offset, lua)


def _judged(
    found: Found,
    certainty: Certainty,
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
) -> Iterator[tuple[AssetReference, int]]:
    """Yield the references of which this was found and is so certain, each with its surest place."""
    for asset in assets:
        if asset.found is found:
            judged, offset = asset.judge(lua, prototypes)
            if judged is certainty:
                yield asset, offset


def unreadable_types(
    lua: LuaTree, assets: tuple[AssetReference, ...], prototypes: Prototypes
) -> Iterator[Problem]:
    """Report pictures and sounds of a type that the game cannot read, where it surely reads them."""
    for asset in assets:
        if asset.found is not Found.YES or extension(asset.path) not in UNREADABLE_TYPES:
            continue
        judged, offset = asset.judge(lua, prototypes)
        if judged is Certainty.SURE:
            message = f"the game cannot read {asset.path}"
            hint = "Convert it: the game reads PNG and JPEG pictures, and Ogg and WAV sounds."
            yield _problem(asset, offset, lua, message, hint)


def malformed_paths(
    lua: LuaTree, info: Info, files: FileSet, prototypes: Prototypes
) -> Iterator[Problem]:
    """Report paths that do not begin with `__mod__/`, in fields that the game surely reads."""
    for path, file in lua.files.items():
        if not any(malformed.search(file.data) for malformed in _MALFORMED):
            continue
        for offset, field in prototypes.file_fields(path).items():
            text = field.value.text or ""
            if text and not _WELL_FORMED.match(text) and prototypes.is_final(field.prototype):
                message = f"{quoted(text)} does not begin with a mod and a slash, such as __base__/"
                hint = f"Write {_well_formed(text, info.name, files)}."
                yield Problem(message, path, *lua.place(path, offset), hint)


def _well_formed(text: str, mod: str, files: FileSet) -> str:
    """Return the path that was meant, as far as it can be told."""
    parts = text.replace("\\", "/").split("/")
    for start in range(len(parts)):
        ending = "/".join(parts[start:])
        if ending and files.get(ending) is not None:
            return f"__{mod}__/{ending}"
    return f"__{mod}__/…"


def thumbnail_size(media: Mapping[str, Media]) -> Iterator[Problem]:
    """Report a thumbnail that is not square, or smaller than it is shown.

    A larger square one is scaled down: two of five mods have it.
    """
    found = media.get(THUMBNAIL)
    if found is None or found.type != "PNG":
        return
    if found.width != found.height or found.width < THUMBNAIL_PIXELS:
        message = f"{THUMBNAIL} has {found.width}x{found.height} pixels"
        hint = f"Make it {THUMBNAIL_PIXELS}x{THUMBNAIL_PIXELS}, or square and larger."
        yield Problem(message, THUMBNAIL, hint=hint)


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


def _missing(asset: AssetReference, offset: int, lua: LuaTree, absent: Absent) -> Problem:
    reason, hint = absent.left_out((asset.path,))
    if reason:
        message = f"{asset.path} exists and is not packaged: {reason}"
        return _problem(asset, offset, lua, message, hint)
    if asset.complete:
        message = f"{asset.path} is not in the package"
        return _problem(asset, offset, lua, message, "Add the file, or correct the path.")
    message = f"nothing in the package begins with {asset.path}"
    return _problem(asset, offset, lua, message, "Add the files, or correct the path.")


def _differing(written: str, existing: str) -> tuple[str, str]:
    """Return both paths up to the last part that differs: a folder is one cause for all files in it."""
    while "/" in written and "/" in existing:
        folder, _, name = written.removesuffix("/").rpartition("/")
        other_folder, _, other_name = existing.removesuffix("/").rpartition("/")
        if name != other_name or not folder:
            break
        written, existing = f"{folder}/", f"{other_folder}/"
    return written, existing


def _other_case(asset: AssetReference, offset: int, lua: LuaTree) -> Problem:
    written, existing = _differing(asset.path, asset.existing)
    message = f"{written} differs in {difference(written, existing)} from {existing}"
    hint = f"Write {existing}: in a zip and on Linux these are two different files."
    return _problem(asset, offset, lua, message, hint)


def _problem(asset: AssetReference, offset: int, lua: LuaTree, message: str, hint: str) -> Problem:
    return Problem(message, asset.file, *lua.place(asset.file, offset), hint)
