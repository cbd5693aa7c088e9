"""Packaged files that players do not need, and files with the wrong content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension, words
from factorio_release.checks.facts.exclude_patterns import literal_pattern
from factorio_release.checks.facts.litter import litter_kind
from factorio_release.checks.facts.nested_mods import nested_info_files
from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import SCENARIO_FOLDERS
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.exclude_patterns import ExcludePatterns
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

_SOURCE_ART: Final = words("""
    blend xcf psd psb kra pdn aseprite ase clip afphoto afdesign ai sai sai2 mdp svgz flp als aup3
""")
_ARCHIVES: Final = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst"})
# The last part of a path of a zip in a Lua string, which may have format codes.
_ARCHIVE_NAME: Final = lazy_pattern(rb"""(?P<name>[^"'/\\\n\[\]]{1,100}\.zip)["'\]]""")
_FORMAT_CODE: Final = lazy_pattern(r"%[-+ #0-9.]*[a-z]")
_RELEASE_NAME: Final = lazy_pattern(r".+_[0-9]+\.[0-9]+\.[0-9]+\.zip", re.DOTALL)
_SCENARIO_CONTENT: Final = tuple(f"{folder}/" for folder in SCENARIO_FOLDERS)
_UTF8_SINCE: Final = (2, 0)


def litter(files: FileSet, exclude: ExcludePatterns) -> Iterator[Problem]:
    """Report files that editors, file managers and version control left behind, once for each kind.

    In a finished zip every other name that begins with a dot is reported as well. A package that is
    made from a folder has such a file only if its author has named it.
    """
    yield from _by_kind(files, exclude, litter_kind, "was left by a tool")
    if files.origin == "zip":
        yield from _by_kind(files, exclude, _other_dot_name, "has a name that begins with a dot")


def _other_dot_name(path: str) -> str:
    return "" if litter_kind(path) else _dot_name(path)


def _dot_name(path: str) -> str:
    for part in path.split("/"):
        if part.startswith("."):
            return part
    return ""


def source_art(files: FileSet, exclude: ExcludePatterns) -> Iterator[Problem]:
    """Report the working files of drawing and sound programs, once for each type."""
    yield from _by_kind(files, exclude, _art_type, "is a working file that the game cannot read")


def _art_type(path: str) -> str:
    return extension(path) if extension(path) in _SOURCE_ART else ""


def _by_kind(
    files: FileSet, exclude: ExcludePatterns, kind_of: Callable[[str], str], message: str
) -> Iterator[Problem]:
    """Yield one problem for each kind; `kind_of` returns the kind of a path, `""` for no problem."""
    kinds: dict[str, list[str]] = {}
    for file in files.files:
        if kind := kind_of(file.path):
            kinds.setdefault(kind, []).append(file.path)
    for found in kinds.values():
        others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        hint = exclude.hint(found)
        yield Problem(f"{found[0]}{others} {message}", found[0], hint=hint)


def nested_archives(
    files: FileSet, assets: tuple[AssetReference, ...], lua: LuaTree, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report archives in the package, except those of scenarios and those that Lua names.

    A save of a menu simulation is an archive; Lua may put its path together from parts.
    """
    named = frozenset(asset.path for asset in assets if asset.path)
    archives = [
        file
        for file in files.files
        if extension(file.path) in _ARCHIVES and not file.path.startswith(_SCENARIO_CONTENT)
    ]
    names = _names_of_archives(lua) if archives else None
    for file in archives:
        beginnings = (file.path[:length] for length in range(1, len(file.path) + 1))
        # Lua may name only the beginning of a path, or only its end.
        if names and not _RELEASE_NAME.fullmatch(file.path) and names.search(file.path):
            continue
        if named.isdisjoint(beginnings):
            hint = exclude.hint_of([literal_pattern(file.path)])
            yield Problem(f"{file.path} is an archive inside the package", file.path, hint=hint)


def _names_of_archives(lua: LuaTree) -> re.Pattern[str] | None:
    """Return a pattern of the ends of the zips that Lua names, None when it names none."""
    names = {
        found["name"].decode(errors="replace")
        for path in lua.reachable
        if b".zip" in lua.files[path].data  # the pattern takes a hundred times as long
        for found in _ARCHIVE_NAME.finditer(lua.files[path].data)
    }
    if not names:
        return None
    ends = (".*".join(map(re.escape, _FORMAT_CODE.split(name))) for name in sorted(names))
    return re.compile(f"(?:{'|'.join(ends)})$")


def nested_mods(contents: Contents, exclude: ExcludePatterns) -> Iterator[Problem]:
    """Report the info.json of a second mod inside the first."""
    for path in nested_info_files(contents):
        message = f"{path} is a second mod inside this one: the game does not load it"
        hint = exclude.hint_of([literal_pattern(path.removesuffix("info.json"))])
        yield Problem(message, path, hint=hint)


def undecodable_text(contents: Contents, info: Info) -> Iterator[Problem]:
    """Report Lua files and migrations that are not UTF-8; other texts have codes of their own.

    Games before 2.0 took any bytes (documented: the check came with 2.0.25).
    """
    if info.game is not None and info.game < _UTF8_SINCE:
        return
    for path, content in contents.items():
        is_read = path.endswith(".lua") or (
            path.startswith("migrations/") and path.endswith(".json")
        )
        if not is_read or not content.whole or content.data.isascii():
            continue
        _, problems = decode(content.data, path, "text")
        for problem in problems:
            if problem.code == "text-encoding":  # not text-bom: the game accepts it
                yield problem


def lfs_pointers(contents: Contents) -> Iterator[Problem]:
    """Report files that hold a Git LFS pointer instead of their content, all at once."""
    pointers = [path for path, content in contents.items() if is_lfs_pointer(content.data)]
    if pointers:
        one = len(pointers) == 1
        what = (
            "is a Git LFS pointer: its"
            if one
            else f"and {len(pointers) - 1:,} more are Git LFS pointers: their"
        )
        yield Problem(
            f"{pointers[0]} {what} content was not fetched",
            pointers[0],
            hint="Fetch it: `git lfs pull`, or `lfs: true` for actions/checkout.",
        )
