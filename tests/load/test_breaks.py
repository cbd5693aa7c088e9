"""The table of breaks: each change of a whole mod is found at its line, and the whole mods are silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.conftest import png
from tests.load.example_mods import (
    EVERY,
    FOUNDRY,
    LAMPS,
    LIBRARY,
    OPTIONAL,
    RENAMED,
    USER,
    ExampleMod,
)
from tests.support import mini_game
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.in_process import Answer


class Break(NamedTuple):
    """A text of a file, what stands there instead, and the finding; `line` 0 is that of the change."""

    mod: ExampleMod
    file: str
    old: str
    new: str
    code: str
    said: str
    hint: str = ""
    line: int = 0
    at: str = ""  # another file than the one that changed

    def __str__(self) -> str:
        return f"{self.mod.name}: {self.old.strip()[:25]} -> {self.new.strip()[:25]}"


BREAKS = [
    # It does not load.
    Break(
        LAMPS,
        "data.lua",
        'data:extend({\n  {\n    type = "technology"',
        'data:extend({\n  {\n    type == "technology"',
        "load-error",
        "a prototype without type or name",
        line=38,
    ),
    Break(
        LAMPS, "prototypes/colors.lua", '"green" }', '"green"', "load-error", "'}' expected", line=2
    ),
    Break(LAMPS, "settings.lua", "})\n", "}\n", "load-error", "')' expected", line=4),
    Break(
        LAMPS,
        "data.lua",
        '"prototypes.colors"',
        '"prototypes.colours"',
        "load-error",
        "module prototypes.colours not found",
    ),
    Break(
        LAMPS,
        "data.lua",
        '"lamps-bright"',
        '"lamps-brigth"',
        "load-error",
        "attempt to index field 'lamps-brigth' (a nil value)",
    ),
    Break(
        LAMPS,
        "data-updates.lua",
        '"iron-plate"',
        '"iron-plates"',
        "load-error",
        "attempt to index local 'plate'",
        line=2,
    ),
    Break(LAMPS, "data.lua", "pairs(colors)", "pairs(colours)", "load-error", "bad argument #1 to"),
    Break(
        LAMPS,
        "data.lua",
        'color .. "-lamp"',
        'colour .. "-lamp"',
        "load-error",
        "attempt to concatenate global 'colour'",
    ),
    Break(
        LAMPS,
        "data.lua",
        'type = "recipe",',
        "",
        "load-error",
        "a prototype without type or name",
        line=6,
    ),
    Break(
        USER,
        "data.lua",
        "__lamp-library__/make",
        "__lamp-library__/maker",
        "load-error",
        "module __lamp-library__/maker not found",
    ),
    Break(
        USER,
        "data.lua",
        'make("small")',
        "make.small()",
        "load-error",
        "attempt to index local 'make' (a function value)",
    ),
    Break(
        LIBRARY,
        "make.lua",
        "return function(name)",
        "return function(name))",
        "load-error",
        "unexpected symbol near ')' (at __lamp-library__/make.lua:1)",
        at="lamp-user/data.lua",
        line=1,
    ),
    Break(
        OPTIONAL,
        "data.lua",
        'item["recycled-plate"]',
        'item["recycled"]',
        "load-error",
        "with quality",
        line=4,
    ),
    # What it names is not there.
    Break(
        LAMPS,
        "data.lua",
        '"iron-plate"',
        '"iron-plates"',
        "prototype-reference",
        "recipe green-lamp asks for the item `iron-plates`, which no loaded mod defines",
        "Did you mean `iron-plate`?",
    ),
    Break(
        LAMPS,
        "data.lua",
        'name = "water"',
        'name = "watter"',
        "prototype-reference",
        "the fluid `watter`",
        "`water`",
    ),
    Break(
        LAMPS,
        "data.lua",
        'type = "fluid", name',
        'type = "item", name',
        "prototype-reference",
        "the item `water`",
    ),
    Break(
        LAMPS,
        "data.lua",
        'recipe = "red-lamp"',
        'recipe = "red_lamp"',
        "prototype-reference",
        "technology lamps asks for the recipe `red_lamp`",
        "Did you mean `red-lamp`?",
    ),
    Break(
        LAMPS,
        "data.lua",
        "place_result = name",
        'place_result = name .. "s"',
        "prototype-reference",
        "asks for the entity `green-lamps`",
        "Did you mean `green-lamp`?",
        line=-1,
    ),
    Break(
        LAMPS,
        "data.lua",
        'subgroup = "lamps"',
        'subgroup = "lamp"',
        "prototype-reference",
        "the item sub group `lamp`",
    ),
    Break(
        LAMPS,
        "data.lua",
        'results = { { type = "item", name = name',
        'results = { { type = "item", name = color',
        "prototype-reference",
        "the item `green`",
        line=-1,
    ),
    Break(
        USER,
        "data.lua",
        '"socket"',
        '"sockets"',
        "prototype-reference",
        "item small asks for the item `sockets`",
        "`socket`",
    ),
    Break(
        LIBRARY,
        "data.lua",
        'name = "socket"',
        'name = "sockets"',
        "prototype-reference",
        "item small asks for the item `socket`",
        at="lamp-user/data.lua",
        line=3,
    ),
    Break(
        FOUNDRY,
        "data.lua",
        '"tungsten-plate"',
        '"tungsten"',
        "prototype-reference",
        "the item `tungsten`",
    ),
    Break(
        OPTIONAL,
        "data.lua",
        'plate = "recycled-plate"',
        'plate = "recycled"',
        "prototype-reference",
        "the item `recycled`, which no loaded mod defines (at burnt_result) (with quality)",
    ),
    # A dependency was dropped.
    Break(
        FOUNDRY,
        "info.json",
        '"base >= 2.0",',
        '"base >= 2.0"',
        "load-undeclared-dependency",
        "space-age",
        at="foundry-lamps/data.lua",
        line=10,
    ),
    Break(
        OPTIONAL,
        "data.lua",
        'if mods["quality"] then',
        "if true then",
        "load-undeclared-dependency",
        "the mod loads only with quality, which is an optional dependency of it",
        'Require "quality", or use what it defines only below if mods["quality"] then.',
        line=4,
    ),
    Break(
        USER,
        "info.json",
        '"base",',
        '"base"',
        "load-error",
        "module __lamp-library__/make not found",
        at="lamp-user/data.lua",
        line=1,
    ),
    # Its own files.
    Break(
        LAMPS,
        "data.lua",
        "click.ogg",
        "clack.ogg",
        "prototype-file",
        "__lamps__/graphics/clack.ogg, which is not in the package",
    ),
    Break(
        LAMPS,
        "data.lua",
        '"sheet.png"',
        '"Sheet.png"',
        "prototype-file",
        "in the package it is graphics/sheet.png",
    ),
    Break(
        LAMPS,
        "data.lua",
        "width = 32",
        "width = 40",
        "prototype-picture",
        "takes 2x2 frames of 40x32 pixels of __lamps__/graphics/sheet.png, which has 64x64 pixels",
        line=23,
    ),
    Break(
        LAMPS,
        "data.lua",
        "line_length = 2",
        "line_length = 4",
        "prototype-picture",
        "4x1 frames",
        line=23,
    ),
    Break(
        LAMPS,
        "data.lua",
        'icon = graphics .. "lamp.png",\n      subgroup',
        'icon = graphics .. "lamp.png", icon_size = 128,\n      subgroup',
        "prototype-picture",
        "takes icon_size 128 of __lamps__/graphics/lamp.png",
    ),
    # Its values.
    Break(
        LAMPS,
        "data.lua",
        "stack_size = 50",
        'stack_size = "fifty"',
        "prototype-property",
        "item green-lamp: stack_size is a text, and the game wants a number",
        line=-1,
    ),
    Break(
        LAMPS,
        "data.lua",
        'energy_usage = "5kW",',
        "",
        "prototype-property",
        "lamp green-lamp: it has no energy_usage",
        line=-1,
    ),
    Break(
        LAMPS,
        "data.lua",
        "stack_size = 50",
        "stack_size = { 50 }",
        "prototype-property",
        "stack_size is a table",
        line=-1,
    ),
    # What players see.
    Break(
        LAMPS,
        "locale/en/lamps.cfg",
        "red-lamp=",
        "red-lmap=",
        "locale-name",
        'lamp red-lamp has no English name: players see Unknown key: "entity-name.red-lamp"',
        "red-lmap",
        at="lamps/data.lua",
        line=6,
    ),
    Break(
        LAMPS,
        "locale/en/lamps.cfg",
        "lamps=Lamps",
        "lamp=Lamps",
        "locale-name",
        "technology lamps",
        at="lamps/data.lua",
        line=41,
    ),
    Break(
        LAMPS,
        "locale/en/lamps.cfg",
        "[controls]",
        "[control]",
        "locale-name",
        "controls.lamps-toggle",
        at="lamps/data.lua",
        line=47,
    ),
    Break(
        LAMPS,
        "locale/en/lamps.cfg",
        "lamps-bright=",
        "lamps_bright=",
        "locale-name",
        "bool-setting lamps-bright",
        at="lamps/settings.lua",
        line=2,
    ),
    Break(
        LAMPS,
        "locale/en/lamps.cfg",
        "[entity-name]",
        "[item-name]",
        "locale-name",
        "entity-name",
        line=-1,
    ),
    Break(
        FOUNDRY, "data.lua", 'name = "hot-lamp", amount = 1', 'name = "gear", amount = 1', "", ""
    ),
    # What saves have.
    Break(
        RENAMED,
        "migrations/1.1.0.json",
        '"item": [["old-lamp", "new-lamp"]]',
        '"item": [["old-lamp", "new-lmap"]]',
        "migration-target",
        "the migration renames the item `old-lamp` to `new-lmap`, which no loaded mod defines",
        "Did you mean `new-lamp`?",
    ),
    Break(
        RENAMED,
        "migrations/1.1.0.json",
        '"item": [["old-lamp", "new-lamp"]],',
        "",
        "prototype-gone",
        "item `old-lamp` of 1.0.0 is gone",
        '{"item": [["old-lamp", "new-lamp"]]}',
        line=-1,
    ),
    Break(
        RENAMED,
        "data.lua",
        '  { type = "item", name = "kept", localised_name = "Kept", stack_size = 50 },\n',
        "",
        "prototype-gone",
        "item `kept` of 1.0.0 is gone, and no migration renames it",
        "migrations/1.1.0.json",
        line=-1,
    ),
    Break(
        RENAMED,
        "settings.lua",
        '"renamed-count"',
        '"renamed-number"',
        "setting-gone",
        "the setting `renamed-count` of 1.0.0 is gone",
        "hidden = true",
        line=-1,
    ),
    Break(
        RENAMED,
        "settings.lua",
        '"int-setting"',
        '"bool-setting"',
        "setting-gone",
        "was a startup int-setting in 1.0.0 and is a startup bool-setting now",
    ),
    Break(
        RENAMED,
        "settings.lua",
        '"startup"',
        '"runtime-global"',
        "setting-gone",
        "is a runtime-global int-setting now",
    ),
]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    mini_game.fill_cache(tmp_path / "cache")
    monkeypatch.chdir(tmp_path)

    def load(*folders: Path) -> Answer:
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}
        return run_here(capsys, "load", "--format=json", *map(str, folders), **cache)

    return load


def written(mod: ExampleMod, folder: Path, changed: dict[str, str | bytes]) -> list[Path]:
    """Write a mod, and the one that belongs to it as it is."""
    pair = {LIBRARY.name: USER, USER.name: LIBRARY}
    other = pair.get(mod.name)
    return [mod.write(folder, changed), *([other.write(folder, {})] if other else [])]


def test_the_whole_mods_are_silent(run: Any, tmp_path: Path) -> None:
    answer = run(*(one.write(tmp_path, {}) for one in EVERY))
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert len(answer.mods) == len(EVERY)


@pytest.mark.parametrize("broken", BREAKS, ids=str)
def test_a_break_is_found_at_its_line(run: Any, tmp_path: Path, broken: Break) -> None:
    mod = broken.mod
    text = mod.files.get(broken.file, "")
    if broken.file == "info.json":
        kept = [one for one in mod.dependencies if f'"{one}",' == broken.old]
        mod = ExampleMod(mod.name, kept, mod.files)
        folders = written(mod, tmp_path, {})
    else:
        assert isinstance(text, str)
        assert broken.old in text
        folders = written(mod, tmp_path, {broken.file: text.replace(broken.old, broken.new, 1)})
    answer = run(*folders)
    if not broken.code:
        assert answer.findings == []
        return
    assert answer.codes == {broken.code}, answer.findings
    found = [one for one in answer.findings if broken.said in one["message"]]
    assert found, answer.findings
    assert broken.hint in found[0]["hint"]
    if broken.line >= 0:
        at = broken.at or f"{mod.name}/{broken.file}"
        assert isinstance(text, str)
        line = broken.line or text[: text.index(broken.old)].count("\n") + 1
        assert (found[0]["file"], found[0]["line"]) == (at, line)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (png(width=64, height=64)[:60], "is cut short"),
        (b"<html>not found</html>", "names the file"),
        (png(width=63, height=64), "63x64 pixels"),
    ],
)
def test_a_file_that_is_named_and_no_good_is_found(
    run: Any, tmp_path: Path, content: bytes, said: str
) -> None:
    found = run(LAMPS.write(tmp_path, {"graphics/lamp.png": content})).findings
    assert len(found) == 1
    assert said in found[0]["message"]
    assert found[0]["severity"] == "error"
