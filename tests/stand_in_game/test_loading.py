"""The stand-in loads mods as is known of the game: which, in what order, and how it says what is wrong."""

from __future__ import annotations

import io
import lzma
import os
import re
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stand_in_game import install

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stand_in_game.conftest import Game

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script with #!")

LAMP = """
data:extend({
  { type = "item", name = "andon-lamp", icon = "__andon-lamps__/lamp.png", stack_size = 50 },
  {
    type = "recipe",
    name = "andon-lamp",
    ingredients = { { type = "item", name = "iron-plate", amount = 1 } },
    results = { { type = "item", name = "andon-lamp", amount = 1 } },
  },
})
"""


def loaded(log: str) -> list[str]:
    return re.findall(r"^ {0,3}\d+\.\d+ Checksum (?:of|for) ([^:/]+): \d+$", log, re.MULTILINE)


def test_says_its_version(game: Game) -> None:
    run = game.run("--version")
    assert run.returncode == 0
    assert run.stdout.startswith(f"Version: {install.VERSION} (build ")
    assert not game.scratch.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dump-dta"], "unrecognised option '--dump-dta'"),
        (["--create"], "the required argument for option '--create' is missing"),
        ([], "one of "),
        (["--dump-data", "--config=/nowhere.ini"], "config file /nowhere.ini does not exist"),
    ],
)
def test_refuses_what_is_no_command_line(game: Game, arguments: list[str], message: str) -> None:
    run = game.run(*arguments)
    assert run.returncode == 1
    assert message in run.stdout


def test_without_config_it_writes_into_its_own_folder(game: Game) -> None:
    subprocess.run([game.program, "--dump-data"], env={}, check=True, stdout=subprocess.DEVNULL)
    assert (game.root / "game/factorio-current.log").exists()
    assert (game.root / "game/mods/mod-list.json").exists()


def test_with_config_it_leaves_its_own_folder_alone(game: Game) -> None:
    before = {path: path.stat().st_mtime_ns for path in (game.root / "game").rglob("*")}
    assert game.run("--dump-data").returncode == 0
    after = {path: path.stat().st_mtime_ns for path in (game.root / "game").rglob("*")}
    assert before == after


def test_a_mod_is_loaded_and_dumped(game: Game) -> None:
    game.mod({"data.lua": LAMP})
    run = game.run("--dump-data")
    assert run.returncode == 0
    assert re.search(
        r"^ {0,3}\d+\.\d+ Loading mod andon-lamps 1\.2\.3 \(data\.lua\)$", run.stdout, re.MULTILINE
    )
    assert loaded(run.stdout) == ["core", "base", "andon-lamps"]
    assert run.stdout == game.log
    assert run.stdout.endswith(" Goodbye\n")
    dump = game.dump()
    assert dump["item"]["andon-lamp"]["stack_size"] == 50
    assert dump["recipe"]["iron-plate"]["ingredients"] == {}


def test_expansions_load_unless_the_list_says_no(game: Game) -> None:
    (game.mods / "mod-list.json").write_text('{"mods": []}')
    everything = ["core", "base", "elevated-rails", "quality", "space-age"]
    assert loaded(game.run("--dump-data").stdout) == everything
    game.switch({})
    assert loaded(game.run("--dump-data").stdout) == ["core", "base"]


@pytest.mark.parametrize(
    "info",
    [
        {"dependencies": ["base", "missing"]},
        {"dependencies": ["base", "~ missing >= 1.0"]},
        {"dependencies": ["base >= 9.0"]},
        {"dependencies": ["base", "! other"]},
        {"dependencies": ["base", "? other >= 2.0"]},
        {"dependencies": ["base", "quality"]},
        {"factorio_version": "1.1"},
    ],
)
def test_a_mod_that_cannot_be_used_is_absent_in_silence(game: Game, info: dict[str, Any]) -> None:
    game.mod({}, name="other", version="1.0.0")
    game.mod({"data.lua": 'error("never run")'}, **info)
    run = game.run("--dump-data")
    assert run.returncode == 0
    assert "andon" not in run.stdout
    assert loaded(run.stdout) == ["core", "base", "other"]


def test_order_and_versions(game: Game) -> None:
    game.mod({}, name="a-last", dependencies=["base", "? mod-10"])
    game.mod({}, name="Mod-9", dependencies=["base"])
    game.mod({}, name="mod-10", dependencies=["base", "(?) absent", "+ Mod-9 >= 1.0"])
    game.mod({}, name="zz", version="1.0.0", dependencies=["base"])
    game.mod({}, name="zz", version="1.10.0", dependencies=["base"])
    game.mod({}, name="zz", version="1.9.0", dependencies=["base"])
    run = game.run("--dump-data")
    assert loaded(run.stdout) == ["core", "base", "Mod-9", "zz", "mod-10", "a-last"]
    for pinned, text in (({}, "1.10.0"), ({"zz": "1.9.0"}, "1.9.0")):
        game.mod({"data.lua": "log(mods.zz)"}, dependencies=["base", "zz"])
        game.switch({"zz": True, "andon-lamps": True}, **pinned)
        assert f"Script @__andon-lamps__/data.lua:1: {text}" in game.run("--dump-data").stdout


def test_a_mod_that_is_not_in_the_list_stays_off(game: Game) -> None:
    game.mod({})
    game.switch({})
    assert "andon" not in game.run("--dump-data").stdout.partition("Running")[2]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            {"data.lua": "local t = {}\nlocal x = t.a.b"},
            r'Failed to load mod "andon-lamps": __andon-lamps__/data\.lua:2: attempt to index field',
        ),
        ({"data.lua": "x = = 1"}, r'"andon-lamps": __andon-lamps__/data\.lua:1: unexpected symbol'),
        ({"data.lua": 'require("gone")'}, r"data\.lua:1: module gone not found"),
        ({"settings.lua": 'error("no")'}, r'"andon-lamps": __andon-lamps__/settings\.lua:1: no'),
        (
            {"data.lua": LAMP.replace("iron-plate", "iron-plat")},
            (
                r"Error in assignID: item with name 'iron-plat' does not exist\."
                r"\n\nSource: andon-lamp \(recipe\)\."
            ),
        ),
        (
            {"data.lua": 'data:extend({{ type = "technology", name = "andon", icons = {{}} }})'},
            (
                r'Error while loading technology prototype "andon" \(technology\): Key "icon" not found in '
                r"property tree at ROOT\.technology\.andon\.icons\[0\]\nModifications: Andon lamps"
            ),
        ),
    ],
)
def test_what_is_broken_stops_it(game: Game, texts: dict[str, str], message: str) -> None:
    game.mod(texts)
    run = game.run("--dump-data")
    assert run.returncode == 1
    assert re.search(r"^ {0,3}\d+\.\d+ Error \w+\.cpp:\d+: .*" + message, run.stdout, re.MULTILINE)
    assert not (game.scratch / "script-output").exists()


@pytest.mark.parametrize("locale", [None, "de"])
def test_messages_are_translated_unless_english_is_asked_for(
    game: Game, locale: str | None
) -> None:
    game.mod({"data.lua": 'error("no")'})
    game.config(locale)
    run = game.run("--dump-data")
    assert "Failed to load mod" not in run.stdout
    assert re.search(r"Error \w+\.cpp:\d+: .*__andon-lamps__/data\.lua:1: no", run.stdout)


def test_files_that_are_no_mods(game: Game) -> None:
    game.mod({}, file_name="andon-lamps.zip")
    assert "doesn't match the expected andon-lamps_1.2.3.zip" in game.run("--dump-data").stdout
    (game.mods / "andon-lamps.zip").write_bytes(b"<html>")
    run = game.run("--dump-data")
    assert run.returncode == 1
    assert re.search(r"Error ModManager\.cpp:\d+: Mod package read error\.", run.stdout)


def test_files_and_settings_of_other_mods(game: Game) -> None:
    game.mod({"lib/one.lua": 'require("two")\nreturn 1', "lib/two.lua": ""}, name="flib")
    setting = {
        "type": "int-setting",
        "name": "speed",
        "setting_type": "startup",
        "default_value": 3,
    }
    fields = ", ".join(f'{key} = "{value}"' for key, value in setting.items())
    game.mod(
        {
            "settings.lua": f"data:extend({{ {{ {fields} }} }})",
            "data.lua": 'require("util")\nlog(require("__flib__.lib.one") .. settings.startup.speed.value)',
        },
        dependencies=["base", "flib"],
    )
    run = game.run("--dump-data")
    assert "Loading mod settings andon-lamps 1.2.3 (settings.lua)" in run.stdout
    assert "Script @__andon-lamps__/data.lua:2: 13" in run.stdout
    saved = game.mods / "mod-settings.dat"  # as the run left it
    saved.write_bytes(saved.read_bytes().replace(b"\x013", b"\x017"))
    assert "data.lua:2: 17" in game.run("--dump-data").stdout
    saved.write_bytes(saved.read_bytes()[:-1])
    assert "mod-settings.dat cannot be read" in game.run("--dump-data").stdout


def test_the_log_of_the_last_run_is_kept(game: Game) -> None:
    game.run("--dump-data")
    first = game.log
    game.run("--dump-data")
    assert (game.scratch / "factorio-previous.log").read_text() == first
    game.run("--dump-data", "--no-log-rotation")
    assert (game.scratch / "factorio-previous.log").read_text() == first


def test_the_download_holds_the_same_game(tmp_path: Path) -> None:
    data = install.archive("2.1.12", expansions=("quality", "recycler"))
    assert install.archive_name("2.1.12") == "factorio-headless_linux_2.1.12.tar.xz"
    assert len(install.sums_line(data).split("  ")[0]) == 64
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(data))) as tar:
        tar.extractall(tmp_path, filter="data")
    program = tmp_path / "factorio/bin/x64/factorio"
    assert os.access(program, os.X_OK)
    run = subprocess.run(
        [program, "--dump-data"], env={}, capture_output=True, text=True, check=True
    )
    assert loaded(run.stdout) == ["core", "base", "quality", "recycler"]
