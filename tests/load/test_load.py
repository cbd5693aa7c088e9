"""`load` through the program: what it finds in broken mods, and that it is silent about whole ones."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import png
from tests.support import mini_game
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer

DATA = """
local icon = "__lamps__/graphics/lamp.png"
data:extend({
  { type = "item", name = "lamp", icon = icon, picture = { layers = { { filename = icon } } } },
  { type = "tool", name = "tester", icons = { { icon = icon } }, burnt_result = "lamp" },
  {
    type = "recipe",
    name = "lamp",
    ingredients = {
      { type = "item", name = "iron-plate", amount = 1 },
      { type = "fluid", name = "water", amount = 10 },
    }, main_product = "lamp",
  },
  { type = "technology", name = "lamps", unlocks = { lamp = 1 } },
})
"""
LOCALE = """
[item-name]
lamp=Lamp
tester=Tester
x=X
part=Part
[recipe-name]
hard=Hard
[technology-name]
lamps=Lamps
"""
INFO: dict[str, Any] = {
    "name": "lamps",
    "version": "1.0.0",
    "title": "Lamps",
    "author": "somebody",
    "factorio_version": "2.0",
    "dependencies": ["base >= 2.0.0"],
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a mod; None as a text leaves the file out."""

    def write_mod(
        name: str = "lamps", info: dict[str, Any] | None = None, **files: str | None
    ) -> Path:
        folder = tmp_path / name
        texts: dict[str, str | None] = {"data.lua": DATA, "locale/en/lamps.cfg": LOCALE}
        texts |= {
            path.replace("__", "/").replace("_lua", ".lua"): text for path, text in files.items()
        }
        texts["info.json"] = json.dumps(INFO | {"name": name} | (info or {}))
        for path, text in texts.items():
            if text is not None:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
        (folder / "graphics").mkdir(exist_ok=True)
        (folder / "graphics/lamp.png").write_bytes(png(width=64, height=64))
        return folder

    return write_mod


@pytest.fixture
def load(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    portal: LocalPortal,
) -> Callable[..., Answer]:
    """Load mods with the miniature game in the cache, and with a portal of this machine."""
    mini_game.fill_cache(tmp_path / "cache")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Answer:
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}
        options = ("--format=json", "--portal-url", portal.url, "--retries=0")
        return run_here(capsys, "load", *options, *map(str, arguments), **cache)

    return run


def only(answer: Answer) -> dict[str, Any]:
    assert len(answer.findings) == 1, answer.findings
    return answer.findings[0]


def test_a_whole_mod_is_loaded_in_silence(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    answer = load(write())
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert answer.err == "loaded lamps 1.0.0 in Factorio 2.0.90 with base\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said", "hint"),
    [
        ('"iron-plate"', '"iron-plates"', "prototype-reference", 10,
         "recipe lamp asks for the item `iron-plates`, which no loaded mod defines",
         "Did you mean `iron-plate`?"),
        ('name = "water"', 'name = "watr"', "prototype-reference", 11, "the fluid `watr`", "`water`"),
        ("lamp = 1 }", "lump = 1 }", "prototype-reference", 14, "the recipe `lump`", "`lamp`"),
        ('burnt_result = "lamp"', 'burnt_result = "ash"', "prototype-reference", 5,
         "the item `ash`", "define it"),
        ('type = "fluid", name', 'type = "item", name', "prototype-reference", 11, "the item `water`", ""),
        ("lamp.png", "lump.png", "prototype-file", 2, "which is not in the package", "Add the file"),
        ("lamp.png", "Lamp.png", "prototype-file", 2,
         "in the package it is graphics/lamp.png", "two different"),
        ("data:extend({", "nothing.at = 1 data:extend({", "load-error", 3,
         "attempt to index global 'nothing' (a nil value)", "The game stops with this error in data.lua."),
        ("data:extend({", "require('gone') data:extend({", "load-error", 3, "module gone not found", ""),
        ("data:extend({", "data:extend({ {},", "load-error", 3, "a prototype without type or name", ""),
        ("})\n", "}\n", "load-error", 16, "')' expected", ""),
        ("data:extend({", "error({ 'a table' }) data:extend({", "load-error", 0, "a table", ""),
    ],
)  # fmt: skip
def test_a_break_is_found_at_its_line(  # noqa: PLR0917 a row of the table
    load: Callable[..., Answer],
    write: Callable[..., Path],
    old: str,
    new: str,
    code: str,
    line: int,
    said: str,
    hint: str,
) -> None:
    assert old in DATA
    answer = load(write(data_lua=DATA.replace(old, new)))
    found = only(answer)
    assert (answer.code, found["code"], found["severity"]) == (3, code, "error")
    if line:
        assert (found["file"], found["line"]) == ("lamps/data.lua", line)
    assert said in found["message"]
    assert hint in found["hint"]


@pytest.mark.parametrize(
    "data",
    [
        DATA.replace("burnt_result", "no_such_property"),
        DATA.replace("unlocks = { lamp = 1 }", 'prize = "read under a condition alone"'),
        DATA.replace('"lamp" },\n  {', '"" },\n  {'),
        DATA + 'data:extend({ { type = "item", name = "x", icons = {}, icon = "__lamps__/gone.png" } })',
        DATA + 'data:extend({ { type = "item", name = "x", icon = "__base__/graphics/any.png" } })',
        DATA + 'data:extend({ { type = "newer-type", name = "n" }, { type = "item", name = "x", '
        'burnt_result = "n" } })',
        DATA + 'data:extend({ { type = "item", name = "x", icons = { { icon = { "not text" } } } } })',
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_said(
    load: Callable[..., Answer], write: Callable[..., Path], data: str
) -> None:
    answer = load(write(data_lua=data))
    assert (answer.code, answer.findings) == (0, [])


def test_a_prototype_of_the_game_that_the_mod_breaks_is_found(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    answer = load(write(data_lua=f'{DATA}data.raw.item["iron-plate"] = nil\n'))
    assert {one["message"].partition(" asks")[0] for one in answer.findings} == {
        "recipe gear",
        "recipe lamp",
    }


def test_expansions_that_are_optional_are_loaded_without_and_with(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    optional = {"dependencies": ["base", "? space-age"]}
    text = DATA + """
    if mods["space-age"] then
      data:extend({ {
        type = "recipe", name = "hard",
        ingredients = { { type = "item", name = "tungsten-plat", amount = 1 } }
      } })
    end
    """  # fmt: skip
    answer = load(write(info=optional, data_lua=text))
    assert only(answer)["message"].endswith("(with quality, space-age)")
    assert "in Factorio 2.0.90 with base, quality, space-age\n" in answer.err
    assert load(write(info=optional)).findings == []
    text = DATA.replace("iron-plate", "tungsten-plate")
    found = only(load(write(info=optional, data_lua=text)))
    assert found["message"].endswith("(without optional mods)")


def test_an_optional_mod_that_cannot_be_loaded_does_not_keep_the_others_out(
    load: Callable[..., Answer], write: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "mods"
    write("mods/newer", {"name": "newer", "dependencies": ["base >= 2.0.99"]})
    text = DATA + 'if mods["space-age"] then error("only then") end'
    mod = write(info={"dependencies": ["base", "? newer", "? space-age"]}, data_lua=text)
    answer = load("--mods", folder, mod)
    failed, skipped = answer.findings
    assert skipped["code"] == "load-not-judged"
    assert "newer asks for `base >= 2.0.99`, and base is 2.0.90" in skipped["message"]
    assert skipped["message"].endswith("(with newer, space-age)")
    assert failed["message"].endswith("only then (with quality, space-age)")


@pytest.mark.parametrize(
    ("data", "expansion"),
    [
        (DATA.replace("iron-plate", "tungsten-plate"), "space-age"),
        (DATA.replace("iron-plate", "recycled-plate"), "quality"),
        (DATA + 'data.raw["planet-kind"].vulcanus.x = 1', "space-age"),
        (DATA + "assert(feature_flags.quality)", "quality"),
    ],
)  # fmt: skip
def test_an_expansion_that_is_used_and_not_declared(
    load: Callable[..., Answer], write: Callable[..., Path], data: str, expansion: str
) -> None:
    answer = load(write(data_lua=data))
    found = only(answer)
    assert (answer.code, found["code"]) == (3, "load-undeclared-dependency")
    assert expansion in found["message"]
    assert f'"{expansion}"' in found["hint"]
    assert found["file"] == "lamps/data.lua"
    assert load(write(data_lua=data, info={"dependencies": ["base", expansion]})).findings == []


def test_mods_of_the_run_and_of_a_folder_are_loaded_first(
    load: Callable[..., Answer], write: Callable[..., Path], tmp_path: Path
) -> None:
    uses = 'assert(mods.lib == "1.5.0") data.raw.item.part.stack_size = require("__lib__/size")'
    lib = {"data_lua": 'data:extend({ { type = "item", name = "part" } })', "size_lua": "return 5"}
    mod = write(info={"dependencies": ["base", "lib >= 1.5"]}, data_lua=uses)
    answer = load(mod)
    found = only(answer)
    assert (answer.code, found["code"], found["severity"]) == (0, "load-not-judged", "hint")
    assert "it requires `lib >= 1.5`, and lib is not here or on the portal" in found["message"]
    folder = write("lib", {"version": "1.5.0"}, **lib)
    assert load(mod, folder).findings == []
    mods = tmp_path / "mods"
    mods.mkdir()
    for version in ("1.4.0", "1.5.0"):
        with zipfile.ZipFile(mods / f"lib_{version}.zip", "w") as bundle:
            info = json.dumps(INFO | {"name": "lib", "version": version})
            bundle.writestr(f"lib_{version}/info.json", info)
            bundle.writestr(f"lib_{version}/data.lua", lib["data_lua"])
            bundle.writestr(f"lib_{version}/size.lua", lib["size_lua"])
    (mods / "mod-list.json").write_text("{}")
    (mods / "broken_1.0.0.zip").write_text("no zip")
    assert load(mod, "--mods", mods).findings == []
    higher = write(info={"dependencies": ["base", "lib >= 1.6"]}, data_lua=uses)
    assert "and lib is here as 1.4.0, 1.5.0 only" in only(load(higher, "--mods", mods))["message"]


def test_a_fault_of_another_mod_is_not_this_ones(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    broken = write("lib", data_lua="error('always')")
    mod = write(info={"dependencies": ["base", "lib"]})
    found = {one["path"]: one["findings"] for one in load(mod, broken).mods}
    assert found["lib"][0]["code"] == "load-error"
    assert found["lamps"][0]["code"] == "load-not-judged"
    assert "does not load without it either" in found["lamps"][0]["message"]
    faulty = DATA.replace("lamps__", "lib__").replace('"iron-plate"', '"gone"')
    write("lib", data_lua=faulty.replace('"lamp"', '"other"'))
    codes = {
        one["path"]: [finding["code"] for finding in one["findings"]]
        for one in load(mod, broken).mods
    }
    assert "prototype-reference" in codes["lib"]
    assert codes["lamps"] == []


@pytest.mark.parametrize(
    ("info", "arguments", "said"),
    [
        (
            {"factorio_version": "1.1"},
            (),
            "it is for Factorio 1.1, and mods can be loaded from 2.0 on",
        ),
        ({}, ("--game-version", "1.1.110"), "mods can be loaded from 2.0 on"),
        ({"dependencies": ["base >= 2.0.95"]}, ("--game-version", "2.0.90"), "base is 2.0.90"),
        ({"dependencies": ["base", "! quality", "space-age"]}, (), "incompatible with quality"),
        ({"dependencies": ["base", "recycler"]}, (), "has no recycler"),
    ],
)
def test_what_cannot_be_loaded_is_a_note_with_its_reason(
    load: Callable[..., Answer],
    write: Callable[..., Path],
    info: dict[str, Any],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    answer = load(write(info=info), *arguments)
    found = only(answer)
    assert (answer.code, found["code"], found["severity"]) == (0, "load-not-judged", "hint")
    assert said in found["message"]


def test_an_error_that_may_be_the_emulations_is_a_note(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    found = only(load(write(data_lua='local x = helpers.evaluate_expression("1")')))
    assert found["code"] == "load-not-judged"
    assert "helpers.evaluate_expression is the game's own" in found["message"]


def test_a_built_zip_is_loaded_as_its_folder(
    load: Callable[..., Answer], write: Callable[..., Path], tmp_path: Path
) -> None:
    bad = write(data_lua=DATA.replace("iron-plate", "iron-plates"))
    with zipfile.ZipFile(tmp_path / "lamps_1.0.0.zip", "w") as bundle:
        for path in bad.rglob("*"):
            bundle.write(path, f"lamps_1.0.0/{path.relative_to(bad).as_posix()}")
    assert only(load(tmp_path / "lamps_1.0.0.zip"))["code"] == "prototype-reference"


def test_what_the_package_leaves_out_is_not_there(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    answer = load(write(), "--exclude", "graphics/**")
    assert {one["code"] for one in answer.findings} == {"prototype-file"}


def test_a_finding_is_ignored_as_in_a_check(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    mod = write(data_lua=DATA.replace("iron-plate", "iron-plates"))
    answer = load(mod, "--ignore", "prototype-reference: another mod adds it")
    assert (answer.code, answer.findings) == (0, [])
    assert load(mod, "--ignore", "load-error: another code").code == 3


def test_lines_that_a_mod_writes_become_no_commands(
    load: Callable[..., Answer],
    write: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    bad = write(
        data_lua="log('::error::from the mod') error('x\\n::set-output name=a::b\\n\\27[31m')"
    )
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "GITHUB_ACTIONS": "true"}
    answer = run_here(capsys, "load", str(bad), **environ)
    lines = [line for line in (answer.out + answer.err).splitlines() if line.startswith("::")]
    assert [line.partition(",")[0] for line in lines] == ["::error title=load-error"]
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--game-version", "two"), "game-version: 'two' is not numbers"),
        (("--mods", "gone"), "mods-folder: gone cannot be read"),
        (("--game-data-url", "http://example.com/data"), "game-data-url: 'http://example.com/data' is not an https://"),
        (("--game-api-url", "https://me:secret@example.com"), "is not an https:// address"),
        (("--load", "off"), "load: off is for the other commands"),
        (("--load-with", "a b+"), "load-with: 'a b+' is not required, optional, all"),
        (("--load-memory", "8"), "load-memory: '8' is not a whole number of MiB"),
        (("--ignore", "load-eror: typo"), "load-error"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_told_before_anything_is_loaded(
    load: Callable[..., Answer], write: Callable[..., Path], arguments: tuple[str, ...], said: str
) -> None:
    answer = load(write(), *arguments)
    assert answer.code == 2
    assert said in answer.err


def test_nothing_is_an_error_after_what_only_the_game_has(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    uses = 'data.raw.item["iron-plate"].size = require("__base__/graphics/plate").deep.size\n'
    stub = 'local height = require("__base__/graphics/plate").height or 1\n'
    broken = DATA.replace('"iron-plate"', '"iron-plates"').replace("lamp.png", "lump.png")
    found = only(load(write(data_lua=uses + DATA)))
    assert found["code"] == "load-not-judged"
    assert "its load ended where only the game can tell" in found["message"]
    answer = load(write(data_lua=stub.replace(".height", ".depth") + broken))
    found = only(answer)
    assert (answer.code, found["code"], found["severity"]) == (0, "load-not-judged", "hint")
    assert "the item `iron-plates`" in found["message"]
    assert found["message"].endswith("(and 1 more)")
    assert (found["file"], found["line"]) == ("lamps/data.lua", 11)
    assert load(write(data_lua=stub + broken)).code == 3


def test_many_names_are_told_in_short(
    load: Callable[..., Answer], write: Callable[..., Path]
) -> None:
    many = """
    for number = 1, 150 do
      data:extend({ { type = "item", name = "x", localised_name = "X", burnt_result = "gone" .. number } })
      data:extend({ { type = "recipe", name = "r" .. number, localised_name = "R", ingredients = {
        { type = "item", name = "gone" .. number, amount = 1 },
        { type = "item", name = "tungsten-plate", amount = 1 },
      } } })
    end
    """  # fmt: skip
    found = load(write(data_lua=DATA + many)).findings
    of_space = [one for one in found if one["code"] == "load-undeclared-dependency"]
    assert len(of_space) == 1
    assert of_space[0]["message"].endswith("of the mod; so do 149 more references")
    others = [one["message"] for one in found if one["code"] == "prototype-reference"]
    assert len(others) == 101
    assert "51 more references name what no loaded mod defines" in others
