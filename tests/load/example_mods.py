"""Five mods of our own, whole: on base, on Space Age, two that belong together, one with an optional mod, one
with a migration. The table of breaks in `test_breaks.py` changes one line of them at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.conftest import png
from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

PICTURE: Final = png(width=64, height=64)
OGG: Final = (
    b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(23) + b"OggS" + bytes(22) + b"\1\1\0"
)


@dataclass
class ExampleMod:
    """A mod: its files by path. `before` are those that its last release, 1.0.0, has otherwise."""

    name: str
    dependencies: list[str]
    files: dict[str, str | bytes]
    before: dict[str, str | bytes] = field(default_factory=dict)

    def write(self, folder: Path, changed: dict[str, str | bytes]) -> Path:
        """Write the mod with some files changed, below a folder."""
        root = folder / self.name
        info: dict[str, Any] = {
            "name": self.name,
            "version": "1.1.0",
            "title": self.name,
            "author": "somebody",
            "factorio_version": "2.0",
            "dependencies": self.dependencies,
        }
        files = {"info.json": json.dumps(info, indent=1), **self.files}
        if self.before:
            _write(root, files | self.before)
            for path in files.keys() - self.before.keys():
                if path.startswith("migrations/"):
                    (root / path).unlink()
            git(root, "init", "--quiet", "--template=")
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--message", "One")
            git(root, "tag", "1.0.0")
        _write(root, files | changed)
        if self.before:
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--message", "Two", "--allow-empty")
        return root


def _write(root: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


LAMPS = ExampleMod(
    "lamps",
    ["base >= 2.0"],
    {
        "settings.lua": """\
data:extend({
  { type = "bool-setting", name = "lamps-bright", setting_type = "startup", default_value = true },
})
""",
        "prototypes/colors.lua": """\
return { "red", "green" }
""",
        "data.lua": """\
local colors = require("prototypes.colors")
local graphics = "__lamps__/graphics/"
data:extend({ { type = "item-subgroup", name = "lamps", group = "logistics" } })
for _, color in pairs(colors) do
  local name = color .. "-lamp"
  data:extend({
    {
      type = "item",
      name = name,
      icon = graphics .. "lamp.png",
      subgroup = "lamps",
      place_result = name,
      pick_sound = { filename = graphics .. "click.ogg" },
      stack_size = 50,
    },
    {
      type = "lamp",
      name = name,
      icon = graphics .. "lamp.png",
      energy_usage = "5kW",
      minable = { mining_time = 0.1, result = name },
      idle = {
        filename = graphics .. "sheet.png",
        width = 32, height = 32, frame_count = 4, line_length = 2,
      },
    },
    {
      type = "recipe",
      name = name,
      ingredients = {
        { type = "item", name = "iron-plate", amount = 2 },
        { type = "fluid", name = "water", amount = 10 },
      },
      results = { { type = "item", name = name, amount = 1 } },
    },
  })
end
data:extend({
  {
    type = "technology",
    name = "lamps",
    effects = {
      { type = "unlock-recipe", recipe = "red-lamp" },
      { type = "nothing" },
    },
  },
  { type = "custom-input", name = "lamps-toggle", key_sequence = "L" },
  { type = "custom-input", name = "lamps-linked", key_sequence = "", linked_game_control = "rotate" },
})
if settings.startup["lamps-bright"].value then
  data.raw.lamp["red-lamp"].bright = true
end
""",
        "data-updates.lua": """\
local plate = data.raw.item["iron-plate"]
plate.stack_size = 200
""",
        "locale/en/lamps.cfg": """\
[entity-name]
red-lamp=Red lamp
green-lamp=Green lamp

[technology-name]
lamps=Lamps

[controls]
lamps-toggle=Toggle lamps

[mod-setting-name]
lamps-bright=Bright lamps
""",
        "graphics/lamp.png": PICTURE,
        "graphics/sheet.png": PICTURE,
        "graphics/click.ogg": OGG,
    },
)
FOUNDRY = ExampleMod(
    "foundry-lamps",
    ["base >= 2.0", "space-age"],
    {
        "data.lua": """\
data:extend({
  { type = "item", name = "hot-lamp", stack_size = 10 },
  {
    type = "recipe",
    name = "hot-lamp",
    ingredients = { { type = "item", name = "tungsten-plate", amount = 1 } },
    results = { { type = "item", name = "hot-lamp", amount = 1 } },
  },
})
data.raw["planet-kind"].vulcanus.lamps = "hot-lamp"
""",
        "locale/en/names.cfg": "[item-name]\nhot-lamp=Hot lamp\n",
    },
)
LIBRARY = ExampleMod(
    "lamp-library",
    ["base"],
    {
        "make.lua": """\
return function(name)
  return { type = "item", name = name, localised_name = name, stack_size = 50 }
end
""",
        "data.lua": """\
data:extend({ { type = "item", name = "socket", localised_name = { "", "Socket" }, stack_size = 50 } })
""",
    },
)
USER = ExampleMod(
    "lamp-user",
    ["base", "lamp-library >= 1.1"],
    {
        "data.lua": """\
local make = require("__lamp-library__/make")
local lamp = make("small")
lamp.burnt_result = "socket"
data:extend({ lamp })
""",
    },
)
OPTIONAL = ExampleMod(
    "more-lamps",
    ["base", "? quality"],
    {
        "data.lua": """\
local plate = "iron-plate"
if mods["quality"] then
  plate = "recycled-plate"
  data.raw.item["recycled-plate"].stack_size = 20
end
data:extend({ { type = "item", name = "more", localised_name = "More", burnt_result = plate } })
""",
    },
)
RENAMED = ExampleMod(
    "renamed-lamps",
    ["base"],
    {
        "settings.lua": """\
data:extend({
  { type = "int-setting", name = "renamed-count", localised_name = "Count", setting_type = "startup" },
})
""",
        "data.lua": """\
data:extend({
  { type = "item", name = "new-lamp", localised_name = "Lamp", stack_size = 50 },
  { type = "recipe", name = "new-lamp", localised_name = "Lamp" },
  { type = "item", name = "kept", localised_name = "Kept", stack_size = 50 },
})
""",
        "migrations/1.1.0.json": """\
{
  "item": [["old-lamp", "new-lamp"]],
  "recipe": [["old-lamp", "new-lamp"]]
}
""",
    },
    before={
        "data.lua": """\
data:extend({
  { type = "item", name = "old-lamp", localised_name = "Lamp", stack_size = 50 },
  { type = "recipe", name = "old-lamp", localised_name = "Lamp" },
  { type = "item", name = "kept", localised_name = "Kept", stack_size = 50 },
})
""",
    },
)
EVERY: Final = (LAMPS, FOUNDRY, LIBRARY, USER, OPTIONAL, RENAMED)
