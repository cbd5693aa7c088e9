"""A miniature game, written for the tests: core, base, two expansions, and an API document that fits them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any, Final

from factorio_release.load.api import PrototypeApi
from factorio_release.load.game_files import read_game_files
from factorio_release.load.stage import LoadedMod

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERSION: Final = "2.0.90"
_LOADER: Final = """
data = { raw = {}, is_demo = false }
function data.extend(self, list)
  for _, one in ipairs(list or self) do
    if type(one.type) ~= "string" or type(one.name) ~= "string" then
      error("a prototype without type or name: " .. serpent.block(one))
    end
    data.raw[one.type] = data.raw[one.type] or {}
    data.raw[one.type][one.name] = one
  end
end
"""
_UTIL: Final = """
local util = {}
function util.sprite_load(path, sprite)
  local found = require(path)
  sprite.width, sprite.height = found.width, found.height
  return sprite
end
function util.first(list) return list[1].name end
return util
"""
_BASE: Final = """
require("util")
data:extend({
  { type = "item-group", name = "logistics" },
  { type = "item-subgroup", name = "intermediate", group = "logistics" },
  {
    type = "item", name = "iron-plate", icon = "__base__/graphics/iron-plate.png", stack_size = 100,
    subgroup = "intermediate",
  },
  { type = "item", name = "gear", icon = "__base__/graphics/gear.png", stack_size = 50 },
  { type = "lamp", name = "small-lamp", energy_usage = "5kW", minable = { result = "small-lamp" } },
  { type = "item", name = "small-lamp", place_result = "small-lamp", stack_size = 50 },
  { type = "fluid", name = "water" },
  {
    type = "recipe", name = "gear",
    ingredients = { { type = "item", name = "iron-plate", amount = 2 } },
    results = { { type = "item", name = "gear", amount = 1 } },
  },
  { type = "direction-sign", name = "sign", direction = defines.direction.south },
})
"""
_QUALITY: Final = """
data:extend({ { type = "item", name = "recycled-plate", stack_size = 1 } })
"""
_SPACE: Final = """
data:extend({
  { type = "item", name = "tungsten-plate", stack_size = 50 },
  { type = "planet-kind", name = "vulcanus" },
})
"""
FILES: Final = {
    "core/info.json": json.dumps({"name": "core", "dependencies": []}),
    "core/lualib/dataloader.lua": _LOADER,
    "core/lualib/util.lua": _UTIL,
    "base/info.json": json.dumps({"name": "base", "version": VERSION, "dependencies": []}),
    "base/data.lua": _BASE,
    "quality/info.json": json.dumps(
        {"name": "quality", "version": VERSION, "dependencies": ["base"], "quality_required": True}
    ),
    "quality/data.lua": _QUALITY,
    "space-age/info.json": json.dumps(
        {"name": "space-age", "version": VERSION, "dependencies": ["base", "quality"]}
    ),
    "space-age/data.lua": _SPACE,
}


def archive(files: Mapping[str, str] = FILES, version: str = VERSION) -> bytes:
    """Return the archive of a version, as the home of the public data serves it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, text in files.items():
            data = text.replace(VERSION, version).encode()
            member = tarfile.TarInfo(f"factorio-data-{version}/{path}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return gzip.compress(packed.getvalue())


def _complex(form: str, **more: Any) -> dict[str, Any]:
    return {"complex_type": form, **more}


def _named(name: str, kind: Any, description: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": description, **more}


def _struct(name: str, *properties: dict[str, Any]) -> dict[str, Any]:
    return _named(name, _complex("struct"), properties=list(properties))


def _ingredient(kind: str, id_type: str) -> dict[str, Any]:
    return _struct(
        f"{kind.title()}Ingredient",
        _named("type", _complex("literal", value=kind)),
        _named("name", id_type),
        _named("amount", "double"),
    )


def _class(name: str, typename: str, *properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "typename": typename,
        "parent": "Prototype",
        "properties": list(properties),
    }


_ICON: Final = _named(
    "icon", "FileName", "Only loaded, and mandatory if `icons` is not defined.", optional=True
)
API: Final = {
    "application": "factorio",
    "application_version": VERSION,
    "stage": "prototype",
    "defines": [
        {
            "name": "direction",
            "values": [{"name": "north", "order": 0}, {"name": "south", "order": 8}],
        }
    ],
    "types": [
        _named("string", _complex("builtin")),
        _named("double", _complex("builtin")),
        _named("uint32", _complex("builtin")),
        _named("FileName", "string"),
        _named(
            "ItemSubGroupID", "string", "The name of an [ItemSubGroup](prototype:ItemSubGroup)."
        ),
        _named(
            "EntityID", "string", "The name of an [EntityPrototype](prototype:EntityPrototype)."
        ),
        _named("ItemID", "string", "The name of an [ItemPrototype](prototype:ItemPrototype)."),
        _named("FluidID", "string", "The name of a [FluidPrototype](prototype:FluidPrototype)."),
        _named("RecipeID", "string", "The name of a [RecipePrototype](prototype:RecipePrototype)."),
        _ingredient("item", "ItemID"),
        _ingredient("fluid", "FluidID"),
        _named("Ingredient", _complex("union", options=["ItemIngredient", "FluidIngredient"])),
        _struct(
            "UnlockRecipe",
            _named("type", _complex("literal", value="unlock-recipe")),
            _named("recipe", "RecipeID"),
        ),
        _struct(
            "NoEffect",
            _named("type", _complex("literal", value="nothing")),
        ),
        _named("Effect", _complex("union", options=["UnlockRecipe", "NoEffect"])),
        _struct("IconData", _named("icon", "FileName"), _named("tint", "string", optional=True)),
        _struct(
            "Sound",
            _named("filename", "FileName", optional=True),
            _named("variations", _complex("array", value="Sound"), optional=True),
        ),
        _struct(
            "Animation",
            _named("filename", "FileName", optional=True),
            _named("layers", _complex("array", value="Animation"), optional=True),
            _named("frame_count", "double", optional=True),
        ),
        _struct(
            "RotatedAnimation",
            _named("filename", "FileName", optional=True),
            _named("direction_count", "double", optional=True),
        ),
        _struct(
            "RotatedSprite",
            _named("filename", "FileName", optional=True),
            _named("direction_count", "double", optional=True),
        ),
        _named("AnySprite", _complex("union", options=["Sprite", "Animation"])),
        _struct(
            "Sprite",
            _named("filename", "FileName", optional=True),
            _named("layers", _complex("array", value="Sprite"), optional=True),
        ),
    ],
    "prototypes": [
        {"name": "Prototype", "properties": [_named("hidden", "bool", optional=True)]},
        _class(
            "ItemPrototype",
            "item",
            _ICON,
            _named("icons", _complex("array", value="IconData"), optional=True),
            _named("picture", "Sprite", optional=True),
            _named("stack_size", "uint32", optional=True),
            _named("burnt_result", "ItemID", optional=True),
            _named("place_result", "EntityID", optional=True),
            _named("subgroup", "ItemSubGroupID", optional=True),
            _named("pick_sound", "Sound", optional=True),
            _named("any_picture", "AnySprite", optional=True),
        ),
        _class("ItemSubGroup", "item-subgroup"),
        _class(
            "EntityPrototype",
            "",
            _ICON,
            _named("idle", "Animation", optional=True),
            _named("moving", "RotatedAnimation", optional=True),
            _named("turned", "RotatedSprite", optional=True),
        ),
        {
            **_class("LampPrototype", "lamp", _named("energy_usage", "string")),
            "parent": "EntityPrototype",
        },
        {**_class("CorpsePrototype", "corpse"), "parent": "EntityPrototype"},
        {**_class("ToolPrototype", "tool"), "parent": "ItemPrototype"},
        _class("FluidPrototype", "fluid"),
        _class(
            "RecipePrototype",
            "recipe",
            _named("ingredients", _complex("array", value="Ingredient"), optional=True),
            _named("results", _complex("array", value="Ingredient"), optional=True),
        ),
        _class(
            "TechnologyPrototype",
            "technology",
            _named(
                "unlocks", _complex("dictionary", key="RecipeID", value="double"), optional=True
            ),
            _named("effects", _complex("array", value="Effect"), optional=True),
            _named("prize", "ItemID", "Only loaded if `unlocks` is not empty.", optional=True),
        ),
    ],
}


def api_document() -> bytes:
    """Return the API document."""
    return json.dumps(API).encode()


def api() -> PrototypeApi:
    """Return the API as the program reads it."""
    return PrototypeApi(api_document())


def fill_cache(cache: Path, version: str = VERSION) -> Path:
    """Put the game into a cache folder, as an earlier run leaves it; return the folder of its files."""
    folder = cache / "factorio-release" / "game"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"factorio-data-{version}.tar.gz").write_bytes(archive(version=version))
    (folder / f"prototype-api-{version}.json").write_bytes(api_document())
    return folder


def built_in_mods(*names: str) -> tuple[LoadedMod, ...]:
    """Return core, base and the named expansions, ready to be loaded."""
    mods = read_game_files(archive(), VERSION)
    return tuple(
        LoadedMod(name, "" if name == "core" else VERSION, mods[name].lua, (), built_in=True)
        for name in ("core", "base", *names)
    )
