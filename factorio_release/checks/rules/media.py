"""Images and sounds whose content is damaged or of another type, and what damaged them.

A headless game loads neither images nor sounds, so a test on a server does not find these problems.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Certainty, Found
from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.media import LINK_TEXT, PROMISED_TYPES
from factorio_release.checks.facts.media_structure import LINE_ENDS, OTHER_CODEC, changed_signature
from factorio_release.package.file_set import RestoredFile
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet

_DAMAGED_HINT: Final = "The file is damaged: export it again."
_EMPTY: Final = "is an empty file"
_LINK_HINT: Final = (
    "Check out with links (`git config core.symlinks true`), or commit the file itself."
)


def broken_media(
    mod: Mod,
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    media: Mapping[str, Media],
) -> Iterator[Problem]:
    """Report files that the game surely reads and that are surely broken, once for each kind of damage."""
    kinds = _kinds(media, unreadable=True)
    used = _surely_used(
        {path for paths in kinds.values() for path in paths}, lua, assets, prototypes
    )
    for text, paths in kinds.items():
        if not used.isdisjoint(paths):
            paths.sort(key=lambda path: path not in used)
            is_damage = bool(media[paths[0]].damage)
            yield _damaged(text, paths, mod) if is_damage else _of_other_type(text, paths)


def disguised_media(
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    media: Mapping[str, Media],
) -> Iterator[Problem]:
    """Report files of another type than their name promises, as far as they are not `broken_media`."""
    for text, paths in _less_sure(lua, assets, prototypes, media).items():
        if not media[paths[0]].damage:
            yield _of_other_type(text, paths)


def damaged_media(
    mod: Mod,
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    media: Mapping[str, Media],
) -> Iterator[Problem]:
    """Report damaged files that nothing surely reads, and damage that does not stop the game."""
    for text, paths in _less_sure(lua, assets, prototypes, media).items():
        if media[paths[0]].damage:
            yield _damaged(text, paths, mod)


def _less_sure(
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    media: Mapping[str, Media],
) -> dict[str, list[str]]:
    kinds = _kinds(media, unreadable=True)
    used = _surely_used(
        {path for paths in kinds.values() for path in paths}, lua, assets, prototypes
    )
    unused = {text: paths for text, paths in kinds.items() if used.isdisjoint(paths)}
    return unused | _kinds(media, unreadable=False)


def _kinds(media: Mapping[str, Media], *, unreadable: bool) -> dict[str, list[str]]:
    """Return the files with something wrong by what it is, as the words behind a name."""
    kinds: dict[str, list[str]] = {}
    for path, found in media.items():
        promised = PROMISED_TYPES[extension(path)]
        if found.unreadable is not unreadable or (found.type == promised and not found.damage):
            continue
        is_type = f"is {found.type}, not {promised}" if found.type else f"is no {promised}"
        text = found.damage or is_type
        kinds.setdefault(text, []).append(path)
    return kinds


def _of_other_type(text: str, paths: list[str]) -> Problem:
    promised = PROMISED_TYPES[extension(paths[0])]
    hint = f"It must be {promised}: the game reads PNG and JPEG, Ogg and WAV."
    subject = _names(paths) if _EMPTY in text else f"the content of {_names(paths)}"
    return Problem(f"{subject} {text}", paths[0], hint=hint)


def _damaged(text: str, paths: list[str], mod: Mod) -> Problem:
    """Return the problem of all files with the same damage, with what did it where git says so."""
    message = f"{_names(paths)} {text}"
    if text == LINK_TEXT:
        return Problem(message, paths[0], hint=_LINK_HINT)
    if text.startswith(OTHER_CODEC):
        return Problem(message, paths[0], hint="Convert it to Ogg Vorbis.")
    attribute = _text_attribute(paths[0], mod)
    if not attribute:
        return Problem(message, paths[0], hint=_DAMAGED_HINT)
    pattern = f"*.{paths[0].rpartition('.')[2]}"
    again = "export the file again and add it"
    if text == LINE_ENDS and _is_whole_on_disk(mod.files, paths[0]):
        again = "`git add --renormalize .`"
    return Problem(
        f"{message}: git takes it for a text ({attribute})",
        paths[0],
        hint=f"Write `{pattern} -text` at the end of .gitattributes, and then {again}.",
    )


def _names(paths: list[str]) -> str:
    return f"{paths[0]} (and {len(paths) - 1:,} more)" if len(paths) > 1 else paths[0]


def _text_attribute(path: str, mod: Mod) -> str:
    """Return the attribute by which git changes the line ends of a file, `""` without one.

    `text=auto` and `core.autocrlf` leave files alone in which git sees a NUL, as in each of these formats.
    An `eol` implies `text` (gitattributes, "eol").
    """
    if mod.repository is None or mod.files.origin != "git":
        return ""
    values = mod.repository.attributes([path], "text", "eol").get(path, {})
    text, eol = values.get("text", ""), values.get("eol", "")
    if text == "set":
        return "the attribute text is set"
    if text in {"", "unspecified"} and eol in {"lf", "crlf"}:
        return f"the attribute eol is {eol}"
    return ""


def _is_whole_on_disk(files: FileSet, path: str) -> bool:
    """Return whether only git's content of a file is damaged, and the file on disk is not."""
    file = files.get(path)
    return isinstance(file, RestoredFile) and not changed_signature(file.read_from_disk())


def _surely_used(
    paths: Collection[str],
    lua: LuaTree,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
) -> set[str]:
    """Return those of the paths that the game surely reads."""
    used = set()
    for asset in assets if paths else ():
        is_there = asset.found is Found.YES and asset.path in paths
        if is_there and asset.judge(lua, prototypes)[0] is Certainty.SURE:
            used.add(asset.path)
    return used
