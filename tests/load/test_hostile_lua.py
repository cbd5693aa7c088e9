"""Lua written to do harm, through the program: it gets no file, place or time that is not the mod's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.load.game_data import GameData
from factorio_release.load.places import LuaPlaces
from factorio_release.load.reference_findings import undefined_names
from factorio_release.load.references import Reference
from tests.load.test_load import load, only, write  # noqa: F401 fixtures
from tests.load.test_stage import load as load_lua

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.in_process import Answer


@pytest.mark.parametrize(
    ("lua", "place"),
    [
        ("error('__lamps__/data.lua:1: said', 0)", ("lamps/data.lua", 1)),
        ("error('__lamps__/../../secret.txt:1: said', 0)", ("", 0)),
        ("error('__lamps__//etc/hostname:1: said', 0)", ("", 0)),
        ("load('error([[said]])', '@__lamps__/../secret.txt')()", ("", 0)),
        ("load('error([[said]], 0)', '@__lamps__/a\\n::error::b.lua')()", ("", 0)),
        ("error('__lamps__/data.lua:' .. ('9'):rep(1900) .. ': said', 0)", ("lamps/data.lua", 0)),
        ("load(('\\n'):rep(99) .. 'error([[said]])', '@__lamps__/data.lua')()", ("lamps/data.lua", 0)),
    ],
)  # fmt: skip
def test_no_place_is_outside_of_the_package(
    load: Callable[..., Answer],  # noqa: F811
    write: Callable[..., Path],  # noqa: F811
    tmp_path: Path,
    lua: str,
    place: tuple[str, int],
) -> None:
    """A report quotes the line of a finding: a place elsewhere would show any file of the machine."""
    (tmp_path / "secret.txt").write_text("a secret\n")
    found = only(load(write(data_lua=lua)))
    assert (found["code"], found["file"], found["line"]) == ("load-error", *place)
    assert "said" in found["message"]


def test_a_line_behind_the_end_of_a_file_is_searched_to_its_end_alone() -> None:
    data = GameData(
        {}, added_at={"item": {"x": "data.lua:2000000000"}}, ran={"m": {"data.lua": ""}}
    )
    places = LuaPlaces({"data.lua": b"key = 1\nkey = 2"}).after(data, "m")
    assert places.of_key("key", "item", "x") == ("data.lua", 2000000000)
    assert places.of("absent", "item", "x") == ("data.lua", 2000000000)


def test_names_are_suggested_while_that_costs_little() -> None:
    names = {"ItemID": frozenset({"iron-plate", *(f"zz-{number}" for number in range(299_999))})}
    broken = [Reference("recipe", f"r{one}", ("x",), "ItemID", "iron-plates") for one in (1, 2)]
    hints = [one.hint for one in undefined_names(broken, names, LuaPlaces({}))]
    assert hints == ["Did you mean `iron-plate`?", "Name one that exists, or define it."]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        # What the stages use is theirs, whatever a mod puts in its place.
        ({"data.lua": "helpers = nil package = nil _G = nil", "data-updates.lua": ""}, ""),
        ({"data.lua": "setmetatable(package, { __newindex = error }) package.loaded = nil"}, ""),
        ({"data.lua": "string.byte = function() return 0xd800 end data.raw.x = { ['\\1'] = {} }"}, ""),
        ({"settings.lua": "data.raw['bool-setting'] = { x = 5 } data.raw['int-setting'] = 5"}, ""),
        ({"data.lua": "data.raw.x = { [setmetatable({}, { __tostring = error })] = {} }"}, ""),
        ({"data.lua": "getmetatable('').__tostring = function() return {} end"}, ""),
        ({"data.lua": "data = nil"}, "m0 data.lua: data.raw is no table after this file"),
        ({"data.lua": "data.raw = 5"}, "m0 data.lua: data.raw is no table after this file"),
        ({"settings.lua": "data.raw = nil"}, "m0 settings.lua: data.raw is no table after this file"),
        # A finalizer never runs: neither its loop nor its error is seen.
        ({"data.lua": "x = setmetatable({}, { __gc = function() while true do end end })"}, ""),
        (
            {"data.lua": "for i = 1, 100000 do setmetatable({}, { __gc = function() error('x') end }) end"},
            "",
        ),
        ({"data.lua": "local m = { __gc = 1 } setmetatable({}, m) assert(m.__gc == 1)"}, ""),
    ],
)  # fmt: skip
def test_a_mod_that_replaces_what_the_stages_use(files: dict[str, str], said: str) -> None:
    outcome = load_lua(files, cpu_seconds=2)
    assert outcome.stopped == ""
    error = outcome.error
    assert (f"{error.mod} {error.file}: {error.message}" if error else "") == said
    names = (
        [name for named in outcome.data.prototypes.values() for name in named]
        if outcome.data
        else []
    )
    assert "\ud800" not in "".join(names)


def test_a_mod_with_the_name_of_a_part_of_the_game_is_not_taken_for_it(
    load: Callable[..., Answer],  # noqa: F811
    write: Callable[..., Path],  # noqa: F811
) -> None:
    found = only(load(write("quality")))
    assert found["code"] == "load-not-judged"
    assert found["message"] == "not loaded: quality is the name of a part of the game"


def test_what_takes_too_long_is_not_tried_with_other_mods(
    load: Callable[..., Answer],  # noqa: F811
    write: Callable[..., Path],  # noqa: F811
) -> None:
    """Two expansions are in the miniature game: with each the mod would run into its bound once more."""
    answer = load(write(data_lua="while true do end"), "--load-timeout=1")
    assert "did not end within 1 seconds" in only(answer)["message"]
