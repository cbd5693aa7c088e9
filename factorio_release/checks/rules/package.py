"""What the making of the package brought to light, and what is missing from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.facts.lua_files import STAGES
from factorio_release.disk.bounded_file import read_file
from factorio_release.limits import MAX_CHANGELOG_BYTES
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.version import Version


def stated(*codes: str) -> Callable[..., Iterable[Problem]]:
    """Return a rule that passes on what the making of the package stated under these codes."""

    def find(files: FileSet) -> Iterator[Problem]:
        return (problem for problem in files.problems if problem.code in codes)

    return find


def sources_without_build(files: FileSet) -> Iterator[Problem]:
    """Report TypeScript whose Lua is not in the package."""
    sources = [
        path for path in _all_paths(files) if path.endswith((".ts", ".tsx")) and not path.endswith(".d.ts")
    ]
    if not sources:
        return
    stages = [stage for stage in STAGES if files.get(stage)]
    unbuilt = [p for p in sources if "/" not in p and p.removesuffix(".ts") + ".lua" in STAGES]
    unbuilt = [path for path in unbuilt if path.removesuffix(".ts") + ".lua" not in stages]
    if stages and not unbuilt:
        return
    first = (unbuilt or sources)[0]
    wanted = first.removesuffix(".ts") + ".lua" if unbuilt else "Lua"
    yield Problem(
        f"{first} is TypeScript, and the package has no {wanted} made from it",
        first,
        hint='Build before the release, and name what git does not track: `include: ["**/*.lua"]`.',
    )


def _all_paths(files: FileSet) -> Iterator[str]:
    yield from (file.path for file in files.files)
    yield from (item.path for item in files.left_out if item.reason != "not tracked by git")


def stages_left_out(files: FileSet) -> Iterator[Problem]:
    """Report Lua that the game would load, there in the folder and not in the package."""
    return _left_out(files, lua=True)


def shown_files_left_out(files: FileSet) -> Iterator[Problem]:
    """Report a changelog or thumbnail that is there in the folder and not in the package."""
    return _left_out(files, lua=False)


def _left_out(files: FileSet, *, lua: bool) -> Iterator[Problem]:
    for problem in files.problems:
        if problem.code == "game-file-left-out" and problem.file.endswith((".lua", ".json")) is lua:
            yield problem


def empty_submodules_needed(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report submodules without content that the mod's Lua asks for."""
    return _empty_submodules(files, lua, needed=True)


def empty_submodules(files: FileSet, lua: LuaTree) -> Iterator[Problem]:
    """Report submodules without content that nothing seems to ask for."""
    return _empty_submodules(files, lua, needed=False)


def _empty_submodules(files: FileSet, lua: LuaTree, *, needed: bool) -> Iterator[Problem]:
    targets = {
        require.target.replace(".", "/").lstrip("/") for _, require, found in lua.requires if found.missing
    }
    targets |= {string.text.partition("__/")[2] for file in lua.files.values() for string in file.paths}
    for problem in files.problems:
        if problem.code == "submodule-empty":
            folder = f"{problem.file.replace('.', '/')}/"
            if any(target.startswith((folder, f"{problem.file}/")) for target in targets) is needed:
                yield problem


def changelog_elsewhere(mod: Mod, files: FileSet) -> Iterator[Problem]:
    """Report a changelog with this version that lies above the mod folder and so does not ship."""
    if mod.repository is None or mod.version is None or files.get("changelog.txt"):
        return
    root, folder = mod.repository.root.resolve(), mod.path.resolve()
    while folder != root and root in folder.parents:
        folder = folder.parent
        for name in ("changelog.txt", "Changelog.txt", "CHANGELOG.txt"):
            there = folder / name
            if there.is_file() and not there.is_symlink() and _describes(there, mod.version):
                yield Problem(
                    f"{there.relative_to(root).as_posix()} lies outside the mod folder and does not ship",
                    hint="Move it beside info.json, or bring it in with package.extra.",
                )
                return


def _describes(changelog: Path, version: Version) -> bool:
    try:
        return read_changelog(read_file(changelog, MAX_CHANGELOG_BYTES)).section(version) is not None
    except OSError:
        return False  # it is not part of the mod: nothing depends on it
