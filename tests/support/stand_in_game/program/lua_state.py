"""A Lua state of the stand-in: files of mods as chunks, `require`, `log`, `print`, the table functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import lupa.lua52 as lupa

from .log import print_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from .log import Log
    from .mods import GameMod

_PRELUDE: Final = """
local read, write_log, write_out = ...
io, os, dofile, loadfile, python = nil, nil, nil, nil, nil
local getinfo, load = debug.getinfo, load
local function source(level)
  local info = getinfo(level + 1, "Sl")
  return info.source, info.currentline
end
function log(text)
  local place, line = source(2)
  write_log(place .. ":" .. line .. ": " .. tostring(text))
end
function print(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  write_out(table.concat(parts, "\\t"))
end
localised_print = print
unpack, math.pow = table.unpack, function(a, b) return a ^ b end
function table_size(list) local n = 0 for _ in next, list do n = n + 1 end return n end
local loaded = {}
package = { loaded = loaded }
function require(name)
  local place = source(2)
  local text, path = read(name, place)
  if not text then
    error("module " .. name .. " not found;  no file '" .. path .. "'", 2)
  end
  if loaded[path] == nil then
    local chunk, problem = load(text, "@" .. path, "t")
    if not chunk then error(problem, 0) end
    local result = chunk(name)
    loaded[path] = result == nil and true or result
  end
  return loaded[path]
end
local function trace(problem)
  return { tostring(problem), debug.traceback("", 2) }
end
function stand_in_run(text, path)
  for name in pairs(loaded) do loaded[name] = nil end
  local chunk, problem = load(text, "@" .. path, "t")
  if not chunk then return { problem, "" } end
  local done, failed = xpcall(chunk, trace)
  if not done then return failed end
end
function stand_in_call(action, argument)
  local done, failed = xpcall(function() action(argument) end, trace)
  if not done then return failed end
end
local hidden = { run = stand_in_run, call = stand_in_call, getinfo = getinfo }
stand_in_run, stand_in_call = nil, nil
debug = { getinfo = getinfo, traceback = debug.traceback }
return hidden
"""


class LuaError(Exception):
    """What a mod's Lua ended with: the message and its traceback."""

    def __init__(self, message: str, traceback: str) -> None:
        super().__init__(message)
        self.traceback = "stack traceback:" + traceback.partition("stack traceback:")[2]


class LuaState:
    """One state; `mod` is whose file runs."""

    def __init__(self, mods: list[GameMod], log: Log) -> None:
        self.mods = {mod.name: mod for mod in mods}
        self.mod = mods[0]
        self.runtime = lupa.LuaRuntime(unpack_returned_tuples=True, encoding="utf-8")
        hidden = self.runtime.execute(
            _PRELUDE, self._read, lambda text: log.line(f"Script {text}"), print_line
        )
        self._run, self._call = hidden.run, hidden.call

    def define(self, **values: Any) -> None:
        """Set globals; dicts and lists become tables."""
        for name, value in values.items():
            self.runtime.globals()[name] = self._table(value)

    def execute(self, text: str) -> Any:
        return self.runtime.execute(text)

    def run_file(self, mod: GameMod, file: str) -> None:
        """Run a file of a mod from its top, with nothing that was required before."""
        self.mod = mod
        text = mod.text(file)
        assert text is not None, file
        self._end(self._run(text, f"__{mod.name}__/{file}"))

    def call(self, action: Callable[..., Any], argument: Any = None) -> None:
        self._end(self._call(action, argument))

    def _end(self, failed: Any) -> None:
        if failed is not None:
            raise LuaError(failed[1], failed[2])

    def _read(self, name: str, asking: str) -> tuple[str | None, str]:
        """Find what `require` names: in its mod, beside who asks, at the mod's top, in core's lualib."""
        path = name.removesuffix(".lua")
        if "/" not in path:
            path = path.replace(".", "/")
        path += ".lua"
        owner, _, beside = asking.removeprefix("@__").partition("__/")
        folder = beside.rpartition("/")[0]
        places: list[tuple[str, str]]
        if path.startswith("__") and "__/" in path:
            named, _, inside = path[2:].partition("__/")
            places = [(named, inside)]
        else:
            places = [(owner, f"{folder}/{path}".lstrip("/")), (owner, path)]
            places += [(self.mod.name, path), ("core", f"lualib/{path}")]
        for mod_name, inside in places:
            mod = self.mods.get(mod_name)
            text = mod.text(inside) if mod and ".." not in inside else None
            if text is not None:
                return text, f"__{mod_name}__/{inside}"
        return None, "__{}__/{}".format(*places[0])

    def _table(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.runtime.table_from({key: self._table(one) for key, one in value.items()})
        if isinstance(value, list):
            return self.runtime.table_from([self._table(one) for one in value])
        return value

    def to_table(self, value: Any) -> Any:
        return self._table(value)


def plain(value: Any) -> Any:
    """Return a Lua value as JSON has it: a table with the keys 1 to n is a list, an empty one an object."""
    if lupa.lua_type(value) == "table":
        keys = list(value)
        if keys and keys == list(range(1, len(keys) + 1)):
            return [plain(value[key]) for key in keys]
        return {str(key): plain(value[key]) for key in keys}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if lupa.lua_type(value) is not None:
        return f"<{lupa.lua_type(value)}>"
    return value


def to_json(value: Any) -> str:
    return json.dumps(plain(value), separators=(",", ":"))
