"""The control stage of the stand-in: `control.lua` of each mod, a save, and ticks."""

from __future__ import annotations

import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from .lua_state import LuaError, LuaState, plain, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from .log import Log
    from .mods import GameMod

_CONTROL: Final = """
local to_json, to_table, register, registered = ...
local events, nth = {}, {}
local once = {}
script = { mod_name = "" }
function script.on_init(action) once.on_init = action end
function script.on_load(action) once.on_load = action end
function script.on_configuration_changed(action) once.on_configuration_changed = action end
function script.on_nth_tick(ticks, action) nth[ticks] = action end
function script.on_event(event, action)
  for _, one in ipairs(type(event) == "table" and event or { event }) do events[one] = action end
end
storage = {}
game = setmetatable({ tick = 0 }, { __index = function(_, key)
  error("LuaGameScript doesn't contain key " .. tostring(key) .. ".", 2)
end })
game.print = function() end
helpers = { stage = "runtime", table_to_json = to_json, json_to_table = to_table }
commands = { add_command = function() end }
remote = {
  add_interface = register,
  call = function(name) error("Unknown interface: " .. name, 2) end,
  interfaces = setmetatable({}, { __index = function(_, name) return registered(name) end }),
}
defines = { events = setmetatable({}, { __index = function(_, name) return name end }) }
return {
  once = function(name) return once[name] end,
  tick = function(number)
    rawset(game, "tick", number)
    if events.on_tick then events.on_tick({ tick = number, name = "on_tick" }) end
    for ticks, action in pairs(nth) do
      if number % ticks == 0 then action({ tick = number, nth_tick = ticks }) end
    end
  end,
}
"""


class ControlError(Exception):
    """A mod's script failed while the game ran."""

    def __init__(self, mod: GameMod, event: str, error: LuaError) -> None:
        super().__init__(
            f"The mod {mod.title} ({mod.version}) caused a non-recoverable error.\n"
            "Please report this error to the mod author.\n\n"
            f"Error while running event {mod.name}::{event}\n{error}\n{error.traceback}"
        )


class Scripts:
    """The control states of all mods that have one: each mod has a state of its own."""

    def __init__(self, mods: list[GameMod], startup: dict[str, Any], log: Log) -> None:
        self._mods = [mod for mod in mods if mod.text("control.lua") is not None]
        self.all_mods = mods
        self._startup = startup
        self._log = log
        self._states: dict[str, tuple[LuaState, Any]] = {}
        self._interfaces: set[str] = set()

    def load(self) -> None:
        """Run each `control.lua`; raise ControlError."""
        self._log.line(f"Checksum for script __level__/control.lua: {_checksum('level')}")
        for mod in self._mods:
            state = LuaState(self.all_mods, self._log)
            hooks = state.execute(f"return function(...) {_CONTROL} end")(
                to_json,
                lambda text, state=state: state.to_table(json.loads(text)),
                lambda name, _: self._interfaces.add(name),
                lambda name: name in self._interfaces or None,
            )
            versions = {
                other.name: other.version for other in self.all_mods if other.name != "core"
            }
            state.define(settings={"startup": self._startup, "global": {}})
            state.runtime.globals().script.active_mods = state.to_table(versions)
            state.runtime.globals().script.mod_name = mod.name
            self._states[mod.name] = state, hooks
            text = mod.text("control.lua") or ""
            self._log.line(f"Checksum for script __{mod.name}__/control.lua: {_checksum(text)}")
            self._guard(
                mod, "control.lua", lambda state=state, mod=mod: state.run_file(mod, "control.lua")
            )

    def start(self, event: str) -> None:
        """Run `on_init` or `on_load` of each mod."""
        for mod in self._mods:
            state, hooks = self._states[mod.name]
            if action := hooks.once(event):
                self._guard(
                    mod, f"{event}()", lambda state=state, action=action: state.call(action)
                )

    def tick(self, number: int) -> None:
        for mod in self._mods:
            state, hooks = self._states[mod.name]
            self._guard(
                mod,
                "on_tick (ID 0)",
                lambda state=state, hooks=hooks: state.call(hooks.tick, number),
            )

    def storage(self) -> dict[str, Any]:
        return {
            name: plain(state.runtime.globals().storage)
            for name, (state, _) in self._states.items()
        }

    def restore(self, stored: dict[str, Any]) -> None:
        for name, (state, _) in self._states.items():
            state.define(storage=stored.get(name) or {})

    @staticmethod
    def _guard(mod: GameMod, event: str, action: Any) -> None:
        try:
            action()
        except LuaError as error:
            raise ControlError(mod, event, error) from None


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode())


def write_save(file: Path, mods: list[GameMod], stored: dict[str, Any]) -> None:
    """Write a save as the game does: a zip with one folder."""
    top = file.stem
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = {mod.name: mod.version for mod in mods}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as save:
        save.writestr(f"{top}/level.dat0", bytes(range(256)) * 16)
        save.writestr(f"{top}/level-init.dat", json.dumps({"mods": listed}))
        save.writestr(f"{top}/script.dat", json.dumps(stored))
        save.writestr(f"{top}/control.lua", 'require("__base__/script/freeplay/control.lua")')


def read_save(file: Path) -> dict[str, Any]:
    """Return what the scripts stored; raise OSError or BadZipFile."""
    with zipfile.ZipFile(file) as save:
        tops = {name.partition("/")[0] for name in save.namelist()}
        stored: dict[str, Any] = json.loads(save.read(f"{min(tops)}/script.dat"))
        return stored
