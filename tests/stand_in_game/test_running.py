"""The stand-in runs scripts: a save, a benchmark, a server, and the tests of a mod."""

from __future__ import annotations

import json
import re
import signal
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support.stand_in_game import factorio_test, install
from tests.support.stand_in_game.program import mod_settings

if TYPE_CHECKING:
    from tests.stand_in_game.conftest import Game

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script with #!")

COUNTING = """
script.on_init(function() storage.count = 40 end)
script.on_event(defines.events.on_tick, function(event)
  storage.count = storage.count + 1
  if event.tick == 2 then log("counted to " .. storage.count) end
end)
"""


def test_a_save_is_made_and_run(game: Game) -> None:
    game.mod({"control.lua": COUNTING})
    created = game.run("--create", game.save)
    assert created.returncode == 0
    assert re.search(r"Checksum for script __andon-lamps__/control\.lua: \d+\n", created.stdout)
    assert zipfile.ZipFile(game.save).testzip() is None
    run = game.run("--benchmark", game.save, "--benchmark-ticks", 3, "--benchmark-sanitize")
    assert run.returncode == 0
    assert "Script @__andon-lamps__/control.lua:5: counted to 42" in run.stdout
    assert "Performed 3 updates in " in run.stdout


def test_a_script_that_fails_at_the_start_leaves_no_save(game: Game) -> None:
    game.mod({"control.lua": "script.on_init(function()\n  local x = game.nothing\nend)"})
    run = game.run("--create", game.save)
    assert run.returncode == 1
    assert "\nError: The mod Andon lamps (1.2.3) caused a non-recoverable error.\n" in run.stdout
    expected = (
        "Error while running event andon-lamps::on_init()\n__andon-lamps__/control.lua:2: LuaGameScript "
        "doesn't contain key nothing.\nstack traceback:\n"
    )
    assert expected in run.stdout
    assert run.stdout.endswith(" Goodbye\n")
    assert not game.save.exists()


def test_a_script_that_fails_later_ends_the_benchmark_with_0(game: Game) -> None:
    game.mod({"control.lua": 'script.on_nth_tick(7, function() error("late") end)'})
    assert game.run("--create", game.save).returncode == 0
    run = game.run("--benchmark", game.save, "--benchmark-ticks", 60)
    assert run.returncode == 0
    expected = (
        r"Error MainLoop\.cpp:\d+: Exception at tick 7: The mod Andon lamps \(1\.2\.3\) caused"
    )
    assert re.search(expected, run.stdout)
    assert "__andon-lamps__/control.lua:1: late" in run.stdout
    assert "Performed" not in run.stdout


def test_a_save_that_is_none(game: Game) -> None:
    assert game.run("--benchmark", game.save).returncode == 1
    game.save.write_bytes(b"PK\x03\x04 and no more")
    run = game.run("--benchmark", game.save)
    assert run.returncode == 1
    assert "is not a valid save" in run.stdout


def test_a_server_runs_until_it_is_told_to_stop(game: Game) -> None:
    game.mod({"control.lua": COUNTING})
    with game.start("--start-server-load-scenario", "base/freeplay", "--port", "34200") as server:
        assert server.stdout
        lines = iter(server.stdout.readline, "")
        assert any("from(CreatingGame) to(InGame)" in line for line in lines)
        assert any("counted to 42" in line for line in lines)
        second = game.run("--dump-data")  # the write folder is in use
        assert second.returncode == 1
        assert "Couldn't create lock file" in second.stdout
        server.send_signal(signal.SIGTERM)
        assert list(lines)[-1].endswith(" Goodbye\n")
        assert server.wait() == 0
    assert game.run("--start-server-load-scenario", "base/no-such").returncode == 1


TESTS = """
describe("lamps", function()
  test("shine", function() end)
  test("count", function()
    ASSERTION
  end)
  test.todo("colours")
end)
"""


@pytest.mark.parametrize(
    ("assertion", "result"), [("assert(true)", "todo"), ('error("one lamp is missing")', "failed")]
)
def test_tests_of_a_mod(game: Game, assertion: str, result: str) -> None:
    game.mod(factorio_test.files(), name="factorio-test", version=factorio_test.VERSION)
    register = 'if script.active_mods["factorio-test"] then'
    register += ' require("__factorio-test__/init")({ "tests.lamps" }, {}) end'
    texts = {"control.lua": register, "tests/lamps.lua": TESTS.replace("ASSERTION", assertion)}
    game.mod(texts, dependencies=["base", "? factorio-test"])
    start = json.dumps({"mod": "andon-lamps", "headless": True})
    mod_settings.write(game.mods, install.VERSION, {"factorio-test-auto-start-config": start})
    assert game.run("--create", game.save).returncode == 0
    run = game.run("--benchmark", game.save, "--benchmark-ticks", 1_000_000_000)
    prefix = "FACTORIO-TEST-EVENT:"
    lines = run.stdout.splitlines()
    events = [json.loads(line.removeprefix(prefix)) for line in lines if line.startswith(prefix)]
    assert events[0] == {"type": "testRunStarted", "total": 3}
    assert events[1]["test"]["path"] == "root > lamps > shine"
    assert events[1]["test"]["source"] == {"file": "__andon-lamps__/tests/lamps.lua", "line": 3}
    assert events[-1]["results"]["status"] == result
    assert f"FACTORIO-TEST-RESULT:{result}" in lines
    assert prefix not in game.log  # printed, not logged
    assert "FACTORIO-TEST-EXIT" in run.stdout  # how a run without end is ended
    failed = [event for event in events if event["type"] == "testFailed"]
    messages = [error for event in failed for error in event["errors"]]
    places = ["__andon-lamps__/tests/lamps.lua:5: one lamp is missing"]
    assert messages == (places if result == "failed" else [])


def test_tests_that_nobody_registered(game: Game) -> None:
    game.mod(factorio_test.files(), name="factorio-test", version=factorio_test.VERSION)
    start = json.dumps({"mod": "andon-lamps", "headless": True})
    mod_settings.write(game.mods, install.VERSION, {"factorio-test-auto-start-config": start})
    game.run("--create", game.save)
    run = game.run("--benchmark", game.save, "--benchmark-ticks", 1_000_000_000)
    assert "FACTORIO-TEST-RESULT:could not auto start" in run.stdout
