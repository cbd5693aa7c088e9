"""The example mod's files belong together: code, pictures, texts, page."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from lupa.lua52 import LuaRuntime

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ["en", "de", "fr"]


def load_data(mod: Path, technologies: str) -> Any:
    lua = LuaRuntime(unpack_returned_tuples=True)
    lua.execute(
        "data = { raw = { technology = " + technologies + " }, got = {} }\n"
        "function data:extend(list) for _, one in pairs(list) do table.insert(self.got, one) end end\n"
        f"package.path = '{mod.as_posix()}/?.lua'"
    )
    for stage in ["settings.lua", "data.lua"]:
        lua.execute((mod / stage).read_text(encoding="utf-8"))
    return lua.globals().data


def prototypes(data: Any) -> dict[str, Any]:
    return {one.type: one for one in data.got.values()}


def pictures(value: Any) -> list[Any]:
    """Every table below a Lua value that names a file."""
    if not hasattr(value, "items"):
        return []
    here = [value] if value["filename"] else []
    return here + [found for _, inner in value.items() for found in pictures(inner)]


def png_size(file: Path) -> tuple[int, int]:
    head = file.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def locale_keys(mod: Path, language: str) -> dict[str, str]:
    keys, section = {}, ""
    for line in (
        (mod / "locale" / language / "andon-lamps.cfg").read_text(encoding="utf-8").splitlines()
    ):
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            key, text = line.split("=", 1)
            assert f"{section}.{key}" not in keys
            keys[f"{section}.{key}"] = text
    return keys


def test_every_lua_file_is_lua_5_2(mod: Path) -> None:
    lua = LuaRuntime()
    files = sorted(mod.rglob("*.lua"))
    assert {"control.lua", "data.lua", "settings.lua", "1.1.0.lua"} <= {file.name for file in files}
    for file in files:
        lua.compile(file.read_text(encoding="utf-8"), name=f"@{file.name}")


@pytest.mark.parametrize(
    ("technologies", "enabled", "unlocked"),
    [
        ("{ lamp = { effects = {} } }", False, ["andon-lamp"]),
        ("{ lamp = {} }", False, ["andon-lamp"]),
        ("{}", True, []),
    ],
)
def test_the_lamp_can_be_had(
    mod: Path, technologies: str, enabled: bool, unlocked: list[str]
) -> None:
    data = load_data(mod, technologies)
    assert prototypes(data)["recipe"].enabled is enabled
    lamp = data.raw.technology.lamp
    effects = lamp.effects.values() if lamp else []
    assert [effect.recipe for effect in effects] == unlocked


def test_every_picture_of_the_game_is_there_in_the_size_that_the_code_says(mod: Path) -> None:
    ours = prototypes(load_data(mod, "{}"))
    sprites = pictures(ours["lamp"])
    assert len(sprites) == 3
    for sprite in sprites:
        file = mod / sprite.filename.removeprefix("__andon-lamps__/")
        assert png_size(file) == (sprite.width, sprite.height), file.name
    icon = mod / ours["item"].icon.removeprefix("__andon-lamps__/")
    assert png_size(icon) == (64, 64)


def test_every_text_that_the_game_asks_for_is_there(mod: Path) -> None:
    keys = set(locale_keys(mod, "en"))
    asked = {"entity-name.andon-lamp", "entity-description.andon-lamp"}
    for one in load_data(mod, "{}").got.values():
        if one.type.endswith("-setting"):
            asked |= {f"mod-setting-name.{one.name}", f"mod-setting-description.{one.name}"}
            allowed = one.allowed_values.values() if one.allowed_values else []
            asked |= {f"string-mod-setting.{one.name}-{value}" for value in allowed}
    for file in mod.rglob("*.lua"):
        asked |= set(re.findall(r'\{\s*"(andon-lamps\.[a-z-]+)"', file.read_text(encoding="utf-8")))
    verdicts = (mod / "scripts" / "verdicts.lua").read_text(encoding="utf-8")
    reasons = set(re.findall(r'^    (?:\["([a-z-]+)"\]|([a-z]+)) = \{', verdicts, re.MULTILINE))
    reasons |= {(reason, "") for reason in re.findall(r'reason = "([a-z-]+)"', verdicts)}
    asked |= {f"andon-reason.{quoted or bare}" for quoted, bare in reasons}
    assert len(asked) > 35
    assert asked <= keys
    unasked = {
        key
        for key in keys - asked
        if not key.startswith(("item-name.", "mod-name.", "mod-description."))
    }
    assert unasked == set()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_each_language_says_the_same(mod: Path, language: str) -> None:
    english, other = locale_keys(mod, "en"), locale_keys(mod, language)
    assert list(other) == list(english)
    for key, text in english.items():
        parameters = re.compile(r"__(?:\d|plural_for_parameter__\d)__")
        assert sorted(parameters.findall(other[key])) == sorted(parameters.findall(text)), key


def test_the_page_names_files_that_exist(mod: Path) -> None:
    page = yaml.safe_load((mod / "factorio-release.yml").read_text(encoding="utf-8"))
    images = [mod / image for image in page["images"]]
    assert [png_size(image) for image in images] == [(1280, 720)] * 3
    assert all(image.stat().st_size < 150_000 for image in images)
    assert png_size(mod / "thumbnail.png") == (144, 144)
    for page_file in [page["description"], page["faq"]]:
        text = (mod / page_file).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^#)]+)\)", text):
            assert (mod / target).exists(), target


def test_the_changelog_begins_with_the_version(mod: Path) -> None:
    version = json.loads((mod / "info.json").read_text(encoding="utf-8"))["version"]
    lines = (mod / "changelog.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["-" * 99, f"Version: {version}"]
    allowed = re.compile(
        r"-{99}|Version: [\d.]+|Date: [\d-]+|  \w[\w ]*:|    - \S.*\S|      \S.*\S"
    )
    assert [line for line in lines if not allowed.fullmatch(line)] == []
