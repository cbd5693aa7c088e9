"""Packaged files that the game would read under a similar name or at another place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import LOCALE_PATH, STAGE_FILES
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.locale import read_locale
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info

_LUA_ENDINGS: Final = (".lua", ".lua.txt")
_THUMBNAIL: Final = "thumbnail.png"
# Other names of the game's folders, in lower case, and a path of content that the game would read there.
_OTHER_FOLDERS: Final = {
    **dict.fromkeys(
        ("local", "locales", "localization", "localisation", "lang", "language", "languages"),
        ("locale", lazy_pattern(r"[^/]+/[^/]+\.cfg")),
    ),
    "translations": ("locale", lazy_pattern(r"[^/]+/[^/]+\.cfg")),
    "migration": ("migrations", lazy_pattern(r"[^/]+\.(?:lua|json)")),
    "scenario": ("scenarios", lazy_pattern(r"[^/]+/control\.lua")),
    "campaign": ("campaigns", lazy_pattern(r"[^/]+/(?:description\.json|[^/]+/control\.lua)")),
    "tutorial": ("tutorials", lazy_pattern(r"[^/]+/control\.lua")),
}
# Folders in which authors keep the whole mod; its content belongs beside info.json.
_WHOLE_MOD_FOLDERS: Final = frozenset({"src", "source", "lua", "mod", "code", "dist", "build"})
_CHANGELOG_NAME: Final = lazy_pattern(
    r"(?:change[-_ ]?logs?|changes|release[-_ ]?notes|history)(?:\.(?:md|markdown|rst|txt|cfg|log))?",
    re.IGNORECASE,
)
_THUMBNAIL_NAME: Final = lazy_pattern(r"thumb(?:nails?)?\.png", re.IGNORECASE)
_TEXT_FILE: Final = lazy_pattern(
    r"(?P<start>(?:.+/)?locale/[^/]+/[^/]+?)(?:\.cfg)?\.(?:txt|ini|CFG|Cfg)"
)


def misspelt_stages(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report Lua files beside info.json whose name is almost that of a stage, and that nothing requires."""
    required = _required(lua)
    stages = {_plain(stage): stage for stage in STAGE_FILES}
    for file in files.files:
        stage = stages.get(_plain(file.path)) if file.path.endswith(_LUA_ENDINGS) else None
        if stage is None or file.path.lower() in STAGE_FILES or files.get(stage) is not None:
            continue
        if file.path not in required:
            message = f"the game reads {stage}, not {file.path}, and no file requires it"
            yield Problem(message, file.path, hint=f"Rename it to {stage}.")


def _plain(path: str) -> str:
    """Return the name of a Lua file without its punctuation, its case and its plurals."""
    name = re.sub(r"[-_ .]", "", path.lower().removesuffix(".txt").removesuffix(".lua"))
    return re.sub(r"(?<=setting|control)s|(?<=update)s|(?<=fix)es", "", name)


def misspelt_folders(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report folders that hold what the game reads in `locale`, `migrations` or the like, once for each."""
    required = _required(lua)
    seen: set[str] = set()
    for file in files.files:
        folder, _, path = file.path.partition("/")
        right, content = _OTHER_FOLDERS.get(folder.lower(), ("", None))
        if content is None or folder in seen or file.path in required:
            continue
        if content.fullmatch(path):
            seen.add(folder)
            message = f"the game reads the folder {right}, not {folder}"
            yield Problem(message, file.path, hint=f"Rename the folder to {right}.")


def stages_in_folder(files: FileSet, lua: LuaTree, info: Info) -> Iterator[Problem]:
    """Report a mod whose stage files are all in one folder, such as `src`: none of them is read."""
    if any(files.get(stage) for stage in STAGE_FILES):
        return
    required = _required(lua)
    names = {*_WHOLE_MOD_FOLDERS, info.name.lower(), f"{info.name}_{info.version or ''}".lower()}
    for file in files.files:
        folder, _, name = file.path.partition("/")
        if name not in STAGE_FILES or folder.lower() not in names or file.path in required:
            continue
        if files.get(f"{folder}/info.json") is None:  # else it is a second mod (nested-mod)
            message = f"the game reads {name} only beside info.json, not {file.path}"
            hint = f"Move the content of {folder} beside info.json, or add it with package.extra."
            yield Problem(message, file.path, hint=hint)
            return


def changelog_of_other_name(files: FileSet) -> Iterator[Problem]:
    """Report a changelog for people, such as CHANGELOG.md, where the game's changelog.txt is missing."""
    paths = [file.path for file in files.files]
    paths += [item.path for item in files.left_out if not item.untracked]
    if any(path.lower() == CHANGELOG_FILE for path in paths):
        return  # shown-file-case and shown-file-left-out judge it
    for path in paths:
        if _CHANGELOG_NAME.fullmatch(path):
            message = f"the game and the portal show {CHANGELOG_FILE}, not {path}"
            hint = f"Add a {CHANGELOG_FILE}; `factorio-release bump` writes its sections."
            yield Problem(message, path, hint=hint)
            return


def thumbnail_elsewhere(files: FileSet) -> Iterator[Problem]:
    """Report a thumbnail in a folder, or of a similar name, where thumbnail.png is missing."""
    paths = [file.path for file in files.files]
    if any(path.lower() == _THUMBNAIL for path in paths):
        return
    for path in paths:
        folder, _, name = path.rpartition("/")
        if _THUMBNAIL_NAME.fullmatch(name) and files.get(f"{folder}/info.json") is None:
            message = f"the game and the portal show {_THUMBNAIL} beside info.json, not {path}"
            yield Problem(message, path, hint=f"Move or rename it to {_THUMBNAIL}.")
            return


def translations_of_other_name(contents: Contents) -> Iterator[Problem]:
    """Report translations in a .txt or .ini file, or whose name ends with .CFG, without a .cfg beside it."""
    for path, content in contents.items():
        match = _TEXT_FILE.fullmatch(path)
        if not match or not content.whole or not LOCALE_PATH.fullmatch(f"{match['start']}.cfg"):
            continue
        read = read_locale(content.data)
        right = f"{match['start']}.cfg"
        if read.entries and not read.problems and right not in contents:
            message = f"the game does not read {path}: the name of a translation ends with .cfg"
            yield Problem(message, path, hint=f"Rename it to {right}.")


def _required(lua: LuaTree) -> frozenset[str]:
    return frozenset(one.resolution.path for one in lua.requires)
