"""TypeScript whose Lua is not in the package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import STAGE_FILES
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.package.file_set import FileSet

_PROJECT_FILES: Final = ("tsconfig.json", "package.json")
_OUT_DIR: Final = lazy_pattern(rb'"outDir"\s*+:\s*+"(?P<folder>[\w./-]{1,100})"')
_CONTENT_OF_NO_LUA: Final = (".cfg", ".png", ".ogg", ".lua")


def sources_without_build(files: FileSet, contents: Contents) -> Iterator[Problem]:
    """Report TypeScript whose Lua is not in the package.

    Sources that git does not track are not considered: they may belong to anything. Those that a
    rule leaves out are: the author has them, and only their output is to be packaged. TypeScript may
    also be a tool, for instance beside translations.
    """
    paths = [file.path for file in files.files]
    paths += [item.path for item in files.left_out if not item.untracked]
    sources = [path for path in paths if path.endswith(".ts") and not path.endswith(".d.ts")]
    unbuilt = [path for path in sources if _stage_of(path) and files.get(_stage_of(path)) is None]
    if unbuilt:
        yield _without_build(unbuilt[0], _stage_of(unbuilt[0]), sources, contents)
    elif not any(files.get(stage) for stage in STAGE_FILES):
        becoming_lua = [path for path in sources if _stage_of(path.rpartition("/")[2])]
        if not becoming_lua and (_names_the_compiler(contents) or _is_all_there_is(files)):
            becoming_lua = sources
        if becoming_lua:
            yield _without_build(becoming_lua[0], "Lua file", sources, contents)


def _names_the_compiler(contents: Contents) -> bool:
    """Return whether a file of the TypeScript project names TypeScriptToLua, or its settings."""
    return any(
        content.whole and (b"typescript-to-lua" in content.data or b"tstl" in content.data)
        for path, content in contents.items()
        if path.rpartition("/")[2] in _PROJECT_FILES
    )


def _is_all_there_is(files: FileSet) -> bool:
    """Return whether the package has nothing that a mod without Lua is for."""
    return not any(file.path.endswith(_CONTENT_OF_NO_LUA) for file in files.files)


def _stage_of(source: str) -> str:
    """Return the stage file that is made from a source, `""` for any other source."""
    lua = f"{source.removesuffix('.ts')}.lua"
    return lua if lua in STAGE_FILES else ""


def _without_build(source: str, lua: str, sources: list[str], contents: Contents) -> Problem:
    patterns = json.dumps(_patterns_of_output(sources), ensure_ascii=False)
    folder = _output_folder(contents) or "dist"
    return Problem(
        f"{source} is TypeScript, and the package has no {lua} made from it",
        source,
        hint=f"Build before the release. Then release the folder with the output, such as `path: {folder}`; "
        f"if the Lua is beside the sources, `include: {patterns}`.",
    )


def _patterns_of_output(sources: list[str]) -> list[str]:
    """Return globs for the Lua beside the sources: all at the top, and all below a folder with sources.

    Not for Lua in any folder: what the compiler's packages have in `node_modules` is none of the mod's. At
    the top the compiler also writes `lualib_bundle.lua`.
    """
    tops = {source.partition("/")[0] if "/" in source else "" for source in sources}
    return sorted(f"{top}/**/*.lua" if top else "*.lua" for top in tops)


def _output_folder(contents: Contents) -> str:
    """Return the folder to which a tsconfig.json at the top sends the Lua, `""` where it names none."""
    for path, content in contents.items():
        if path.startswith("tsconfig") and path.endswith(".json") and content.whole:
            found = _OUT_DIR.search(content.data)
            if found:
                return found["folder"].decode(errors="replace").removeprefix("./").rstrip("/")
    return ""
