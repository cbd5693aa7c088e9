"""The settings and the data stage of the stand-in, and what it refuses in the prototypes that come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .lua_state import LuaError, LuaState, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .log import Log
    from .mods import GameMod

SETTINGS_FILES: Final = ("settings.lua", "settings-updates.lua", "settings-final-fixes.lua")
DATA_FILES: Final = ("data.lua", "data-updates.lua", "data-final-fixes.lua")
ITEM_TYPES: Final = ("item", "tool", "ammo", "capsule", "gun", "armor", "module")
FAILED_TO_LOAD: Final = ("ModManager.cpp", 1764)
BAD_PROTOTYPE: Final = ("PrototypeLoader.cpp", 97)
_DATA: Final = """
local owner = ...
data = { raw = setmetatable({}, { __index = function(all, kind)
  local one = {}
  rawset(all, kind, one)
  return one
end }), is_demo = false }
function data.extend(self, list)
  for _, one in ipairs(list or self) do
    if type(one.type) ~= "string" then error("Missing type in a prototype definition", 2) end
    if type(one.name) ~= "string" then error("Missing name for prototype of type " .. one.type, 2) end
    data.raw[one.type][one.name] = one
    owner(one.type, one.name)
  end
end
defines = setmetatable({}, { __index = function(_, group)
  return setmetatable({}, { __index = function(_, name) return group .. "." .. name end })
end })
"""


class LoadError(Exception):
    """The game stops while it loads: where in its source it says so, and what."""

    def __init__(self, place: tuple[str, int], message: str) -> None:
        super().__init__(message)
        self.place = place


class DataStage:
    """Runs both stages over the chosen mods, in their order."""

    def __init__(self, mods: list[GameMod], game: str, saved: dict[str, Any], log: Log) -> None:
        self._mods = mods
        self._saved = saved
        self._game = game
        self._log = log
        self._owners: dict[tuple[str, str], str] = {}
        self.startup: dict[str, Any] = {}
        self.raw: dict[str, dict[str, Any]] = {}

    def run(self) -> None:
        """Run both; raise LoadError."""
        defined = self._stage(SETTINGS_FILES, "settings", "Loading mod settings", {})
        for name, one in defined.items():
            if name.endswith("-setting"):
                for key, setting in one.items():
                    if setting.get("setting_type") == "startup":
                        value = self._saved.get(key, setting.get("default_value"))
                        self.startup[key] = {"value": value}
        self._owners.clear()
        settings = {"startup": self.startup}
        self.raw = self._stage(DATA_FILES, "prototype", "Loading mod", settings)
        for message in self._refused():
            raise LoadError(BAD_PROTOTYPE, message)

    def _stage(
        self, files: tuple[str, ...], stage: str, verb: str, settings: dict[str, Any]
    ) -> dict[str, dict[str, Any]]:
        state = LuaState(self._mods, self._log)

        def own(kind: str, name: str) -> None:
            self._owners.setdefault((kind, name), state.mod.title)

        load: Callable[..., Any] = state.execute(f"return function(...) {_DATA} end")
        load(own)
        versions = {mod.name: mod.version for mod in self._mods if mod.name != "core"}
        helpers = {"game_version": self._game, "stage": stage}
        state.define(mods=versions, helpers=helpers, feature_flags={})
        if settings:
            state.define(settings=settings)
        for file in files:
            for mod in self._mods:
                if mod.text(file) is None:
                    continue
                self._log.line(f"{verb} {mod.name} {mod.version} ({file})")
                try:
                    state.run_file(mod, file)
                except LuaError as error:
                    message = f'Failed to load mod "{mod.name}": {error}\n{error.traceback}'
                    raise LoadError(FAILED_TO_LOAD, message) from None
        raw: dict[str, dict[str, Any]] = plain(state.runtime.globals().data.raw)
        return {kind: group for kind, group in raw.items() if group}

    def _refused(self) -> Iterator[str]:
        """Yield what the engine says of the first prototypes that it does not take."""
        for kind, group in self.raw.items():
            for name, one in group.items():
                source = f"\n\nSource: {name} ({kind})."
                for wanted, types in _references(kind, one):
                    if not any(wanted in self.raw.get(other, {}) for other in types):
                        yield (
                            f"Error in assignID: {types[0]} with name '{wanted}' does not exist."
                            f"{source}"
                        )
                if kind in {"technology", *ITEM_TYPES} and (path := _lacks_icon(one)):
                    yield (
                        f'Error while loading {kind} prototype "{name}" ({kind}): '
                        f'Key "icon" not found in property tree at ROOT.{kind}.{name}{path}\n'
                        f"Modifications: {self._owners.get((kind, name), 'Base mod')}"
                    )


def _references(kind: str, one: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if kind == "recipe":
        for key in ("ingredients", "results"):
            for part in one.get(key) or []:
                is_fluid = part.get("type") == "fluid"
                yield part["name"], ("fluid",) if is_fluid else ITEM_TYPES
    for effect in one.get("effects") or [] if kind == "technology" else []:
        if effect.get("type") == "unlock-recipe":
            yield effect["recipe"], ("recipe",)
    for wanted in one.get("prerequisites") or [] if kind == "technology" else []:
        yield wanted, ("technology",)


def _lacks_icon(one: dict[str, Any]) -> str | None:
    """Return where the key is missing, as the engine counts from 0."""
    layers = one.get("icons")
    if not layers:
        return "" if "icon" not in one else None
    for number, layer in enumerate(layers):
        if "icon" not in layer:
            return f".icons[{number}]"
    return None
