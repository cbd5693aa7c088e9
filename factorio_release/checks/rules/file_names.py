"""Names of packaged files: what the portal refuses, Windows cannot hold, or the game does not find."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.facts.lua_files import STAGES
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

_REFUSED: Final = frozenset({"exe", "bat", "ps1", "sh", "py"})
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
_LONGEST: Final = 180
_FOLDERS: Final = frozenset({"locale", "migrations", "scenarios", "campaigns", "tutorials"})
_SHOWN: Final = frozenset({"changelog.txt", "thumbnail.png"})


def refused_extensions(files: FileSet) -> Iterator[Problem]:
    """Report files that make the portal refuse the whole zip."""
    for file in files.files:
        if extension(file.path) in _REFUSED:
            yield Problem(
                f"the portal refuses a package with {file.path}: no .{extension(file.path)} files",
                file.path,
                hint="Leave it out: `exclude`, `export-ignore` in .gitattributes, or package.ignore.",
            )


def backslashes(files: FileSet) -> Iterator[Problem]:
    """Report names with a backslash, which the portal takes for a wrong separator and refuses."""
    for file in files.files:
        if "\\" in file.path:
            yield Problem(
                f"the portal refuses a package with a backslash in a name: {file.path}",
                file.path,
                hint="Rename the file; folders are separated by `/`.",
            )


def names_for_windows(files: FileSet) -> Iterator[Problem]:
    """Report names that cannot exist on Windows."""
    for file in files.files:
        for part in file.path.split("/"):
            why = _fault_on_windows(part)
            if why:
                yield Problem(
                    f"Windows cannot hold {file.path}: {why}", file.path, hint="Rename the file or folder."
                )
                break


def _fault_on_windows(part: str) -> str:
    forbidden = _FORBIDDEN.search(part)
    if forbidden:
        return f"{forbidden[0]!r} is not allowed in a name"
    if part.endswith((".", " ")):
        return "a name must not end with a dot or a space"
    return f"{part!r} names a device" if _DEVICES.fullmatch(part) else ""


def names_differing_in_case(files: FileSet) -> Iterator[Problem]:
    """Report files whose names are one on Windows and macOS."""
    first: dict[str, str] = {}
    for file in files.files:
        other = first.setdefault(file.path.lower(), file.path)
        if other != file.path:
            yield Problem(
                f"{file.path} and {other} differ in upper and lower case only",
                file.path,
                hint="Rename one: Windows and macOS take them for the same file.",
            )


def long_paths(files: FileSet, info: Info) -> Iterator[Problem]:
    """Report once that paths are too long for Windows' limit below a usual mods folder."""
    top = f"{info.name}_{info.version or ''}/"
    long = sorted((f.path for f in files.files if len(top) + len(f.path) > _LONGEST), key=len, reverse=True)
    if long:
        others = f", and {len(long) - 1} more" if len(long) > 1 else ""
        yield Problem(
            f"{top}{long[0]} is {len(top) + len(long[0])} characters long{others}",
            long[0],
            hint=f"Keep paths within {_LONGEST} characters: on Windows the mods folder comes in front.",
        )


def stages_in_wrong_case(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report Lua and folders that the game would read by itself if their case were right."""
    required = {resolution.path for _, _, resolution in lua.requires}
    folders = set()
    for file in files.files:
        top, slash, _ = file.path.partition("/")
        if slash and top not in _FOLDERS and top.lower() in _FOLDERS and top not in folders:
            folders.add(top)
            yield _misnamed(f"{top}/", f"{top.lower()}/", file.path)
        elif not slash and _is_misnamed(top, STAGES, files) and top not in required:
            yield _misnamed(top, top.lower(), top)


def shown_files_in_wrong_case(files: FileSet) -> Iterator[Problem]:
    """Report a changelog or thumbnail that nobody will see for its case."""
    for file in files.files:
        if _is_misnamed(file.path, _SHOWN, files):
            yield _misnamed(file.path, file.path.lower(), file.path)


def _is_misnamed(path: str, names: tuple[str, ...] | frozenset[str], files: FileSet) -> bool:
    right = path.lower()
    return path != right and right in names and files.get(right) is None


def _misnamed(there: str, right: str, path: str) -> Problem:
    return Problem(
        f"the game looks for {right} and does not read {there}", path, hint=f"Rename it to {right}."
    )
