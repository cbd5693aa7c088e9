"""The emulated stages: what the game gives a mod, and what Lua that means harm can do."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from lupa.lua52 import LuaRuntime

from factorio_release.limits import MAX_LOAD_LOG_CHARACTERS, MAX_LOAD_LOG_LINES
from factorio_release.load.stage import LoadedMod, StageLimits, StageRequest, run_stages
from tests.support import mini_game

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.load.stage import StageOutcome

CORE, BASE = mini_game.built_in_mods()


def load(*mods: dict[str, str], cpu_seconds: int = 20, lua_bytes: int = 128 << 20) -> StageOutcome:
    """Load mods `m0`, `m1`, … with these files beside core and base."""
    loaded = [
        LoadedMod(
            f"m{number}",
            "1.2.3",
            {path: textwrap.dedent(text).encode() for path, text in files.items()},
        )
        for number, files in enumerate(mods)
    ]
    request = StageRequest(
        (CORE, BASE, *loaded),
        mini_game.VERSION,
        mini_game.api().defines(),
        StageLimits(cpu_seconds, lua_bytes),
    )
    return run_stages(request)


def test_what_the_game_gives_a_mod() -> None:
    """Each line is an assertion in Lua, so that all of them cost one process."""
    outcome = load(
        {
            "settings.lua": """
                assert(helpers.stage == "settings", helpers.stage)
                data:extend({
                  { type = "bool-setting", name = "shown", setting_type = "startup", default_value = false },
                  { type = "int-setting", name = "hid", setting_type = "startup", hidden = true,
                    default_value = 1, forced_value = 7 },
                  { type = "int-setting", name = "later", setting_type = "runtime-global" },
                })
            """,
            "data.lua": """
                order = { "m0 data" }
                assert(settings.startup.shown.value == false and settings.startup.hid.value == 7)
                assert(settings.startup.later == nil)
                assert(helpers.stage == "prototype" and helpers.game_version == "2.0.90")
                assert(helpers.compare_versions("2.0.9", "2.0.10") == -1)
                assert(helpers.compare_versions("2.1", "2.0.90") == 1)
                assert(mods.base == "2.0.90" and mods.m0 == "1.2.3" and mods.core == nil)
                assert(feature_flags.quality == false and feature_flags.nothing == nil)
                assert(defines.direction.south == 8)
                assert(unpack({ 1, 2 }) == 1 and math.pow(2, 3) == 8 and table_size({ a = 1, 2 }) == 2)
                assert(require("util") == require("util"))
                assert(require("lib.inner") == "inner" and require("lib/inner.lua") == "inner")
                assert(require("__m0__.lib.inner") == "inner" and require("__m0__/lib/inner") == "inner")
                assert(require("lib.outer") == "neighbour")
                assert(require("table") == table and require("lib.names") == "its own table")
                local _, none = pcall(require, "__m0__.lib.none")
                assert(none == "module __m0__.lib.none not found;  no such file __m0__/lib/none.lua", none)
                assert(require("__m1__/shared").owner == "m1")
                assert(package.loaded["__m0__/lib/inner.lua"] == "inner")
                package.loaded["__m0__/lib/given.lua"] = "by hand"
                assert(require("__m0__/lib/given") == "by hand")
                assert(load("return 5")() == 5 and load("return x", "c", "t", { x = 6 })() == 6)
                assert(load("\\27Lua") == nil, "bytecode")
                assert(serpent.load(serpent.dump({ a = { 1 } })))
                local names = {}
                for key in pairs({ b = 1, a = 2, [10] = 3, [9] = 4 }) do names[#names + 1] = tostring(key) end
                assert(table.concat(names, " ") == "9 10 a b")
                local t = { a = 1, b = 2 }
                for key in pairs(t) do t[key] = nil t.b = nil end
                assert(next(t) == nil)
                local meta = setmetatable({}, { __pairs = function() return next, { x = 1 }, nil end })
                for key in pairs(meta) do assert(key == "x") end
                log("a line")
                print("two", 2)
                localised_print({ "", "words" })
            """,
            "lib/inner.lua": 'return "inner"',
            "lib/outer.lua": 'return require("neighbour")',
            "lib/neighbour.lua": 'return "neighbour"',
            "lib/names.lua": 'return require("table")',
            "lib/table.lua": 'return "its own table"',
            "lib/given.lua": "error()",
            "data-updates.lua": "table.insert(order, 'm0 updates')",
            "data-final-fixes.lua": """
                table.insert(order, "m0 fixes")
                data:extend({
                  { type = "order", name = "o", list = order, empty = {}, text = 'a"\\n\\1' },
                })
            """,
        },
        {
            "shared.lua": 'return { owner = "m1" }',
            "data.lua": """
                table.insert(order, "m1 data")
                assert(package.loaded["__m0__/lib/inner.lua"] == nil)
            """,
            "data-updates.lua": "table.insert(order, 'm1 updates')",
        },
    )
    assert outcome.error is None, outcome.error
    assert outcome.data is not None
    assert outcome.data.prototypes["order"]["o"] == {
        "type": "order",
        "name": "o",
        "list": ["m0 data", "m1 data", "m0 updates", "m1 updates", "m0 fixes"],
        "empty": [],
        "text": 'a"\n\x01',
    }
    assert outcome.data.prototypes["direction-sign"]["sign"]["direction"] == 8
    assert outcome.log == ("__m0__/data.lua:34: a line", "two\t2", "")


def test_bytecode_is_not_loaded() -> None:
    """Crafted bytecode can break out of Lua: neither `load` nor a file of a mod takes any."""
    lua = LuaRuntime(encoding=None)
    code = bytes(lua.execute(b"return string.dump(function() broken_out = true end)"))
    text = "".join(f"\\{byte:03}" for byte in code)
    for more in ("", ", 'c', 'b'", ", 'c', 'bt', {}"):
        outcome = load({"data.lua": f'local f = load("{text}"{more}) assert(f == nil)'})
        assert outcome.error is None, outcome.error
    mod = LoadedMod("m", "1.0.0", {"data.lua": code})
    request = StageRequest((CORE, BASE, mod), mini_game.VERSION, mini_game.api().defines())
    outcome = run_stages(request)
    assert outcome.error is not None
    assert "binary chunk" in outcome.error.message


def test_nothing_leads_out_of_lua() -> None:
    outcome = load(
        {
            "data.lua": """
                for _, name in ipairs({ "io", "os", "python", "dofile", "loadfile", "loadstring", "coroutine",
                                        "newproxy" }) do
                  assert(_G[name] == nil, name)
                  assert(package.loaded[name] == nil, name)
                end
                assert(package.loadlib == nil and package.searchers == nil and package.preload == nil)
                assert(package.searchpath == nil and package.cpath == nil)
                assert(string.dump == nil and debug.getregistry == nil and debug.sethook == nil)
                assert(debug.getupvalue == nil and debug.setmetatable == nil and debug.getlocal == nil)
                assert(debug.getinfo(1, "f") == nil or debug.getinfo(1, "f").func == nil)
                assert(debug.getinfo(1).func == nil and debug.getinfo(print).func == nil)
                assert(load(string.rep("x", 3) .. "\\27", "c", "b") == nil)
                assert(load("\\27Lua\\82\\0", "c", "b") == nil)
                for _, name in ipairs({ "../other", "a/../b", "..", "/etc/passwd", "__base__/../x",
                                        "lib.../x", "\\\\etc", "..\\\\x" }) do
                  local ok, message = pcall(require, name)
                  assert(not ok, name)
                  assert(message:find("leads out") or message:find("not found"), message)
                end
                local function walk(t, seen)
                  if seen[t] then return end
                  seen[t] = true
                  for key, value in next, t do
                    assert(type(value) ~= "userdata" and type(key) ~= "userdata", tostring(key))
                    if type(value) == "table" then walk(value, seen) end
                  end
                end
                walk(_G, {})
            """
        }
    )
    assert outcome.error is None, outcome.error


@pytest.mark.parametrize(
    ("lua", "said"),
    [
        (
            "while true do pcall(function() while true do end end) end",
            "did not end within 1 seconds",
        ),
        (
            "return string.find(string.rep('a', 3000), string.rep('a-', 60) .. 'b')",
            "did not end within 1 seconds",
        ),
        ("local function f() return 1 + f() end f()", "stack overflow"),
        ("local t = {} while true do t[#t + 1] = string.rep('x', 1000000) .. #t end", "memory"),
        ("string.rep('x', 2000000000)", "memory"),
        ("local s = 'x' while true do s = s .. s end", "memory"),
        ("error(setmetatable({}, { __tostring = function() error('again') end }))", ""),
        ("error(string.rep('x', 10000000))", "xxx"),
    ],
)
def test_what_takes_too_much_ends_with_a_reason(lua: str, said: str) -> None:
    outcome = load({"data.lua": lua}, cpu_seconds=1)
    assert outcome.data is None
    text = outcome.stopped or (outcome.error.message if outcome.error else "")
    assert said in text
    assert len(text) <= 2100


def test_a_loop_is_stopped_at_its_line() -> None:
    outcome = load({"data.lua": "\n\nwhile true do\nend"}, cpu_seconds=1)
    assert outcome.error is not None
    assert "did not end within 1 seconds of processor time" in outcome.error.message
    assert (outcome.error.frames[0].file, outcome.error.mod) == ("data.lua", "m0")
    assert outcome.error.frames[0].line in {3, 4}


def test_a_flood_of_lines_is_bounded_and_stays_text() -> None:
    outcome = load(
        {"data.lua": "log('::error::x') for i = 1, 1000 do log(string.rep('y', 5000)) end"}
    )
    assert outcome.data is not None
    assert len(outcome.log) == MAX_LOAD_LOG_LINES
    assert max(map(len, outcome.log)) == MAX_LOAD_LOG_CHARACTERS
    assert outcome.log[0] == "__m0__/data.lua:1: ::error::x"


@pytest.mark.parametrize(
    "lua",
    [
        "local t = {} for i = 1, 100000 do t = { t } end",
        "local t = { 1 } t.self = t",
        "local t = { 0/0, 1/0, function() end, true }",
        "local t = { [1.5] = 1, [true] = 2 }",
        "local t = { '\\255\\254' }",
    ],
)
def test_data_of_any_shape_is_read(lua: str) -> None:
    outcome = load({"data.lua": f"{lua} data:extend({{ {{ type = 'x', name = 'y', t = t }} }})"})
    assert outcome.data is not None, outcome
    assert outcome.data.prototypes["x"]["y"]["type"] == "x"


def test_data_that_unfolds_without_end_is_not_read() -> None:
    lua = "local t = { 1 } for i = 1, 60 do t = { t, t } end "
    prototype = "data:extend({ { type = 'x', name = 'y', t = t } })"
    outcome = load({"data.lua": lua + prototype}, cpu_seconds=2, lua_bytes=64 << 20)
    assert outcome.data is None
    assert outcome.stopped


def test_what_only_the_game_has_is_noted() -> None:
    touched = load({"data.lua": "local x = helpers.evaluate_expression error('later')"})
    assert "helpers.evaluate_expression" in touched.not_judged
    sprite = load({"data.lua": "local g = require('__base__/graphics/x') local y = g.frame_count"})
    assert sprite.data is not None
    assert "not public" in sprite.not_judged
    usual = load({"data.lua": "require('util').sprite_load('__base__/graphics/x', {})"})
    assert usual.data is not None
    assert usual.not_judged == ""


def test_an_error_names_its_place_and_whose_it_is() -> None:
    outcome = load(
        {"data.lua": "require('inner')", "inner.lua": "\nrequire('util').first({})"},
        {"data.lua": "error('not reached')"},
    )
    error = outcome.error
    assert error is not None
    assert (error.mod, error.stage, error.file) == ("m0", "data", "data.lua")
    places = [(one.mod, one.file, one.line) for one in error.frames]
    assert places[0][:2] == ("core", "lualib/util.lua")
    assert ("m0", "inner.lua", 2) in places
    syntax = load({"data.lua": "require('inner')", "inner.lua": "\nlocal x = = 1"}).error
    assert syntax is not None
    assert syntax.message.startswith("__m0__/inner.lua:2:")


def test_the_order_of_a_result_is_the_same_in_every_state() -> None:
    lua = """
        local names = {}
        for name in pairs({ a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7 }) do names[#names + 1] = name end
        data:extend({ { type = "x", name = "y", names = names, r = math.random() } })
    """
    outcomes = [load({"data.lua": lua}) for _ in range(3)]
    assert all(one.data == outcomes[0].data != None for one in outcomes)  # noqa: E711 None is equal as well


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_the_process_can_open_nothing_and_knows_nothing(tmp_path: Path) -> None:
    """What Lua could do if it broke out: the rights of the process itself."""
    code = textwrap.dedent(
        """
        import os, resource, socket, sys
        from factorio_release.load import stage_child
        stage_child._give_up_rights(
            {"cpu_seconds": 5, "lua_bytes": 1 << 20, "process_bytes": 1 << 30})
        failed = []
        for what in (lambda: open(sys.argv[1], "w"), lambda: open("/etc/hostname"), lambda: socket.socket(),
                     lambda: os.pipe(), lambda: bytearray(2 << 30)):
            try:
                what()
            except (OSError, MemoryError) as error:
                failed.append(type(error).__name__)
        os.write(1, " ".join([*failed, str(resource.getrlimit(resource.RLIMIT_CPU))]).encode())
        """
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path / "out")],
        env={},
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode() == "OSError OSError OSError OSError MemoryError (5, 5)", done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the environment of a process")
def test_the_child_has_an_empty_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of Python a program is started that writes down what it is given."""
    spy = tmp_path / "spy"
    spy.write_text(
        f'#!/bin/sh\ncat /proc/$$/environ > {tmp_path}/seen\necho "$@" > {tmp_path}/arguments\n'
    )
    spy.chmod(0o755)
    monkeypatch.setenv("FACTORIO_API_KEY", "canary")
    monkeypatch.setattr(sys, "executable", str(spy))
    assert load({"data.lua": "x = 1"}).data is None
    assert (tmp_path / "seen").read_bytes() == b""
    assert (tmp_path / "arguments").read_text().startswith("-I -m ")


def test_the_limits_are_those_of_the_child_alone() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    load({"data.lua": "x = 1"})
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
    assert os.environ["PATH"]


def test_who_added_a_prototype_and_where() -> None:
    helper = "return function(list) data:extend(list) end"
    outcome = load(
        {
            "helper.lua": helper,
            "settings.lua": 'data:extend({ { type = "int-setting", name = "s", setting_type = "startup" } })',
            "data.lua": """
                data:extend({ { type = "item", name = "one" } })
                data.extend({ { type = "item", name = "two" } })
                data.raw.item.three = { type = "item", name = "three" }
                data.raw.item.gear.mine = true
            """,
        },
        {
            "data.lua": """
                local add = require("__m0__/helper")
                add({ { type = "item", name = "four" }, { type = "item", name = "one" } })
                return add({ { type = "item", name = "five" } }) -- leaves no frame of its file
            """,
        },
    )
    data = outcome.data
    assert data is not None, outcome
    assert data.added_by == {
        "item": {"one": "m0", "two": "m0", "three": "m0", "four": "m1", "five": "m1"},
        "int-setting": {"s": "m0"},
    }
    assert data.added_at == {
        "item": {"one": "data.lua:2", "two": "data.lua:3", "four": "data.lua:3"},
        "int-setting": {"s": "settings.lua:1"},
    }
    assert data.added_through == {"item": {"four": "m0", "five": "m0"}}
    assert data.ran == {
        "m0": {"helper.lua": "helper.lua", "settings.lua": "settings.lua", "data.lua": "data.lua"},
        "m1": {"data.lua": "data.lua"},
    }
    assert data.settings["int-setting"]["s"]["setting_type"] == "startup"


@pytest.mark.parametrize(
    "text",
    [
        "data.raw = 5",
        "data.raw.item = 5",
        "data.extend = nil",
        "data.extend = function() end",
        "setmetatable(data.raw, { __index = function() error('no') end })",
        'pcall(data.extend, 5) pcall(data.extend, data, "x") pcall(data.extend, data, { 5, { type = 1 } })',
        "data.raw.item[1] = { type = 'item', name = 1 } data.raw[7] = { a = 5 }",
        "ipairs, pairs, rawget, type = nil, nil, nil, nil",
    ],
)
def test_a_mod_that_changes_the_tools_of_its_load_is_noted_or_ends(text: str) -> None:
    outcome = load({"data.lua": text, "data-updates.lua": ""})
    assert outcome.data or outcome.error or outcome.stopped


def test_names_alone_are_enough_for_a_comparison() -> None:
    mods = (CORE, BASE)
    request = StageRequest(mods, mini_game.VERSION, mini_game.api().defines())
    whole, short = run_stages(request).data, run_stages(request._replace(names_only=True)).data
    assert whole
    assert short
    assert {kind: set(named) for kind, named in whole.prototypes.items()} == {
        kind: set(named) for kind, named in short.prototypes.items()
    }
    assert short.prototypes["item"]["gear"] == {"name": "gear"}
