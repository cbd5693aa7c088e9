"""Lua that the game cannot compile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import UTF8_BOM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.checks.facts.lua_files import LuaTree

_MEMORY: Final = 512 << 20
_WORTH_A_THREAD: Final = 1 << 20
_THREADS: Final = 2
_MESSAGE: Final = re.compile(r":(\d+): (.*)", re.DOTALL)
_LONGEST: Final = 200


def broken_lua(lua: LuaTree) -> Iterator[Problem]:
    """Report what does not compile among the files that the game is sure to load."""
    return _syntax_errors(lua, loaded=True)


def broken_lua_elsewhere(lua: LuaTree) -> Iterator[Problem]:
    """Report what does not compile among the files that may never be loaded."""
    return _syntax_errors(lua, loaded=False)


def _syntax_errors(lua: LuaTree, *, loaded: bool) -> Iterator[Problem]:
    paths = [path for path in lua.files if (path in lua.loaded) is loaded]
    sources = [lua.files[path].data for path in paths]
    for path, message in zip(paths, compile_all(sources), strict=True):
        if message:
            found = _MESSAGE.search(message)
            line, text = (int(found[1]), found[2]) if found else (0, message)
            hint = (
                "The game runs Lua 5.2: no `//`, no bit operators, no `<const>`." if _is_newer(text) else ""
            )
            yield Problem(f"not valid Lua: {text[:_LONGEST]}", path, line, hint=hint)


def _is_newer(text: str) -> bool:
    return any(f"near '{token}'" in text for token in ("/", "<", "&", "|", "~", ">"))


def compile_all(sources: Sequence[bytes]) -> list[str]:
    """Compile chunks without running them; return each one's error message, `""` for a good one.

    What needs more memory than a bound to compile counts as good: it was not judged.
    """
    if sum(map(len, sources)) < _WORTH_A_THREAD:
        return _compile(sources)
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 start-up: only for much Lua

    with ThreadPoolExecutor(_THREADS) as pool:  # lupa lets the other thread run while Lua compiles
        shares = pool.map(_compile, [sources[start::_THREADS] for start in range(_THREADS)])
    messages = [""] * len(sources)
    for start, share in enumerate(shares):
        messages[start::_THREADS] = share
    return messages


def _compile(sources: Sequence[bytes]) -> list[str]:
    if not sources:
        return []
    from lupa.lua52 import LuaRuntime  # noqa: PLC0415 start-up: only where there is Lua

    runtime = LuaRuntime(
        encoding=None,
        unpack_returned_tuples=True,
        register_eval=False,
        register_builtins=False,
        max_memory=_MEMORY,
    )
    load = runtime.globals()[b"load"]
    return [_message(load, source) for source in sources]


def _message(load: Any, source: bytes) -> str:
    from lupa.lua52 import LuaError  # noqa: PLC0415 start-up: only where there is Lua

    source = source.removeprefix(UTF8_BOM)  # the game skips it
    if source.startswith(b"#"):
        source = b"--" + source
    try:
        outcome = load(source, b"=", b"t")
    except (LuaError, MemoryError):
        return ""
    return outcome[1].decode(errors="replace") if isinstance(outcome, tuple) else ""
