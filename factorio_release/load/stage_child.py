"""The child process of a load: `python -I -m factorio_release.load.stage_child`.

Standard input has one line of JSON, then the bytes of all Lua files in its order; standard output gets one
value of JSON. Before the first file of a mod runs, the process gives up files, sockets, children, and more
memory or processor time than the line allows. Windows has no such limits: there only Lua's own hold.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from factorio_release.disk.bounded_file import read_file
from factorio_release.limits import MAX_TEXT_BYTES


def main() -> None:
    """Run the stages of one request and write their result."""
    stream = sys.stdin.buffer
    header = json.loads(stream.readline())
    sources: dict[str, dict[str, bytes]] = {mod: {} for mod in header["given"]["mods"]}
    for mod, path, size in header["files"]:
        sources[mod][path] = stream.read(size)
    code = read_file(Path(__file__).with_name("stage.lua"), MAX_TEXT_BYTES)
    from lupa.lua52 import LuaError, LuaRuntime  # noqa: PLC0415 after the input, which is read without it

    _give_up_rights(header["limits"])
    try:
        # Neither Python's functions nor its objects are in the state: `stage.lua` gets text and numbers.
        lua = LuaRuntime(
            encoding=None,
            unpack_returned_tuples=True,
            register_eval=False,
            register_builtins=False,
            max_memory=header["limits"]["lua_bytes"],
        )
        given = _table(lua, header["given"])
        given[b"sources"] = _table(lua, sources)
        run = lua.globals()[b"load"](code, b"=stage", b"t")
        result = run(given)
    except MemoryError:
        result = b'{"stopped": "memory"}'
    except LuaError as error:
        # The first line: the others are the stack of `stage.lua`, and a mod's error may be any object.
        message = str(error).partition("\nstack traceback:")[0][:500] or "a mod stopped it"
        result = json.dumps({"stopped": "lua", "message": message}).encode()
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()


def _table(lua: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return lua.table_from({key.encode(): _table(lua, one) for key, one in value.items()})
    if isinstance(value, list):
        return lua.table_from([_table(lua, one) for one in value])
    return value.encode() if isinstance(value, str) else value


def _give_up_rights(limits: dict[str, int]) -> None:
    if sys.platform != "win32":  # has no such limits, and no module for them
        import resource  # noqa: PLC0415 not on Windows

        bounds = {
            resource.RLIMIT_CPU: limits["cpu_seconds"],
            resource.RLIMIT_AS: limits["process_bytes"],
            resource.RLIMIT_NOFILE: 3,  # the three streams: no file and no socket can be opened
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NPROC: 0,
        }
        for kind, bound in bounds.items():
            _, hard = resource.getrlimit(kind)
            lowest = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            # macOS refuses some of these. What Lua may not do at all does not depend on them.
            with suppress(ValueError, OSError):
                resource.setrlimit(kind, (lowest, lowest))


if __name__ == "__main__":
    main()
