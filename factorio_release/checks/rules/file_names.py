"""Names of packaged files that the portal refuses, Windows does not allow, or the game does not find."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension
from factorio_release.package.game_files import DISPLAYED_FILES, GAME_FOLDERS, STAGE_FILES
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import difference, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.exclude_patterns import ExcludePatterns
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

REFUSED_EXTENSIONS: Final = frozenset(
    {"exe", "bat", "ps1", "sh", "py"}
)  # observed: the portal's answer
# Windows opens a device for each of these names, also with spaces and an extension (documented).
_DEVICE_NAME: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.IGNORECASE
)
_FORBIDDEN_CHARACTER: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
# Windows allows 260 characters. The rest is left for the mods folder of the user, which is in front.
MAX_PATH_CHARACTERS: Final = 180


def refused_extensions(files: FileSet, exclude: ExcludePatterns) -> Iterator[Problem]:
    """Report files that make the portal refuse the whole package, once for each extension."""
    by_ending: dict[str, list[str]] = {}
    for file in files.files:
        if extension(file.path) in REFUSED_EXTENSIONS:
            by_ending.setdefault(extension(file.path), []).append(file.path)
    for ending, found in by_ending.items():
        others = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
        message = f"the portal refuses a package with a .{ending} file: {found[0]}{others}"
        patterns = exclude.for_endings(found) if others else exclude.for_files(found)
        yield Problem(message, found[0], hint=exclude.hint_of(patterns))


def backslashes(files: FileSet) -> Iterator[Problem]:
    """Report names with a backslash, for which the portal refuses the package (observed)."""
    for file in files.files:
        if "\\" in file.path:
            message = f"the portal refuses a package with a backslash in a file name: {file.path}"
            yield Problem(message, file.path, hint="Rename the file. Folders are separated by `/`.")


def names_for_windows(files: FileSet) -> Iterator[Problem]:
    """Report names that Windows does not allow."""
    for file in files.files:
        for part in file.path.split("/"):
            reason = _reason_on_windows(part)
            if reason:
                message = f"Windows does not allow the name of {file.path}: {reason}"
                yield Problem(message, file.path, hint="Rename the file or folder.")
                break


def _reason_on_windows(part: str) -> str:
    forbidden = _FORBIDDEN_CHARACTER.search(part)
    if forbidden:
        return f"{quoted(forbidden[0])} is not allowed"
    if part.endswith((".", " ")):
        return "a name must not end with a dot or a space"
    if _DEVICE_NAME.fullmatch(part):
        return f"{quoted(part)} is the name of a device"
    return ""


def names_differing_in_case(files: FileSet) -> Iterator[Problem]:
    """Report files whose names are the same on Windows and macOS."""
    first: dict[str, str] = {}
    for file in files.files:
        folded = unicodedata.normalize("NFC", file.path).casefold()
        other = first.setdefault(folded, file.path)
        if other != file.path:
            message = f"{file.path} and {other} differ only in {difference(file.path, other)}"
            hint = "Rename one of them: on Windows and macOS they are the same file."
            yield Problem(message, file.path, hint=hint)


def long_paths(files: FileSet, info: Info) -> Iterator[Problem]:
    """Report, once for all files, paths that are too long for Windows below a usual mods folder."""
    top = f"{info.name}_{info.version or ''}/"
    long = [file.path for file in files.files if len(top) + len(file.path) > MAX_PATH_CHARACTERS]
    if not long:
        return
    longest = max(long, key=len)
    message = f"{top}{longest} has {len(top) + len(longest)} characters"
    if len(long) > 1:
        message += f", and {len(long) - 1} more paths are too long"
    hint = (
        f"Keep paths within {MAX_PATH_CHARACTERS} characters: "
        "Windows allows 260, the user's mods folder included."
    )
    yield Problem(message, longest, hint=hint)


def stages_in_wrong_case(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report Lua files and folders that the game would read by itself if their case were right.

    A Lua file that is required under its own name is left alone: it works.
    """
    required = {one.resolution.path for one in lua.requires}
    folders = set()
    for file in files.files:
        top, slash, _ = file.path.partition("/")
        if slash:
            if top not in GAME_FOLDERS and top.lower() in GAME_FOLDERS and top not in folders:
                folders.add(top)
                yield _wrong_case(f"{top}/", f"{top.lower()}/", file.path)
        elif _is_in_wrong_case(top, STAGE_FILES, files) and top not in required:
            yield _wrong_case(top, top.lower(), top)


def shown_files_in_wrong_case(files: FileSet) -> Iterator[Problem]:
    """Report a changelog or thumbnail that is not displayed because of its case."""
    for file in files.files:
        if _is_in_wrong_case(file.path, DISPLAYED_FILES, files):
            yield _wrong_case(file.path, file.path.lower(), file.path)


def _is_in_wrong_case(path: str, names: tuple[str, ...], files: FileSet) -> bool:
    right = path.lower()
    return path != right and right in names and files.get(right) is None


def _wrong_case(existing: str, right: str, path: str) -> Problem:
    return Problem(f"the game reads {right}, not {existing}", path, hint=f"Rename it to {right}.")
