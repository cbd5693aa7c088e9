"""What should not be in the package: litter, source art, archives, a second mod."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension, words
from factorio_release.limits import MAX_INFO_BYTES
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.contents import Contents
    from factorio_release.package.file_set import FileSet

_LITTER_NAMES: Final = words("""
    .ds_store thumbs.db desktop.ini ehthumbs.db npm-debug.log claude.md agents.md gemini.md .cursorrules
""")
_LITTER_FOLDERS: Final = words("""
    node_modules __pycache__ __macosx .git .github .gitlab .idea .vs .vscode .cursor .claude
""")
_LITTER_ENDINGS: Final = (
    *("~", ".swp", ".swo", ".bak", ".orig", ".rej", ".pyc", ".lnk", ".blend1", ".blend2"),
    *(".sublime-workspace", ".code-workspace"),
)
_SOURCE_ART: Final = words("""
    blend xcf psd psb kra pdn aseprite ase clip afphoto afdesign ai sai sai2 mdp svgz flp als aup3
""")
_ARCHIVES: Final = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst"})
_WITH_OWN_CONTENT: Final = ("scenarios/", "campaigns/", "tutorials/")
_LEAVE_OUT: Final = "Leave it out: `exclude`, `export-ignore` in .gitattributes, or package.ignore."


def litter(files: FileSet) -> Iterator[Problem]:
    """Report what editors, file managers and version control leave behind, once a kind."""
    yield from _by_kind(
        ((_litter_kind(file.path), file.path) for file in files.files), "is left behind by a tool"
    )
    if files.origin == "zip":  # from a folder, such a name ships only if its author has written it
        hidden = ((_dot_name(file.path), file.path) for file in files.files if not _litter_kind(file.path))
        yield from _by_kind(hidden, "has a name that begins with a dot")


def _litter_kind(path: str) -> str:
    *folders, name = path.lower().split("/")
    folder = next((folder for folder in folders if folder in _LITTER_FOLDERS), "")
    if folder or name in _LITTER_NAMES:
        return folder or name
    if name.startswith("._"):
        return "._"
    return next((ending for ending in _LITTER_ENDINGS if name.endswith(ending)), "")


def _dot_name(path: str) -> str:
    return next((part for part in path.split("/") if part.startswith(".")), "")


def source_art(files: FileSet) -> Iterator[Problem]:
    """Report the working files of drawing and sound programs, once a type."""
    art = ((extension(f.path) if extension(f.path) in _SOURCE_ART else "", f.path) for f in files.files)
    yield from _by_kind(art, "is a working file that no game can read")


def nested_archives(files: FileSet, assets: tuple[AssetReference, ...]) -> Iterator[Problem]:
    """Report archives inside the package that are no scenario's and no save that Lua asks for."""
    asked = frozenset(asset.path for asset in assets if asset.path)
    for file in files.files:
        if extension(file.path) in _ARCHIVES and not file.path.startswith(_WITH_OWN_CONTENT):
            if any(file.path[:length] in asked for length in range(1, len(file.path) + 1)):
                continue
            yield Problem(f"{file.path} is an archive inside the package", file.path, hint=_LEAVE_OUT)


def _by_kind(paths: Iterable[tuple[str, str]], what: str) -> Iterator[Problem]:
    kinds: dict[str, list[str]] = {}
    for kind, path in paths:
        if kind:
            kinds.setdefault(kind, []).append(path)
    for found in kinds.values():
        others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        yield Problem(f"{found[0]}{others} {what}", found[0], hint=_LEAVE_OUT)


def mods_inside(contents: Contents) -> Iterator[Problem]:
    """Report the info.json of a second mod below the first."""
    for path, content in contents.items():
        if (
            path.endswith("/info.json")
            and not path.startswith(_WITH_OWN_CONTENT)
            and _describes_mod(content.data)
        ):
            yield Problem(
                f"{path} describes a second mod inside this one: the game does not load it",
                path,
                hint=_LEAVE_OUT,
            )


def _describes_mod(data: bytes) -> bool:
    if len(data) > MAX_INFO_BYTES:
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and {"name", "version", "factorio_version"} <= value.keys()
