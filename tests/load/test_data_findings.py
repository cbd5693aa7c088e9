"""Findings over finished data, from values alone: pictures, files, names, saves and settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from factorio_release.load.api import PrototypeApi
from factorio_release.load.content import Migration, ModContent, read_migrations
from factorio_release.load.file_findings import named_file_findings, unused_files
from factorio_release.load.game_data import GameData, game_data
from factorio_release.load.locale_names import missing_names
from factorio_release.load.picture_size import wrong_picture
from factorio_release.load.places import LuaPlaces
from factorio_release.load.properties import wrong_properties
from factorio_release.load.references import NamedFile, broken_references, named_files
from factorio_release.load.save_changes import Comparison, dependency_changes
from factorio_release.load.save_findings import gone_prototypes, gone_settings, migration_targets
from factorio_release.parsers.info import read_info
from tests.support import mini_game

if TYPE_CHECKING:
    from factorio_release.findings import Finding

API = mini_game.api()
CLASSES: Any = mini_game.API["prototypes"]
OTHERS = [one for one in CLASSES if one["name"] != "ItemPrototype"]
MOD = "lamps"
NOWHERE = LuaPlaces({})


class Image(NamedTuple):
    width: int = 64
    height: int = 64
    type: str = "PNG"
    damage: str = ""
    unreadable: bool = False


def data_of(*, settings: bool = False, **kinds: dict[str, dict[str, Any]]) -> GameData:
    """Return data in which the mod added all prototypes; `_` in the name of a type stands for `-`."""
    typed = {kind.replace("_", "-"): named for kind, named in kinds.items()}
    owners = {kind: dict.fromkeys(named, MOD) for kind, named in typed.items()}
    return game_data({}, typed, owners) if settings else game_data(typed, None, owners)


def content(*english: str, **more: Any) -> ModContent:
    keys = frozenset(tuple(key.split(".", 1)) for key in english)
    return ModContent(MOD, more.pop("sizes", {}), more.pop("lua", {}), keys, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("owner", "holder", "said"),
    [
        ("Sprite", {"size": 64}, ""),
        ("Sprite", {"size": [64, 65]}, "takes 64x65 pixels of"),
        ("Sprite", {"size": 64, "width": 100, "height": 100}, ""),
        ("Sprite", {"width": 65, "height": 64}, "takes 65x64 pixels of"),
        ("Sprite", {"width": 64}, ""),
        ("Sprite", {"width": 32, "height": 32, "x": 33}, "takes 32x32 pixels at 33,0 of"),
        ("Sprite", {"width": 32, "height": 32, "position": [0, 40]}, "at 0,40 of"),
        ("Sprite", {"width": 32, "height": 32, "position": "top"}, ""),
        ("Sprite", {"width": 90, "height": 32, "layers": [{}]}, ""),
        ("Sprite", {"width": 90, "height": 32, "filenames": ["a"]}, ""),
        ("Sprite", {"width": 5000, "height": 32}, "has a frame of 5000x32 pixels: the game takes 0 to 4096"),
        ("Sprite", {"width": -1, "height": 32}, "has a frame of -1x32 pixels"),
        ("Sprite", {"size": 32, "mipmap_count": 3}, ""),
        ("Sprite", {"size": 32, "mipmap_count": 3, "flags": ["gui-icon"]}, ""),
        ("Sprite", {"size": 36, "mipmap_count": 4, "flags": ["icon"]}, "with 4 mipmaps beside each other"),
        ("Sprite", {"size": 32, "mipmap_count": 9, "flags": "icon"}, ""),
        ("Animation", {"size": 32, "frame_count": 4, "line_length": 2}, ""),
        ("Animation", {"size": 32, "frame_count": 4}, "takes 4x1 frames of 32x32 pixels of"),
        ("Animation", {"size": 32, "frame_count": 5, "line_length": 2}, "2x3 frames"),
        ("Animation", {"size": 64, "frame_count": "4"}, ""),
        ("RotatedSprite", {"size": 32, "direction_count": 8, "line_length": 2}, "2x4 frames"),
        ("SpriteSheet", {"size": 32, "variation_count": 3}, "3x1 frames"),
        ("RotatedAnimation", {"size": 32, "frame_count": 2, "direction_count": 3}, "2x3 frames"),
        ("RotatedAnimation", {"size": 16, "frame_count": 4, "direction_count": 4}, ""),
        ("RotatedAnimation", {"size": 32, "frame_count": 3, "direction_count": 2, "line_length": 2}, ""),
        ("RotatedAnimation", {"size": 16, "direction_count": 20, "line_length": 4}, "4x5 frames"),
        ("", {"size": 64, "frame_count": 99}, ""),
    ],
)  # fmt: skip
def test_what_is_taken_of_a_picture_must_be_in_it(
    owner: str, holder: dict[str, Any], said: str
) -> None:
    one = NamedFile("item", "lamp", ("picture", "filename"), "__lamps__/a.png", owner, holder)
    found = wrong_picture(one, Image())
    assert (said in found.message) if said and found else (bool(found) == bool(said))


@pytest.mark.parametrize(
    ("key", "holder", "image", "said"),
    [
        ("icon", {}, Image(64, 64), ""),
        ("icon", {}, Image(32, 64), "takes icon_size 64 of __lamps__/a.png, which has 32x64 pixels"),
        ("icon", {"icon_size": 32}, Image(32, 32), ""),
        ("icon", {"icon_size": 0}, Image(), "has icon_size 0: it must be larger than 0"),
        ("icon", {"icon_size": "64"}, Image(), ""),
        ("small_icon", {"small_icon_size": 24}, Image(20, 24), "small_icon_size 24"),
        ("icon", {}, Image(0, 0), ""),
        ("icon", {}, Image(9000, 64), "the game takes at most 8192 each way"),
        ("picture", {"size": 99}, Image(), ""),
    ],
)  # fmt: skip
def test_what_is_taken_of_an_icon_must_be_in_it(
    key: str, holder: dict[str, Any], image: Image, said: str
) -> None:
    found = wrong_picture(NamedFile("item", "lamp", (key,), "__lamps__/a.png", "", holder), image)
    assert (said in found.message) if said and found else (bool(found) == bool(said))


def test_the_table_of_a_file_is_the_innermost_one() -> None:
    picture = {"layers": [{"filename": "__lamps__/a.png", "width": 1}]}
    data = data_of(
        item={
            "lamp": {
                "picture": picture,
                "any_picture": {"filename": "__lamps__/b.png"},
                "icons": [{"icon": "__lamps__/c.png", "icon_size": 32}],
            }
        },
        lamp={"lamp": {"idle": {"filename": "__lamps__/d.png"}}},
    )
    found = {one.value[-5]: one for one in named_files(data, API, MOD)}
    assert {key: one.owner for key, one in found.items()} == {
        "a": "Sprite",
        "b": "",  # a Sprite or an Animation
        "c": "IconData",
        "d": "Animation",
    }
    assert found["a"].holder == {"filename": "__lamps__/a.png", "width": 1}
    assert found["a"].path == ("picture", "layers", "1", "filename")
    assert found["c"].holder["icon_size"] == 32


def test_references_in_every_form_of_a_type() -> None:
    """Of a union only what is wrong whichever option the game takes is reported."""

    def broken(kind: Any, value: Any) -> list[str]:
        item = {
            "name": "ItemPrototype",
            "typename": "item",
            "properties": [{"name": "x", "type": kind, "optional": True}],
        }
        api = PrototypeApi(json.dumps({**mini_game.API, "prototypes": [item, *OTHERS]}).encode())
        found = broken_references(game_data({"item": {"a": {"x": value}, "b": {}}}), api)
        return [f"{'.'.join(one.path)} {one.value}" for one in found]

    def form(name: str, **more: Any) -> dict[str, Any]:
        return {"complex_type": name, **more}

    literal = form("literal", value="none")
    either = form("union", options=["ItemID", literal])
    assert broken("ItemID", "a") == []
    assert broken("ItemID", "c") == ["x c"]
    assert broken(form("type", value="ItemID"), "c") == ["x c"]
    assert broken(either, "c") == ["x c"]
    assert broken(either, "none") == []  # the literal has no name in it
    assert broken(form("union", options=["ItemID", "FluidID"]), "c") == ["x c"]
    assert broken(form("union", options=["ItemID", "FluidID"]), "a") == []
    truth: Any = True
    assert broken(form("union", options=["ItemID", "bool"]), truth) == []
    assert broken(form("union", options=["double", form("array", value="ItemID")]), ["c"]) == [
        "x.1 c"
    ]
    assert broken(form("union", options=["double", form("array", value="ItemID")]), 5) == []
    assert broken(form("array", value="ItemID"), {"1": "c"}) == []
    assert broken(form("tuple", values=["ItemID", "double"]), ["c", 1]) == ["x.1 c"]
    pairs = form("dictionary", key="ItemID", value=form("union", options=[either, "double"]))
    assert broken(pairs, {"c": "d", "a": "none"}) == ["x c", "x.c d"]
    assert broken(form("union", options=["ItemIngredient", form("struct")]), {"x": "c"}) == []
    nested = form("union", options=[form("type", value=either), form("array", value="double")])
    assert broken(nested, "c") == ["x c"]
    assert broken(form("unknown"), "c") == []


@pytest.mark.parametrize(("struct", "count"), [("MapGenSettings", 0), ("OtherSettings", 1)])
def test_what_the_settings_of_a_map_name_may_be_gone(struct: str, count: int) -> None:
    given = {"name": "x", "type": "ItemID", "optional": True}
    settings = {"name": struct, "type": {"complex_type": "struct"}, "properties": [given]}
    holder = {**given, "name": "map", "type": struct}
    item = {"name": "ItemPrototype", "typename": "item", "properties": [holder]}
    types = [*mini_game.API["types"], settings]
    document = {**mini_game.API, "types": types, "prototypes": [item, *OTHERS]}
    data = game_data({"item": {"a": {"map": {"x": "gone"}}}})
    assert len(broken_references(data, PrototypeApi(json.dumps(document).encode()))) == count


def test_files_that_are_named_are_looked_for_once() -> None:
    names = ["there.png", "sub//there.png", "Other.png", "gone.png", "broken.png", "page.png"]
    data = data_of(
        item={
            f"{name}{number}": {"icon": f"__lamps__/{name}"}
            for name in names
            for number in range(2)
        }
    )
    images = {
        "broken.png": Image(damage="is cut short", unreadable=True),
        "page.png": Image(type="", unreadable=True),
    }
    sizes = dict.fromkeys(["there.png", "sub/there.png", "other.png", "broken.png", "page.png"], 9)
    looking = content(sizes=sizes, look=lambda path: images.get(path, Image()))
    found = [
        one.message.partition(" names ")[2]
        for one in named_file_findings(data, looking, API, NOWHERE)
    ]
    assert found == [
        "the file __lamps__/Other.png, in the package it is other.png",
        "the file __lamps__/broken.png, which is cut short",
        "the file __lamps__/gone.png, which is not in the package",
        "the file __lamps__/page.png, which is no image or sound that is known",
    ]
    many = data_of(item={f"i{n}": {"icon": f"__lamps__/{n}.png"} for n in range(200)})
    assert len(list(named_file_findings(many, looking, API, NOWHERE))) == 100


def test_what_nothing_names_is_told_with_its_size() -> None:
    sizes = {
        "used.png": 1_000,
        "old/sketch.png": 2_000_000,
        "old/Written-in-lua.png": 400_000,
        "old/frame-07.ogg": 300_000,
        "thumbnail.png": 50_000,
        "locale/en/flag.png": 60_000,
        "scenarios/a/map.png": 60_000,
        "notes.txt": 90_000,
    }
    lua = {"data.lua": b'path .. "written-in-lua" .. ".png"'}
    data = data_of(item={"lamp": {"icon": "__lamps__/used.png"}})
    (found,) = unused_files([data], content(sizes=sizes, lua=lua))
    assert found.message == (
        "2 pictures and sounds with 2.3 MB are named by no prototype of these loads and in no Lua file: "
        "old/sketch.png (2.0 MB), old/frame-07.ogg (300.0 kB)"
    )
    lua = {"data.lua": b"'frame-' 'written-in-lua' 'sketch'"}
    assert list(unused_files([data], content(sizes=sizes, lua=lua))) == []
    lua = {"data.lua": b"x" * 1_000}  # three names are searched in it
    assert len(list(unused_files([data], content(sizes=sizes, lua=lua), 3_000))) == 1
    assert list(unused_files([data], content(sizes=sizes, lua=lua), 2_999)) == []
    few = dict.fromkeys(sizes, 1_000)
    assert list(unused_files([data], content(sizes=few))) == []
    sizes = {"used.png": 5, "red-smoke-2.png": 90_000, "lamp-mask.png": 90_000}
    for text, unused in (
        (b"'red-' 'lamp' '-mask.png' 'smoke'", 0),  # names that a setting puts together
        (b"'fred-' 'lamp' 'mask' 'red' 'smoke'", 2),
        (b"'a/red-' '_mask' 'smo'", 2),
        (b"'a/red-' '-mask' 'smoke' 'lam'", 1),
    ):
        found_now = list(unused_files([data], content(sizes=sizes, lua={"data.lua": text})))
        assert sum(one.message.count("0 kB)") for one in found_now) == unused, text
    named_by_parts = {"used.png": 5, "red-thick-smoke-east.png": 90_000}
    for text, unused in ((b'"red-" "thick-smoke"', 0), (b'"red-" "a-thick-smoke"', 1)):
        own = content(sizes=named_by_parts, lua={"data.lua": text})
        assert len(list(unused_files([data], own))) == unused, text
    lua = {"data.lua": b"'red-'".ljust(1_000)}  # two names, and one more without its beginning
    assert len(list(unused_files([data], content(sizes=sizes, lua=lua), 3_000))) == 1
    assert list(unused_files([data], content(sizes=sizes, lua=lua), 2_999)) == []
    assert list(unused_files([data_of()], content(sizes=sizes))) == []  # files for other mods
    one = {"used.png": 5, "spare.png": 90_000}
    (found,) = unused_files([data], content(sizes=one))
    assert found.message.startswith("a picture or sound with 90.0 kB is named by")
    many = {"used.png": 5, **{f"old/{letter}.png": 90_000 for letter in "abcdefg"}}
    (found,) = unused_files([data], content(sizes=many))
    assert found.message.endswith(", …")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (data_of(item={"a": {}}), "item-name.a"),
        (data_of(tool={"a": {}}), "item-name.a"),
        (data_of(item={"a": {"localised_name": "A"}}), ""),
        (data_of(item={"a": {"hidden": True}}), ""),
        (data_of(item={"a": {"flags": ["hidden"]}}), ""),
        (data_of(item={"a": {"parameter": True}}), ""),
        (data_of(selection_tool={"a": {"flags": ["only-in-cursor"]}}), ""),
        (data_of(item={"a": {"place_result": "b"}}), ""),
        (data_of(item={"a": {"place_as_equipment_result": "b"}}), ""),
        (data_of(item={"a": {"place_as_tile": {"result": "b"}}}), "item-name.a"),
        (data_of(item={"a": {"place_result": "a"}}, lamp={"a": {}}), "entity-name.a"),
        (data_of(item={"a": {"place_result": "a", "hidden": True}}, lamp={"a": {}}), ""),
        (data_of(lamp={"a": {}}), ""),
        (data_of(lamp={"a": {"minable": {"mining_time": 1}}}), ""),
        (data_of(lamp={"a": {"minable": {"mining_time": 1}, "autoplace": {"x": 1}}}), "entity-name.a"),
        (data_of(fluid={"a": {}}), "fluid-name.a"),
        (data_of(tile={"a": {}}), ""),
        (data_of(tile={"a": {"minable": {"mining_time": 1}}}), "tile-name.a"),
        (data_of(recipe={"a": {"results": [{"name": "b"}]}}), ""),
        (data_of(recipe={"a": {"results": [{"name": "b"}], "main_product": ""}}), "recipe-name.a"),
        (data_of(recipe={"a": {"results": [{"name": "b"}, {"name": "c"}]}}), "recipe-name.a"),
        (data_of(recipe={"a": {"results": [{"name": "b"}, {"name": "c"}], "main_product": "b"}}), ""),
        (data_of(recipe={"a": {"results": []}}), "recipe-name.a"),
        (data_of(technology={"a-2": {}}), "technology-name.a"),
        (data_of(technology={"a": {}}), "technology-name.a"),
        (data_of(technology={"a": {"enabled": False}}), ""),
        (data_of(custom_input={"a": {"linked_game_control": "x"}}), ""),
        (data_of(custom_input={"a": {"linked_game_control": ""}}), "controls.a"),
        (data_of(planet={"a": {}}), "space-location-name.a"),
        (data_of(noise_function={"a": {}}), ""),
        (data_of(settings=True, bool_setting={"a": {}}), "mod-setting-name.a"),
        (data_of(settings=True, bool_setting={"a": {"hidden": True}}), ""),
        (game_data({"item": {"a": {}}}), ""),
        (game_data({"item": {"a": {}}}, None, {"item": {"a": "other"}}), ""),
        (game_data({"item": {}}, None, {"item": {"a": MOD}}), ""),
    ],
)  # fmt: skip
def test_names_that_players_see(data: GameData, key: str) -> None:
    found = list(missing_names(data, content(), API, NOWHERE))
    assert [one.message.partition("Unknown key: ")[2] for one in found] == (
        [f'"{key}"'] if key else []
    )
    if key:
        assert list(missing_names(data, content(key), API, NOWHERE)) == []


def test_other_keys_that_name_it_too() -> None:
    tile = data_of(item={"a": {"place_as_tile": {"result": "b"}}})
    assert list(missing_names(tile, content("tile-name.b"), API, NOWHERE)) == []
    level = data_of(technology={"a-2": {}})
    assert list(missing_names(level, content("technology-name.a-2"), API, NOWHERE)) == []
    of_game = game_data(
        {"technology": {"a-1": {}, "a-2": {}, "b": {}}}, None, {"technology": {"a-2": MOD}}
    )
    assert list(missing_names(of_game, content(), API, NOWHERE)) == []


def test_what_a_function_of_another_mod_adds_may_have_its_text_there() -> None:
    data = data_of(item={"cable": {}})._replace(added_through={"item": {"cable": "library"}})
    for lua, count in (("library.cable()", 1), ("library.add('cab' .. 'le')", 0)):
        own = content(lua={"data.lua": lua.encode()})
        assert len(list(missing_names(data, own, API, NOWHERE))) == count, lua


def test_many_names_of_a_kind_are_told_together() -> None:
    data = data_of(fluid={f"oil-{number:02}": {} for number in range(30)}, item={"lamp": {}})
    fluids, item = missing_names(data, content("item-name.lmap"), API, NOWHERE)
    assert fluids.message.startswith(
        "30 prototypes of the type fluid have no English name, players see texts such as "
        'Unknown key: "fluid-name.oil-00": oil-00, oil-01'
    )
    assert fluids.message.endswith(", oil-19, …")
    assert "Did you mean it with lmap=?" in item.hint


def compared(before: GameData, after: GameData, migrations: str = "", had: str = "") -> Comparison:
    """Return a comparison; each of the migrations is `file kind old new`."""
    read = []
    for line in filter(None, migrations.split(", ")):
        file, kind, old, new = line.split()
        read.append(Migration(file, 7, kind, old, new))
    return Comparison(MOD, before, after, API, read, frozenset(had.split()))


def names(*items: str) -> GameData:
    return data_of(item={name: {} for name in items})


def gone(one: Comparison) -> list[Finding]:
    return list(gone_prototypes(one, tuple(one.prototypes()), "1.0.0", "1.1.0"))


def test_changes_of_prototypes() -> None:
    before = data_of(item={"a": {}, "b": {}, "c": {}}, corpse={"dead": {}}, recipe={"a": {}})
    after = data_of(tool={"a": {}}, item={"b2": {}, "d": {}}, recipe={"a": {}})
    both = compared(before, after, "1.1.json item b b1, 1.1.json item b1 b2")
    items, *others = both.prototypes()
    assert items.added == ("d",)  # the tool is the item that was there
    assert items.removed == ("c",)
    assert [tuple(one) for one in items.renamed] == [("b", "b2")]
    assert not any(others)
    (found,) = gone(both)
    assert found.message == "item `c` of 1.0.0 is gone, and no migration renames it: saves lose it"
    assert '{"item": [["c", "NEW-NAME"]]}' in found.hint


def test_a_name_of_several_kinds_is_told_once() -> None:
    before = data_of(item={"lamp": {}}, lamp={"lamp": {}}, recipe={"lamp": {}})
    (found,) = gone(compared(before, data_of(item={"lamps": {}}), "m.json entity lamp lamps"))
    assert found.message.startswith("item, entity and recipe `lamp` of 1.0.0 is gone")
    assert '{"item": [["lamp", "lamps"]], "entity": ' in found.hint


def test_what_no_save_has_is_only_a_change() -> None:
    both = compared(data_of(item_subgroup={"a": {}}), names("b"))
    assert [one.removed for one in both.prototypes() if one.kind == "item-subgroup"] == [("a",)]
    assert gone(both) == []


def test_a_migration_that_saves_have_had_is_told() -> None:
    (found,) = gone(compared(names("a"), names("b"), "old.json item a b", had="old.json"))
    assert (found.file, found.line) == ("old.json", 7)
    assert "old.json, which renames it, was in 1.0.0 already" in found.message


def test_many_that_are_gone_are_told_in_short() -> None:
    found = gone(compared(names(*(f"i{number:02}" for number in range(50))), names()))
    assert len(found) == 21
    assert found[-1].message.startswith(
        "30 more names of 1.0.0 are gone without a migration: i20, "
    )
    assert found[-1].message.endswith(", i39, …")


def test_targets_of_migrations() -> None:
    before, after = names("a", "b", "c"), names("lamp", "c")
    migrations = (
        "m item a lmap, m item b lamp, m item never gone, m unknown a b, old item a x, m item c c2"
    )
    found = list(migration_targets(compared(before, after, migrations, had="old")))
    assert [one.message.partition(",")[0] for one in found] == [
        "the migration renames the item `a` to `lmap`",
        "the migration renames the item `c` to `c2`",
    ]
    assert [one.hint for one in found] == [
        "Did you mean `lamp`?",
        "Name one that exists, or define it.",
    ]
    assert gone(compared(before, after, migrations, had="old")) == []  # told already


def test_a_circle_of_migrations_ends() -> None:
    both = compared(names("a"), names("c"), "m item a b, m item b a")
    assert both.final_name("item", "a") == "a"
    assert [one.code for one in migration_targets(both)] == ["migration-target"]


def test_targets_that_are_missing_are_bounded() -> None:
    before = names(*(f"a{number}" for number in range(200)))
    migrations = ", ".join(f"m item a{number} gone" for number in range(200))
    assert len(list(migration_targets(compared(before, names("b"), migrations)))) == 100


def test_changes_of_settings() -> None:
    before = data_of(
        settings=True,
        bool_setting={"same": {"setting_type": "startup"}, "type": {"setting_type": "startup"}},
        int_setting={"gone": {}},
    )
    after = data_of(
        settings=True,
        bool_setting={"same": {"setting_type": "startup"}},
        int_setting={"type": {"setting_type": "startup"}, "new": {}},
    )
    changes = compared(before, after).settings()
    assert (changes.added, changes.removed) == (("new",), ("gone",))
    assert [tuple(one) for one in changes.renamed] == [
        ("type: startup bool-setting", "type: startup int-setting")
    ]
    lua = {"settings.lua": b'\n{ type = "int-setting", name = "type" }'}
    removed, other = gone_settings(compared(before, after), changes, LuaPlaces(lua), "1.0.0")
    assert removed.message.startswith("the setting `gone` of 1.0.0 is gone")
    assert other.message.startswith(
        "the setting `type` was a startup bool-setting in 1.0.0 and is a startup int-setting now"
    )
    assert (other.file, other.line) == ("settings.lua", 2)


def test_values_of_settings_that_are_no_longer_allowed() -> None:
    def setting(*values: str) -> GameData:
        return data_of(settings=True, string_setting={"size": {"allowed_values": list(values)}})

    both = compared(setting("s", "m", "xl"), setting("m", "l"))
    (found,) = gone_settings(both, both.settings(), NOWHERE, "1.0.0")
    assert found.message == (
        "the setting `size` no longer allows `s`, `xl`: players who chose that in 1.0.0 get the default"
    )
    for after in (setting("s", "m", "xl", "l"), setting(), data_of(settings=True)):
        assert compared(setting("s", "m", "xl"), after).refused_values() == {}
    others = game_data({}, {"string-setting": {"size": {"allowed_values": ["s", "m"]}}})
    assert compared(others, setting("m")).refused_values() == {}


def test_changes_of_dependencies() -> None:
    old = read_info(b'{"dependencies": ["base >= 2.0", "? a", "b", "bad >"]}')
    new = read_info(b'{"dependencies": ["base>=2.0", "a", "! c"]}')
    changes = dependency_changes(old, new)
    assert (changes.added, changes.removed) == (("! c",), ("b",))
    assert [tuple(one) for one in changes.renamed] == [("? a", "a")]


def test_migrations_are_read_with_their_lines() -> None:
    text = b'{"item": [\n["a", "b"],\n["c"], ["d", 1]],\n"tile": 5}'
    assert list(read_migrations(text, "m")) == [Migration("m", 2, "item", "a", "b")]
    assert list(read_migrations(b"[]", "m")) == []


def test_properties_at_the_top() -> None:
    def found(**kinds: dict[str, dict[str, Any]]) -> list[str]:
        mine = data_of(settings=False, **kinds)
        game: dict[str, Any] = {
            "item": {"game": {"stack_size": 1}},
            "lamp": {"game": {"energy_usage": "1W"}},
        }
        every = {kind: {**game.get(kind, {}), **named} for kind, named in mine.prototypes.items()}
        data = game_data(every, None, mine.added_by)
        return [one.message for one in wrong_properties(data, MOD, API, NOWHERE)]

    assert found(lamp={"a": {}}) == ["lamp a: it has no energy_usage, and the game wants one"]
    assert found(lamp={"a": {"energy_usage": 5}}) == []  # a number is a text
    assert found(lamp={"a": {"energy_usage": True}}) == [
        "lamp a: energy_usage is true or false, and the game wants a text"
    ]
    assert found(item={"a": {"stack_size": "fifty"}}) == [
        "item a: stack_size is a text, and the game wants a number"
    ]
    assert found(item={"a": {"stack_size": "50"}}) == []
    assert found(item={"a": {"stack_size": False}}) == [
        "item a: stack_size is true or false, and the game wants a number"
    ]
    assert found(item={"a": {"icons": 5}}) == [
        "item a: icons is a number, and the game wants a table"
    ]
    assert found(item={"a": {"hidden": 5}}) == [
        "item a: hidden is a number, and the game wants true or false"
    ]
    assert found(item={"a": {"subgroup": []}}) == [
        "item a: subgroup is a table, and the game wants a text"
    ]
    assert found(tool={"a": {"stack_size": []}}) == []  # the game has none to compare with
    assert found(unknown={"a": {}}) == []
    assert len(found(item={f"i{n}": {"stack_size": []} for n in range(50)})) == 20


def test_what_the_game_itself_does_is_not_reported() -> None:
    named: dict[str, Any] = {"game": {"stack_size": []}, "mine": {"stack_size": []}}
    data = game_data({"item": named}, None, {"item": {"mine": MOD}})
    assert list(wrong_properties(data, MOD, API, NOWHERE)) == []


def test_places() -> None:
    lua = {
        "a.lua": b'x = "lamp"\n',
        "b.lua": b'name = "lamp"\nfile = "f.png"\n\n\n'
        + b"-" * 500
        + b"\n{type=\"item\",\nname='lamp', size = 5}",
    }
    data = GameData(
        {},
        {},
        {},
        {"fluid": {"oil": "b.lua:2", "lost": "gone.lua:1"}},
        {MOD: dict.fromkeys(lua, "")},
    )
    places = LuaPlaces(lua).after(data, MOD)
    assert places.of_prototype("item", "lamp") == ("b.lua", 7)
    assert places.of_prototype("fluid", "lamp") == ("b.lua", 1)
    assert places.of_prototype("fluid", "oil") == ("b.lua", 2)
    assert places.of_prototype("fluid", "lost") == ("", 0)
    assert places.of_prototype("recipe", "f.png") == ("b.lua", 2)
    assert places.of("f.png", "item", "lamp") == ("b.lua", 2)
    assert places.of("nowhere", "item", "lamp") == ("b.lua", 7)
    assert places.of("lamp", "recipe", "none") == ("a.lua", 1)
    assert places.of_key("size", "item", "lamp") == ("b.lua", 7)
    assert places.of_key("weight", "item", "lamp") == ("b.lua", 7)
    files = {"c.lua": b"x = g .. 'a/f.png'\ny = 'bf.png' .. \"f.png\"\nz = '__lamps__/b/f.png'"}
    of_file = LuaPlaces(files).of_file
    assert of_file("__lamps__/b/f.png", "item", "x") == ("c.lua", 3)
    assert of_file("__lamps__/a/f.png", "item", "x") == ("c.lua", 1)
    assert of_file("__lamps__/c/f.png", "item", "x") == ("c.lua", 1)
    assert of_file("__lamps__/c/bf.png", "item", "x") == ("c.lua", 2)
    assert of_file("__lamps__/c/g.png", "item", "x") == ("", 0)
    assert LuaPlaces(lua).after(GameData({}), MOD).of_prototype("item", "lamp") == ("", 0)
