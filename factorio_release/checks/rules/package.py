"""Rules on the package as a whole: what is missing from it, and whether it is what it claims to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.limits import MAX_CHANGELOG_BYTES
from factorio_release.package.game_files import STAGE_FILES
from factorio_release.package.zip_member import ZipMember
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.checks.context import CheckContext
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.version import Version

# Growth is reported only if it reaches both. A small mod often doubles, and a large one often grows by 1 MB.
MIN_GROWTH_SHARE: Final = 0.5
MIN_GROWTH_BYTES: Final = 1_000_000
_MEGABYTE: Final = 1_000_000
_SHOWN_FILES: Final = 3
_COMMIT_CHARACTERS: Final = 12
_NAME_AND_VERSION: Final = lazy_pattern(
    r"(?P<name>.+)_(?P<version>[0-9]+\.[0-9]+\.[0-9]+)(?: ?\([0-9]+\))?(?:\.zip)?", re.IGNORECASE
)

# What comes behind the mod's name in other forms than `_1.2.3`; as many digits as a version may have.
_LOOSE_VERSION: Final = lazy_pattern(
    r"[-_ .]?v?(?P<version>[0-9]{1,5}(?:\.[0-9]{1,5}){1,2})(?: ?\([0-9]+\))?\.zip", re.IGNORECASE
)


def stages_left_out(files: FileSet) -> Iterator[Problem]:
    """Report Lua that the game would load, when it is in the folder and not in the package."""
    return _left_out(files, lua=True)


def shown_files_left_out(files: FileSet) -> Iterator[Problem]:
    """Report a changelog or thumbnail that is in the folder and not in the package."""
    return _left_out(files, lua=False)


def _left_out(files: FileSet, *, lua: bool) -> Iterator[Problem]:
    needed_to_load = (*STAGE_FILES, INFO_FILE)
    for problem in files.problems:
        if problem.code == "game-file-left-out" and (problem.file in needed_to_load) is lua:
            yield problem


def empty_submodules_needed(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report submodules without content from which the mod's Lua needs files."""
    return _empty_submodules(files, lua, needed=True)


def empty_submodules(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report the other submodules without content."""
    return _empty_submodules(files, lua, needed=False)


def _empty_submodules(files: FileSet, lua: LuaTree, *, needed: bool) -> Iterator[Problem]:
    targets = _missing_targets(lua)
    for problem in files.problems:
        if problem.code != "submodule-empty":
            continue
        # A `require` may write a dot for each slash.
        folders = (f"{problem.file}/", f"{problem.file.replace('.', '/')}/")
        is_needed = any(target.startswith(folders) for target in targets)
        if is_needed is needed:
            yield problem


def _missing_targets(lua: LuaTree) -> set[str]:
    """Return the paths that Lua names: unresolved requires with slashes, and all path strings."""
    targets = set()
    for one in lua.requires:
        if one.resolution.missing:
            targets.add(one.require.target.replace(".", "/").lstrip("/"))
    for file in lua.files.values():
        targets.update(string.text.partition("__/")[2] for string in file.paths)
    return targets


def changelog_elsewhere(mod: Mod, files: FileSet) -> Iterator[Problem]:
    """Report a changelog with this version above the mod folder, when the mod has none."""
    if mod.repository is None or mod.version is None or files.get("changelog.txt"):
        return
    root, folder = mod.repository.root.resolve(), mod.path.resolve()
    while folder != root and root in folder.parents:
        folder = folder.parent
        for name in ("changelog.txt", "Changelog.txt", "CHANGELOG.txt"):
            changelog = folder / name
            # A link may lead out of the repository.
            if changelog.is_symlink() or not changelog.is_file():
                continue
            if _describes(changelog, mod.version):
                path = changelog.relative_to(root).as_posix()
                message = f"{path} is outside the mod folder and is not packaged"
                yield Problem(
                    message, hint="Move it next to info.json, or add it with package.extra."
                )
                return


def _describes(changelog: Path, version: Version) -> bool:
    try:
        return (
            read_changelog(read_file(changelog, MAX_CHANGELOG_BYTES)).section(version) is not None
        )
    except OSError:
        return False  # the file is not part of the mod, so it stops nothing


def sudden_growth(changes: PackageChanges | None, mod: Mod) -> Iterator[Problem]:
    """Report a package that grew by half or more, and by 1 MB or more, since the previous release.

    The sizes are before compression, and only files in git count. `changes` is None if there is no release to
    compare with. A tag is not compared with if the changelog, or info.json in the commits, has versions
    between it and this one: they were released without a tag. There is at most one problem; it names the
    file that grew most.
    """
    if changes is None or changes.growth < MIN_GROWTH_BYTES:
        return
    if changes.growth < MIN_GROWTH_SHARE * changes.size_before or _is_stale(changes.version, mod):
        return
    largest = changes.changes[0]  # they have the greatest growth first
    yield Problem(
        f"the package grew from {_megabytes(changes.size_before)} to {_megabytes(changes.size_after)} MB "
        f"since {changes.tag}, {_megabytes(largest.growth)} MB of it by {largest.path}",
        largest.path,
        hint="Check `factorio-release build --list`, and leave out what players do not need.",
    )


def _is_stale(tagged: Version | None, mod: Mod) -> bool:
    if mod.version is None or tagged is None or mod.repository is None:
        return False
    from factorio_release.git.version_history import versions_in_history  # noqa: PLC0415 start-up: seldom

    versions = set(versions_in_history(mod.repository, mod.name))
    if mod.changelog is not None:
        versions |= {section.version for section in mod.changelog.sections if section.version}
    return any(tagged < version < mod.version for version in versions)


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}"


def not_checked_out(mod: Mod, context: CheckContext) -> Iterator[Problem]:
    """Report a tag that is another commit than the one that is checked out.

    A finished zip may come from anywhere, so what is checked out says nothing about it.
    """
    if not context.tag or mod.repository is None or mod.is_zip:
        return
    from factorio_release.git.release_tags import other_than_checked_out  # noqa: PLC0415 start-up: only for a tag

    other = other_than_checked_out(mod.repository, context.tag, context.tag_commit)
    if other:
        head = other.head[:_COMMIT_CHARACTERS] or "no commit"
        yield Problem(
            f"the tag {context.tag} is commit {other.tagged[:_COMMIT_CHARACTERS]}, but {head} is checked out",
            INFO_FILE,
            hint=f"Check it out: `git checkout {context.tag}`. Or tag the commit that is to be released.",
        )


def differing_from_head(mod: Mod, context: CheckContext) -> Iterator[Problem]:
    """Report, when a tag is released, tracked files that differ from the commit."""
    if not context.tag or mod.repository is None or mod.files.origin != "git":
        return
    from factorio_release.package.committed import changed_from_head  # noqa: PLC0415 start-up: only for a tag

    changed = changed_from_head(mod.repository, mod.files)
    if not changed:
        return
    verb = "differs" if len(changed) == 1 else "differ"
    names = ", ".join(changed[:_SHOWN_FILES])
    if len(changed) > _SHOWN_FILES:
        names += f" and {len(changed) - _SHOWN_FILES} more"
    yield Problem(
        f"{names} {verb} from the tagged commit",
        changed[0],
        hint="Commit the change before tagging. If a step of the job makes it on purpose, ignore this code.",
    )


def contradicting_zip(mod: Mod) -> Iterator[Problem]:
    """Report a finished zip whose file name or top folder names another mod or version than its info.json.

    Only names of the form `{name}_{version}` are judged, with the ` (1)` that a browser adds. The top
    folder may have any name (documented), and so may the file on this machine.
    """
    if not mod.is_zip or not mod.name or mod.version is None:
        return
    for subject, name in (("the zip", mod.path.name), ("its top folder", _top_folder(mod.files))):
        match = _NAME_AND_VERSION.fullmatch(name)
        if match and not _is_mod(mod, match["name"], match["version"]):
            yield Problem(
                f"{subject} is named {name}, but its info.json says {mod.name} {mod.version}",
                hint=f"Give the right zip, or build this one again as {mod.name}_{mod.version}.zip.",
            )


def misnamed_zip(mod: Mod) -> Iterator[Problem]:
    """Report a finished zip with the mod's name and another version, in a form that is not the game's.

    The number behind a dash may mean something else, for instance the version of the game. So it is not
    as sure as `contradicting_zip`.
    """
    if not mod.is_zip or not mod.name or mod.version is None:
        return
    name = mod.path.name
    match = _LOOSE_VERSION.fullmatch(name.removeprefix(mod.name))
    if match is None or not name.startswith(mod.name) or _NAME_AND_VERSION.fullmatch(name):
        return
    numbers = tuple(int(number) for number in match["version"].split("."))
    if numbers != mod.version.numbers[: len(numbers)]:  # two numbers say nothing of the third
        yield Problem(
            f"the zip is named {name}, but its info.json says {mod.name} {mod.version}",
            hint=f"Give the right zip, or build this one again as {mod.name}_{mod.version}.zip.",
        )


def _top_folder(files: FileSet) -> str:
    info = files.get(INFO_FILE)
    if isinstance(info, ZipMember):
        return info.member.partition("/")[0]
    return ""


def _is_mod(mod: Mod, name: str, version: str) -> bool:
    try:
        return name == mod.name and parse_version(version) == mod.version
    except ValueError:
        return False
