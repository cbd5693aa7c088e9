# ruff: noqa: ISC004, E501 the lines of a log are quoted as they are
"""The game's log, in the shapes that published logs have: what was loaded, what an error says and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.load.headless.errors_of_game import meaning
from factorio_release.load.headless.log import joined, read_log
from factorio_release.load.places import LuaPlaces

if TYPE_CHECKING:
    from factorio_release.load.headless.log import GameLog

GOOD = """\
   0.000 2026-01-02 03:04:05; Factorio 2.0.77 (build 84292, linux64, headless, space-age)
   0.000 Operating system: Linux
   0.052 Loading mod settings andon-lamps 1.2.3 (settings.lua)
   0.410 Loading mod core 0.0.0 (data.lua)
   0.420 Loading mod base 2.0.77 (data.lua)
   0.500 Loading mod andon-lamps 1.2.3 (data.lua)
   0.700 Checksum of andon-lamps: 4102034102
   0.701 Checksum of only locale: 0
   2.112 Checksum for script __andon-lamps__/control.lua: 214164611
   2.400 Goodbye
"""
LUA = LuaPlaces(
    {
        "data.lua": b'local a = 1\ndata:extend({ { type = "recipe", name = "andon-lamp",\n'
        b'ingredients = { { name = "andon-lampp" } } } })\n',
        "tech.lua": b'data:extend({\n  { type = "technology", name = "andon" } })\n',
    }
)


def read(entry: str) -> GameLog:
    """Return a log of a game that loaded the mod, with one more entry."""
    return read_log(GOOD.replace("   2.400 Goodbye\n", entry))


def test_what_was_loaded() -> None:
    log = read_log(GOOD)
    assert (log.version, log.errors, log.is_readable) == ("2.0.77", (), True)
    assert log.mods["andon-lamps"] == "1.2.3"
    assert log.mods["only locale"] == ""
    assert log.scripts == {"andon-lamps"}


@pytest.mark.parametrize(
    ("entry", "message", "place"),
    [
        (
            '   1.786 Error ModManager.cpp:1764: Failed to load mod "andon-lamps": '
            "__andon-lamps__/data.lua:29: attempt to index field '?' (a nil value)\n",
            "the game does not load the mod: attempt to index field '?' (a nil value)",
            ("data.lua", 29),
        ),
        (
            "  33.126 Error ModManager.cpp:1024: Error in assignID: item with name 'andon-lampp' does not exist.\n"
            "Source: andon-lamp (recipe).\n",
            "recipe andon-lamp asks for the item `andon-lampp`, which does not exist",
            ("data.lua", 3),
        ),
        (
            "  33.126 Error ModManager.cpp:1024: Failed to load mods: Error in assignID, fluid with name "
            "'andon-lampp' does not exist.\n\nSource: andon-lamp (recipe).\n",
            "recipe andon-lamp asks for the fluid `andon-lampp`, which does not exist",
            ("data.lua", 3),
        ),
        (
            '   1.786 Error ModManager.cpp:1758: Error while loading technology prototype "andon" (technology): '
            'Key "icon" not found in property tree at ROOT.technology.andon.icons[0]\n'
            "Modifications: Andon lamps\n",
            'the game refuses the technology andon: Key "icon" not found in property tree at '
            "ROOT.technology.andon.icons[0]",
            ("tech.lua", 2),
        ),
        (
            "   0.000 Error Util.cpp:83: The mod Andon lamps (1.2.3) caused a non-recoverable error.\n"
            "Please report this error to the mod author.\n\nError while running event andon-lamps::on_init()\n"
            "__andon-lamps__/control.lua:349: attempt to index field '?' (a nil value)\nstack traceback:\n"
            "\t__andon-lamps__/control.lua:349: in function <__andon-lamps__/control.lua:340>\n",
            "the game stops in event andon-lamps::on_init(): attempt to index field '?' (a nil value)",
            ("control.lua", 349),
        ),
        (
            "1936.625 Error MainLoop.cpp:1391: Exception at tick 60: The mod Andon lamps (1.2.3) caused a "
            "non-recoverable error.\nPlease report this error to the mod author.\n\n"
            'Error while running event andon-lamps::on_nth_tick(60)\nUnknown sprite "x"\nstack traceback:\n'
            "\t[C]: in function 'add'\n\t__flib__/gui.lua:65: in function 'add'\n"
            "\t__andon-lamps__/scripts/gui.lua:387: in function 'build'\n",
            'the game stops in event andon-lamps::on_nth_tick(60): Unknown sprite "x" (at __flib__/gui.lua:65)',
            ("scripts/gui.lua", 387),
        ),
        (
            "   0.300 Error ModManager.cpp:1125: Mod package read error. File /tmp/x/info.json not found\n",
            "the game reports an error: Mod package read error. File /tmp/x/info.json not found",
            ("", 0),
        ),
        (
            "   2.300 Goodbye\n\n------------- Error -------------\n"
            "__andon-lamps__/control.lua:7: boom\n----------------------------\n",
            "the game does not load the mod: boom",
            ("control.lua", 7),
        ),
        (
            "Error: The mod Andon lamps (1.2.3) caused a non-recoverable error.\n"
            "Error while running event andon-lamps::on_init()\n__andon-lamps__/control.lua:9: boom\n",
            "the game stops in event andon-lamps::on_init(): boom",
            ("control.lua", 9),
        ),
        (
            '   4.982 Error ModManager.cpp:1764: Error al cargar el mod "andon-lamps": '
            "__andon-lamps__/data.lua:3: fallo\n",
            "the game does not load the mod: fallo",
            ("data.lua", 3),
        ),
    ],
)  # fmt: skip
def test_an_error_is_read(entry: str, message: str, place: tuple[str, int]) -> None:
    (error,) = read(entry).errors
    found = meaning(error, "andon-lamps", "Andon lamps", LUA)
    assert found.message == message
    assert (found.file, found.line) == place


@pytest.mark.parametrize(
    ("entry", "is_own", "others"),
    [
        ('   1.0 Error ModManager.cpp:1: Failed to load mod "flib": __flib__/data.lua:1: x\n', False, ("flib",)),
        (
            '   1.0 Error M.cpp:1: Error while loading entity prototype "roboport" (roboport): no.\n'
            "Modifications: Factorissimo \u203a Andon lamps \u203a Squeak Through\n",
            True,
            ("Factorissimo", "Squeak Through"),
        ),
        (
            '   1.0 Error M.cpp:1: Error while loading entity prototype "roboport" (roboport): no.\n'
            "Modifications: Factorissimo\n",
            False,
            ("Factorissimo",),
        ),
        ("   1.0 Error M.cpp:1: The mod Flib (0.1.2) caused a non-recoverable error.\n", False, ("Flib",)),
        ('   1.0 Error M.cpp:1: Failed to load mod "andon-lamps": no info.json\n', True, ()),
        ("   1.0 Error Net.cpp:1: something else\n", False, ()),
    ],
)  # fmt: skip
def test_whose_error_it_is(entry: str, is_own: bool, others: tuple[str, ...]) -> None:
    (error,) = read(entry).errors
    found = meaning(error, "andon-lamps", "Andon lamps", LUA)
    assert (found.is_own, found.others) == (is_own, others)


@pytest.mark.parametrize(
    "text",
    [
        # What a mod logs is its own affair, on every line of it.
        "   1.0 Script @__andon-lamps__/data.lua:3: Error ModManager.cpp:1: not true\n"
        "Error while running event x::y\n__andon-lamps__/data.lua:9: not true\n   1.1 Goodbye\n",
        "   1.0 Script @__a__/data.lua:3: The mod x (1.0.0) caused a non-recoverable error.\n",
        "   1.0 Mods to disable:Failed to load mods: Error in assignID, item with name 'x' does not exist.\n",
        "   1.0 Info ErrorReporting.cpp:3: Errors: none\n",
        "::error::a line that looks like a command\n",
        "",
    ],
)
def test_what_is_no_error(text: str) -> None:
    assert read(text).errors == ()


def test_a_log_in_pieces() -> None:
    error = "   1.0 Error M.cpp:1: x\n"
    one = read_log("   1.0 Checksum of lamps: 1\n" + error)
    other = read_log(GOOD.replace("andon-lamps", "lamps") + error.replace("1.0", "7.0"))
    both = joined(one, other)
    assert both.mods["lamps"] == "1.2.3"
    assert (both.version, len(both.errors)) == ("2.0.77", 1)
    assert both.scripts == {"lamps"}
    assert not read_log("nothing\nof a log\n").is_readable


def test_a_hostile_log_costs_little() -> None:
    """Lines without end, and patterns that could go back and forth."""
    pieces: list[Any] = ["__" * 100_000, "Loading mod " + "1.1.1 (a" * 50_000, "x" * 5_000_000]
    text = "".join(f"   1.0 {one}\n   1.0 Error A.cpp:1: {one}\n" for one in pieces)
    errors = read_log(text + "   1.0 Error A.cpp:1: again\n" * 1000).errors
    assert len(errors) == 20
    assert all(len(error.text) < 3_000 for error in errors)
