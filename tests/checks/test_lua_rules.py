"""Lua and what it names: one case that fires and one that does not for each code, and what is left alone."""

from __future__ import annotations

import pytest

from tests.checks.memory_mod import Case, findings, memory_mod, png

MENU = {"graphics/menu.png": png()}


def item(path: str) -> str:
    return f'data:extend({{\n  {{type = "item", name = "x", icon = "{path}"}},\n}})\n'


CASES = [
    Case("lua-syntax", {"control.lua": "x = 1\ny = = 2"}, {"control.lua": "goto a ::a::"}, "control.lua", 2),
    Case("lua-syntax", {"data.lua": "x = 7 // 2"}, {"data.lua": "x = 7 / 2"}, "data.lua", 1, says="near '/'"),
    Case(
        "lua-syntax",
        {"migrations/1.lua": "local x <const> = 1"},
        {"other.lua": "local x <const> = 1"},
        says="near '<'",
    ),
    Case(
        "lua-syntax",
        {"data.lua": "require('a.b')", "a/b.lua": "end"},
        {"data.lua": "if mods.x then require('a.b') end", "a/b.lua": "end"},
        "a/b.lua",
        1,
    ),
    Case("lua-syntax-unused", {"x/y.lua": "end"}, {"x/y.lua": "\ufeffreturn"}, "x/y.lua", 1),
    Case("lua-syntax-unused", {"x/y.lua": "end"}, {"x/y.lua": "#!/usr/bin/lua\nreturn 1"}, "x/y.lua", 1),
    Case(
        "require-missing",
        {"control.lua": "\n  local a = require('scripts.a')"},
        {"control.lua": "\n  local a = require('scripts.a')", "scripts/a.lua": ""},
        "control.lua",
        2,
        21,
        says="'scripts.a' finds no file",
    ),
    Case("require-missing", {"data.lua": "require 'utl'"}, {"data.lua": "require 'util'"}, "data.lua", 1, 9),
    Case(
        "require-missing",
        {"data.lua": "require('../x')", "x.lua": ""},
        {"data.lua": "require('x')", "x.lua": ""},
        line=1,
    ),
    Case(
        "require-case",
        {"control.lua": "require('scripts/Gui')", "scripts/gui.lua": ""},
        {"control.lua": "require('scripts/gui')", "scripts/gui.lua": ""},
        "control.lua",
        1,
        9,
        says="scripts/gui.lua",
    ),
    Case(
        "require-doubtful",
        {"data.lua": "if x then require('y') end"},
        {"data.lua": "pcall(require, 'y')"},
        line=1,
    ),
    Case(
        "require-doubtful",
        {"data.lua": "local f = x and require('y')"},
        {"data.lua": "-- require('y')"},
        line=1,
    ),
    Case("require-doubtful", {"lib.lua": "require('y')"}, {"tests/lib.lua": "require('y')"}, "lib.lua", 1),
    Case(
        "require-doubtful",
        {"data.lua": "if a then return end\nrequire('y')"},
        {"data.lua": "local f = function() return 1 end\n require('util')"},
        line=2,
    ),
    Case(
        "asset-missing",
        {"data.lua": item("__my-mod__/graphics/menu.png")},
        {"data.lua": item("__my-mod__/graphics/menu.png"), **MENU},
        "data.lua",
        2,
        38,
        says="graphics/menu.png is not in the package",
    ),
    Case(
        "asset-missing", {"data.lua": item("__my-mod__/a.ogg")}, {"data.lua": item("__base__/a.ogg")}, line=2
    ),
    Case(
        "asset-case",
        {"data.lua": item("__my-mod__/graphics/Menu.png"), **MENU},
        {"data.lua": item("__my-mod__/graphics/menu.png"), **MENU},
        "data.lua",
        2,
        says="from graphics/menu.png",
    ),
    Case(
        "asset-doubtful",
        {"data.lua": "x = '__my-mod__/a.png'"},
        {"data.lua": "-- '__my-mod__/a.png'"},
        line=1,
    ),
    Case(
        "asset-doubtful",
        {"data.lua": "x = '__my-mod__/sprites/' .. n", **MENU},
        {"data.lua": "x = '__my-mod__/graphics/me' .. n", **MENU},
        line=1,
        says="nothing in the package begins with sprites/",
    ),
    Case(
        "asset-doubtful",
        {"data.lua": "x = '__my-mod__/Graphics/'", **MENU},
        {"data.lua": "x = '__my-mod__/graphics/'", **MENU},
        line=1,
        says="from graphics/",
    ),
    Case(
        "asset-doubtful",
        {"data.lua": "data:extend{{hr_version = {filename = '__my-mod__/hr.png'}}}"},
        {"data.lua": "data:extend{{hr_version = {filename = '__my-mod__/graphics/menu.png'}}}", **MENU},
        line=1,
    ),
    Case(
        "asset-foreign", {"data.lua": item("__basee__/a.png")}, {"data.lua": item("__base__/a.png")}, line=2
    ),
    Case(
        "asset-foreign",
        {"data.lua": item("__Helper__/a.png")},
        {"data.lua": item("__helper__/a.png")},
        line=2,
    ),
    Case(
        "asset-foreign", {"data.lua": item("__other__/a.png")}, {"lib.lua": item("__other__/a.png")}, line=2
    ),
    Case(
        "asset-foreign",
        {"data.lua": item("__enemy__/a.png")},
        {"data.lua": item("__helper-graphics__/a.png")},
        line=2,
    ),
]

# What reads like a fault and is none.
LEFT_ALONE: dict[str, dict[str, bytes | str]] = {
    "a computed require": {"data.lua": "require('prototypes.' .. name) require(name)"},
    "a protected require": {"data.lua": "local ok, x = pcall(function() return require('y') end)"},
    "a require in a comment and a string": {
        "data.lua": "--[[ require('y') ]] x = \"require('y')\" --require('z')"
    },
    "another mod's file": {"data.lua": "require('__flib__.gui') require('__core__/lualib/util')"},
    "a method of that name": {"data.lua": "loader.require('y') loader:require('z')"},
    "a require of its own": {"data.lua": "local function require(x) return x end\nrequire('y')"},
    "beside the requiring file": {"data.lua": "require('a/b')", "a/b.lua": "require('c')", "a/c.lua": ""},
    "an extension after a slash": {"data.lua": "require('a/b.lua')", "a/b.lua": ""},
    "its own name in front": {
        "data.lua": "require('__my-mod__.a.b') require('__my-mod__/a/b')",
        "a/b.lua": "",
    },
    "a dot in a folder": {"data.lua": "require('a/v1.2/b')", "a/v1.2/b.lua": ""},
    "a scenario's own root": {
        "scenarios/x/control.lua": "require('lib/a')",
        "scenarios/x/lib/a.lua": "require('lib/b')",
        "scenarios/x/lib/b.lua": "",
    },
    "a scenario's own files": {"control.lua": "x = '__level__/sound.ogg'"},
    "a name put together": {"data.lua": "x = '__my-mod__/' .. kind .. '/icon.png'"},
    "a pattern": {"data.lua": "x = ('__my-mod__/graphics/%s.png'):format(n)", **MENU},
    "the end of something": {"data.lua": "x = prefix .. '__my-mod__/nowhere.png'"},
    "locale parameters": {"control.lua": "x = '__1__/__2__' y = '__CONTROL__build__/x'"},
    "standard libraries": {"control.lua": "local s = require('serpent') local m = require('math')"},
    "a folder": {"data.lua": "x = '__my-mod__/graphics'", **MENU},
}


def named(case: Case) -> str:
    return f"{case.code}: {next(iter(case.fires.values()))!r}"[:60]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_wrong_is_found_and_what_is_right_is_not(case: Case) -> None:
    found = findings(case.code, memory_mod(case.fires))
    assert len(found) == case.times
    first = found[0]
    assert not case.file or first.file == case.file
    assert first.line == case.line or not case.line
    assert not case.column or first.column == case.column
    assert case.says in first.message
    assert findings(case.code, memory_mod(case.silent)) == []


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_reads_like_a_fault_and_is_none(what: str) -> None:
    mod = memory_mod(LEFT_ALONE[what])
    for code in ("require-missing", "require-case", "require-doubtful", "asset-missing", "asset-case"):
        assert findings(code, mod) == []
    assert findings("asset-doubtful", mod) == []
    assert findings("asset-foreign", mod) == []


def test_much_lua_is_compiled_by_two_threads_and_each_message_keeps_its_file() -> None:
    files = {
        f"lib/{n}.lua": f"x = {n} + 1 -- a line\n" * 4000 + ("end" if n % 7 == 3 else "") for n in range(40)
    }
    found = findings("lua-syntax-unused", memory_mod(files))
    assert sorted(f.file for f in found) == sorted(f"lib/{n}.lua" for n in range(40) if n % 7 == 3)
    assert {f.line for f in found} == {4001}


def test_what_would_run_is_never_run() -> None:
    endless = memory_mod({"control.lua": "while true do end", "data.lua": "error('ran')"})
    assert findings("lua-syntax", endless) == []


@pytest.mark.parametrize("source", [b"\x1bLua\x52\x00", b"(" * 300, b"x = " + b"{" * 300, b"\xff\xfe\x00"])
def test_hostile_chunks_end_in_a_message(source: bytes) -> None:
    found = findings("lua-syntax", memory_mod({"control.lua": source}))
    assert len(found) == 1
    assert "\n" not in found[0].message
