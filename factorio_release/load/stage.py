"""Runs the settings and data stages in a child process; the only place where the Lua of mods is run."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from factorio_release.disk.system_folder import environment_of_system
from factorio_release.limits import (
    MAX_LOAD_LOG_CHARACTERS,
    MAX_LOAD_LOG_LINES,
    MAX_LOAD_LUA_BYTES,
    MAX_LOAD_PROCESS_BYTES,
    MAX_LOAD_RESULT_BYTES,
    MAX_LOAD_SECONDS,
)
from factorio_release.load.game_data import game_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.load.game_data import GameData

# A process that waits for nothing ends by its own bound; this is for a system that has none.
_WALL_FACTOR: Final = 10
_MIN_WALL_SECONDS: Final = 60  # a busy machine gives a second of processor time late
# SIGXCPU and SIGKILL, with which a system ends a process over its time; macOS has the same numbers.
_KILLED_FOR_TIME: Final = (-24, -9)


class LoadedMod(NamedTuple):
    """A mod of a load: `lua` has its Lua files by path; `flags` the feature flags that it asks for."""

    name: str
    version: str
    lua: Mapping[str, bytes]
    flags: tuple[str, ...] = ()
    built_in: bool = False


class StageLimits(NamedTuple):
    """What one load may take: seconds of processor time, and bytes of memory for its Lua."""

    cpu_seconds: int = MAX_LOAD_SECONDS
    lua_bytes: int = MAX_LOAD_LUA_BYTES

    @property
    def process_bytes(self) -> int:
        """The address space of the process around the Lua."""
        return MAX_LOAD_PROCESS_BYTES + self.lua_bytes - MAX_LOAD_LUA_BYTES


DEFAULT_LIMITS: Final = StageLimits()


class StageRequest(NamedTuple):
    """What is loaded: the mods in load order with `core` first, the game's version, and its defines.

    With `names_only` the prototypes of the result are empty: half the time, where only names are compared.
    """

    mods: tuple[LoadedMod, ...]
    version: str
    defines: Mapping[str, Any]
    limits: StageLimits = DEFAULT_LIMITS
    names_only: bool = False


class Frame(NamedTuple):
    """A place in the call stack, the innermost first."""

    mod: str
    file: str
    line: int


class StageError(NamedTuple):
    """An error that ended the load: in which stage file of which mod, and where Lua was then.

    `out_of_time` says that the load had used up its time by then.
    """

    message: str
    mod: str
    stage: str
    file: str
    frames: tuple[Frame, ...] = ()
    out_of_time: bool = False


class StageOutcome(NamedTuple):
    """How a load ended: with `data`, with an `error`, or `stopped` for a reason that is a sentence.

    `not_judged` says what was used before that only the game has; an error after it may be ours.
    """

    data: GameData | None = None
    error: StageError | None = None
    stopped: str = ""
    not_judged: str = ""
    log: tuple[str, ...] = ()


FEATURE_FLAGS: Final = (
    "quality",
    "rail_bridges",
    "space_travel",
    "spoiling",
    "freezing",
    "segmented_units",
    "expansion_shaders",
)


def run_stages(request: StageRequest) -> StageOutcome:
    """Load the mods and return how it ended; whatever their Lua does, this returns."""
    code, output = _run_child(_written(request), request.limits.cpu_seconds)
    try:
        result = json.loads(output.decode(errors="replace")) if output else {}
    except (ValueError, RecursionError):
        result = {}
    if not isinstance(result, dict):
        result = {}
    return _outcome(result, code, request)


def _written(request: StageRequest) -> bytes:
    asked = {flag for mod in request.mods for flag in mod.flags}
    given = {
        "mods": [mod.name for mod in request.mods],
        "version": request.version,
        "built_in": {mod.name: True for mod in request.mods if mod.built_in},
        "versions": {mod.name: mod.version for mod in request.mods if mod.version},
        "flags": {flag: flag in asked for flag in FEATURE_FLAGS},
        "defines": request.defines,
        "max_log_lines": MAX_LOAD_LOG_LINES,
        "max_log_characters": MAX_LOAD_LOG_CHARACTERS,
        "max_result_bytes": MAX_LOAD_RESULT_BYTES,
        "max_seconds": request.limits.cpu_seconds,
        "names_only": request.names_only,
    }
    files = [(mod.name, path, data) for mod in request.mods for path, data in mod.lua.items()]
    limits = {
        "cpu_seconds": request.limits.cpu_seconds
        + 1,  # Lua stops itself before, and then knows the line
        "lua_bytes": request.limits.lua_bytes,
        "process_bytes": request.limits.process_bytes,
    }
    header = {
        "given": given,
        "limits": limits,
        "files": [(mod, path, len(data)) for mod, path, data in files],
    }
    return b"".join([json.dumps(header).encode(), b"\n", *(data for _, _, data in files)])


def _outcome(result: Mapping[str, Any], code: int, request: StageRequest) -> StageOutcome:
    log = tuple(str(line) for line in result.get("log") or ())
    not_judged = str(result.get("not_judged") or "")
    if isinstance(result.get("prototypes"), dict):
        data = game_data(
            result["prototypes"],
            result.get("settings"),
            _both(result, "added_by"),
            _both(result, "added_at"),
            result.get("ran"),
            added_through=_both(result, "added_through"),
        )
        return StageOutcome(data, None, "", not_judged, log)
    error = result.get("error")
    if isinstance(error, dict):
        return StageOutcome(None, _error(error), "", not_judged, log)
    if result.get("stopped") == "memory":
        reason = f"it needs more than {request.limits.lua_bytes >> 20} MiB of memory"
    elif result.get("stopped") == "lua":
        reason = f"the finished data cannot be read: {result.get('message')}"
    elif code in _KILLED_FOR_TIME:
        reason = f"it did not end within {request.limits.cpu_seconds} seconds of processor time"
    else:
        reason = f"the process that loads it ended with {code} and without a result"
    return StageOutcome(stopped=reason, log=log)


def _both(result: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return what is known of prototypes and of settings; no type is one of both."""
    parts = [result.get(name) for name in (key, f"settings_{key}")]
    return {kind: one for part in parts if isinstance(part, dict) for kind, one in part.items()}


def _error(error: Mapping[str, Any]) -> StageError:
    frames = tuple(
        Frame(str(one["mod"]), str(one["file"]), int(one["line"]))
        for one in error.get("frames") or ()
    )
    return StageError(
        str(error.get("message", "")),
        str(error.get("mod", "")),
        str(error.get("stage", "")),
        str(error.get("file", "")),
        frames,
        error.get("out_of_time") is True,
    )


def _run_child(question: bytes, cpu_seconds: int) -> tuple[int, bytes]:
    """Return the exit code and the output, empty where it is larger than a result can be."""
    with subprocess.Popen(
        # -I: nothing of the working directory, which may be a checkout, is imported.
        [sys.executable, "-I", "-m", "factorio_release.load.stage_child"],
        # Else empty: no key and no token is in the process that runs the Lua of others.
        env=environment_of_system(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        writer = threading.Thread(target=_write_and_close, args=(stdin, question), daemon=True)
        wall_seconds = max(cpu_seconds * _WALL_FACTOR, _MIN_WALL_SECONDS)
        timer = threading.Timer(wall_seconds, process.kill)
        timer.daemon = True
        try:
            writer.start()
            timer.start()
            output = stdout.read(2 * MAX_LOAD_RESULT_BYTES + 1)
            if len(output) > 2 * MAX_LOAD_RESULT_BYTES:
                process.kill()
                output = b""
            process.wait()
            writer.join()
        finally:
            timer.cancel()
            process.kill()
    return process.returncode, output


def _write_and_close(stdin: IO[bytes], question: bytes) -> None:
    with suppress(OSError), stdin:  # the child may end before it has read everything
        stdin.write(question)
