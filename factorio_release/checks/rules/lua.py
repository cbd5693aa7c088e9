"""Lua that the game cannot compile, and requires that find no file."""

from __future__ import annotations

import re
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.lualib import history, is_since_2_0, lualib
from factorio_release.checks.facts.require_paths import paths_meant
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.foreign_text import (
    CONFLICT_HINT,
    WEB_PAGE_HINT,
    is_web_page,
    read_conflict,
)
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.text import UTF8_BOM, UTF16_BOMS
from factorio_release.parsers.unseen import difference, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.checks.facts.absent import Absent
    from factorio_release.checks.facts.lua_files import LuaTree, ResolvedRequire

_MAX_COMPILER_BYTES: Final = (
    512 << 20
)  # memory of one Lua state; a hostile chunk takes all that it gets
_MIN_BYTES_FOR_THREADS: Final = 1 << 20  # below this, starting threads takes longer than it saves
_LUA_MESSAGE: Final = lazy_pattern(r":(?P<line>\d+): (?P<text>.*)", re.DOTALL)
_MAX_MESSAGE_CHARACTERS: Final = 200
_NAME_SEPARATORS: Final = lazy_pattern(r"[./\\]+")
_NEWER_TOKENS: Final = ("/", "<", "&", "|", "~", ">")
# Lua in these folders is for developers: unless a loaded file requires it, no player runs it.
_DEVELOPMENT_FOLDERS: Final = words("test tests testing spec specs mocks docs examples tools")


def broken_lua(lua: LuaTree) -> Iterator[Problem]:
    """Report files that do not compile, among those that the game is sure to load."""
    return _syntax_errors(lua, loaded=True)


def broken_lua_elsewhere(lua: LuaTree) -> Iterator[Problem]:
    """Report files that do not compile, among those that may never be loaded."""
    return _syntax_errors(lua, loaded=False)


def _syntax_errors(lua: LuaTree, *, loaded: bool) -> Iterator[Problem]:
    paths = [path for path in lua.files if (path in lua.loaded) is loaded]
    messages = compile_all([lua.files[path].data for path in paths])
    for path, message in zip(paths, messages, strict=True):
        if not message or _is_reported_as_text(lua, path):
            continue
        foreign = _foreign_content(lua.files[path].data, path)
        if foreign:
            yield foreign
            continue
        line, text = 0, message
        match = _LUA_MESSAGE.search(message)
        if match:
            line, text = int(match["line"]), match["text"]
        hint = "Correct the code at this line."
        if any(f"near '{token}'" in text for token in _NEWER_TOKENS):
            hint = "The game runs Lua 5.2: it has no `//`, no bit operators and no `<const>`."
        yield Problem(f"not valid Lua: {text[:_MAX_MESSAGE_CHARACTERS]}", path, line, hint=hint)


def _is_reported_as_text(lua: LuaTree, path: str) -> bool:
    """Return whether a file is UTF-16, which `text-encoding` reports for the games that refuse it."""
    return lua.files[path].data.startswith(UTF16_BOMS) and is_since_2_0(lua.searched.game)


def _foreign_content(data: bytes, path: str) -> Problem | None:
    """Return the cause of many syntax errors: a conflict of git, or a web page saved as the file."""
    text = data.decode(errors="replace")
    conflict = read_conflict(text)
    if conflict:
        message = "conflict marks of git are in the file"
        return Problem(message, path, conflict.line, 1, CONFLICT_HINT)
    if is_web_page(text):
        return Problem("the file is a web page, not Lua", path, 1, 1, WEB_PAGE_HINT)
    return None


def compile_all(sources: Sequence[bytes]) -> list[str]:
    """Compile chunks without running them; return the error message of each, `""` for a valid one.

    A chunk that needs more memory than _MAX_COMPILER_BYTES counts as valid: it was not judged.
    """
    if sum(map(len, sources)) < _MIN_BYTES_FOR_THREADS:
        return _compile(sources)
    # Not the library's pool of threads: to import it takes as long as a quarter of this. lupa releases
    # Python's lock while Lua compiles.
    second: list[str] = []
    thread = Thread(target=lambda: second.extend(_compile(sources[1::2])))
    thread.start()
    messages = [""] * len(sources)
    messages[::2] = _compile(sources[::2])
    thread.join()
    messages[1::2] = second
    return messages


def _compile(sources: Sequence[bytes]) -> list[str]:
    if not sources:
        return []
    from lupa.lua52 import LuaRuntime  # noqa: PLC0415 start-up: only where there is Lua

    # Lua code must reach nothing of Python, even if a defect of Lua let it run.
    runtime = LuaRuntime(
        encoding=None,
        unpack_returned_tuples=True,
        register_eval=False,
        register_builtins=False,
        max_memory=_MAX_COMPILER_BYTES,
    )
    load = runtime.globals()[b"load"]
    return [_error_message(load, source) for source in sources]


def _error_message(load: Any, source: bytes) -> str:
    from lupa.lua52 import LuaError  # noqa: PLC0415 start-up: only where there is Lua

    source = source.removeprefix(UTF8_BOM)  # the game skips it, Lua's `load` does not
    if source.startswith(b"#"):  # Lua skips such a first line in a file, `load` does not
        source = b"--" + source
    try:
        outcome = load(
            source, b"=", b"t"
        )  # "t": text only, because crafted bytecode can break out of Lua
    except (LuaError, MemoryError):
        return ""
    if not isinstance(outcome, tuple):
        return ""
    message: bytes = outcome[1]
    return message.decode(errors="replace")


def missing_requires(lua: LuaTree, absent: Absent) -> Iterator[Problem]:
    """Report a `require` that is sure to run and finds no file."""
    for one in lua.requires:
        if one.resolution.missing and not one.resolution.case and _surely_runs(one, lua):
            yield from _missing(one, lua, absent)


def requires_in_other_case(lua: LuaTree) -> Iterator[Problem]:
    """Report a `require` that is sure to run and differs from a file in upper and lower case only."""
    for one in lua.requires:
        if one.resolution.case and _surely_runs(one, lua):
            yield _other_case(one, lua)


def doubtful_requires(lua: LuaTree, absent: Absent) -> Iterator[Problem]:
    """Report a `require` that finds no file, where it is not known whether it ever runs."""
    for one in lua.requires:
        if not one.resolution.missing or _surely_runs(one, lua):
            continue
        if one.require.debug or _is_for_development(one, lua) or _is_dead(one.file, lua):
            continue
        if one.resolution.case:
            yield _other_case(one, lua)
        else:
            yield from _missing(one, lua, absent)


def _surely_runs(one: ResolvedRequire, lua: LuaTree) -> bool:
    return one.require.certain and one.file in lua.loaded


def _is_dead(file: str, lua: LuaTree) -> bool:
    """Return whether the mod loads nothing from the folder of a file."""
    folder = file.rpartition("/")[0]
    return bool(folder) and not any(path.rpartition("/")[0] == folder for path in lua.reachable)


def _is_for_development(one: ResolvedRequire, lua: LuaTree) -> bool:
    """Return whether the file is part of tests, documentation or tools that players never run."""
    if one.file in lua.loaded:
        return False
    return not _DEVELOPMENT_FOLDERS.isdisjoint(one.file.lower().split("/"))


def _missing(one: ResolvedRequire, lua: LuaTree, absent: Absent) -> Iterator[Problem]:
    target = one.require.target
    meant = paths_meant(target, one.file)
    if absent.is_reported(meant):
        return
    reason, left_out_hint = absent.left_out(meant)
    if reason:
        message = f"require {quoted(target)} finds a file that is not packaged: {reason}"
        yield _problem(one, lua, message, left_out_hint)
        return
    hint = "Add the file, or correct the path."
    if ".." in target:
        hint = "Write the path from the mod's root: `..` is not allowed in it."
    else:
        near = suggest(target, lualib(lua.searched.game))
        if one.resolution.library:
            hint = f"Write it without this file: {history(one.resolution.library)}."
        elif near:
            hint = f"Did you mean {quoted(near)}?"
    yield _problem(one, lua, f"require {quoted(target)} finds no file in the package", hint)


def _other_case(one: ResolvedRequire, lua: LuaTree) -> Problem:
    existing = one.resolution.case
    written = _NAME_SEPARATORS.split(one.require.target)
    there = existing.removesuffix(".lua").split("/")[-len(written) :]
    differing = difference("/".join(written[-len(there) :]), "/".join(there))
    message = f"require {quoted(one.require.target)} differs in {differing} from {existing}"
    hint = "Write it as the file is named: in a zip and on Linux these are two different files."
    return _problem(one, lua, message, hint)


def _problem(one: ResolvedRequire, lua: LuaTree, message: str, hint: str) -> Problem:
    return Problem(message, one.file, *lua.place(one.file, one.require.offset), hint)
