"""What is said of a mod after the game's starts, as values: each way in which one can be no success."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from factorio_release.load.headless.log import read_log
from factorio_release.load.headless.mod_tests import TestCase as Case
from factorio_release.load.headless.mod_tests import read_tests, startup_settings
from factorio_release.load.headless.process import ProcessEnd
from factorio_release.load.headless.steps import CREATE, DUMP, TESTS, GameOutcome, Step
from factorio_release.load.headless.verdict import Expected, findings_of_tests, verdict
from factorio_release.load.places import LuaPlaces
from factorio_release.report.mod_tests_junit import render_mod_tests

MOD = Expected("lamps", "1.2.3", "Lamps", has_script=True)
LOG = "   0.1 Loading mod lamps 1.2.3 (data.lua)\n   0.2 Checksum of base: 1\n"
SCRIPT = "   0.3 Checksum for script __lamps__/control.lua: 1\n"
OWN = "   0.4 Error M.cpp:1: __lamps__/data.lua:3: boom\n"
OTHER = "   0.4 Error M.cpp:1: __flib__/data.lua:3: boom\n"


def step(
    log: str = LOG, what: str = DUMP, code: int = 0, stopped: str = "", lacks: str = ""
) -> Step:
    return Step(what, ProcessEnd(code, b"", stopped), read_log(log), log, lacks)


@pytest.mark.parametrize(
    ("steps", "code", "said", "is_certain"),
    [
        ([step()], "", "", True),
        ([step(), step(LOG + SCRIPT, CREATE)], "", "", True),
        ([step(LOG + OWN)], "game-error", "the game does not load the mod: boom", True),
        ([step(LOG + OWN, code=1)], "game-error", "boom", True),
        ([step(LOG + OWN, stopped="it did not end")], "game-error", "boom", True),
        ([step(LOG + OTHER)], "game-error", "boom", False),
        ([step(LOG + OTHER.replace("__flib__/data.lua:3: boom", 'Failed to load mod "flib": no'))],
         "game-error", "no (flib)", False),
        ([step(code=1)], "game-stopped", "ended with exit code 1, and its log has no error", False),
        ([step("", code=-11)], "game-stopped", "was ended by signal 11", False),
        ([step(stopped="it needed too much")], "game-stopped", "because it needed too much", False),
        ([step(lacks="it wrote no save")], "game-stopped", "but it wrote no save", False),
        ([step("::error::nothing of a log")], "game-stopped", "from which it can be known", True),
        ([step(LOG.replace("lamps", "lights"))], "game-mod-absent", "without the mod", True),
        ([step(LOG.replace("1.2.3", "1.2.2"))], "game-mod-absent", "loaded version 1.2.2", True),
        ([step(), step(what=CREATE)], "game-mod-absent", "without the mod's control.lua", True),
    ],
)  # fmt: skip
def test_what_the_starts_say(steps: list[Step], code: str, said: str, is_certain: bool) -> None:
    found = verdict(GameOutcome(tuple(steps)), MOD, LuaPlaces({}), "dist/x.log")
    if not code:
        assert found.findings == ()
        return
    (one,) = found.findings
    assert (one.code, found.is_certain) == (code, is_certain)
    assert said in one.message
    assert "dist/x.log" in one.hint


def test_a_dump_that_fails_alone_is_a_note() -> None:
    outcome = GameOutcome((step(), step(LOG + SCRIPT, CREATE)), None, "the dump is not whole")
    (one,) = verdict(outcome, MOD, LuaPlaces({}), "x.log").findings
    assert (one.code, one.severity) == ("load-not-judged", "hint")
    outcome = GameOutcome((step(LOG + OWN),), None, "the dump is not whole")
    assert len(verdict(outcome, MOD, LuaPlaces({}), "x.log").findings) == 1


EVENTS = """\
FACTORIO-TEST-EVENT:{"type":"testRunStarted","total":4}
FACTORIO-TEST-EVENT:{"type":"testPassed","test":{"path":"root > a","source":{"file":"@__lamps__/t.lua","line":3}}}
FACTORIO-TEST-EVENT:{"type":"testFailed","test":{"path":"root > b","source":{"file":"__lamps__/t.lua","line":7.0}},
FACTORIO-TEST-EVENT:{"type":"testFailed","test":{"path":"root > b"},"errors":["\\n  __lamps__/t.lua:9: dark\\nstack"]}
FACTORIO-TEST-EVENT:{"type":"describeBlockFailed","block":{"path":"root > c","source":{"file":"__flib__/x.lua"}},"errors":[3]}
FACTORIO-TEST-EVENT:{"type":"testFailed","test":{"path":"root > d","source":{"file":"__lamps__/d.lua","line":5}}}
FACTORIO-TEST-EVENT:{"type":"testTodo","test":"no object"}
FACTORIO-TEST-EVENT:[1]
FACTORIO-TEST-EVENT:{"type":"testSkipped","test":{"path":"root > e"}}
"""  # noqa: E501 lines of the runner


def test_the_runners_events() -> None:
    run = read_tests(EVENTS + "FACTORIO-TEST-RESULT:bailed:1:focused\n")
    assert (run.status, run.is_focused, run.is_fine) == ("failed", True, False)
    assert [(one.path, one.result) for one in run.cases] == [
        ("root > a", "passed"),
        ("root > b", "failed"),
        ("root > c", "error"),
        ("root > d", "failed"),
        ("root > e", "skipped"),
    ]
    assert run.cases[0] == Case("root > a", "passed", (), "__lamps__/t.lua", 3)
    found = findings_of_tests(run, (step(what=TESTS),), "lamps", "x.log")
    assert [(one.file, one.line) for one in found] == [("t.lua", 9), ("", 0), ("d.lua", 5)]
    assert found[0].message == "the test “root > b” failed: __lamps__/t.lua:9: dark"
    assert found[2].message == "the test “root > d” failed: no message"
    suite = ET.fromstring(render_mod_tests("lamps", run))[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }


@pytest.mark.parametrize(
    ("printed", "end", "said"),
    [
        ("FACTORIO-TEST-RESULT:passed\n", ProcessEnd(-9, b""), ""),
        ("FACTORIO-TEST-RESULT:todo\n", ProcessEnd(-9, b""), ""),
        ("", ProcessEnd(-11, b""), "the mod's tests did not end: the game ended with -11"),
        ("", ProcessEnd(-9, b"", "it took too long"), "did not end: it took too long"),
        ("FACTORIO-TEST-RESULT:could not auto start\n", ProcessEnd(0, b""), "ended with: could not"),
        ('FACTORIO-TEST-EVENT:{"type":"loadError","error":"__lamps__/t.lua:1: no"}\n',
         ProcessEnd(0, b""), "the mod's tests do not load: __lamps__/t.lua:1: no"),
    ],
)  # fmt: skip
def test_how_the_tests_ended(printed: str, end: ProcessEnd, said: str) -> None:
    run = read_tests(printed)
    last = Step(TESTS, end, read_log(""), printed)
    found = findings_of_tests(run, (last,), "lamps", "x.log")
    assert [said in one.message for one in found] == ([True] if said else [])
    assert ("<error" in render_mod_tests("lamps", run)) is (not run.status)


def test_hostile_events_cost_little() -> None:
    text = "FACTORIO-TEST-EVENT:" + "[" * 100_000 + "\n"
    assert read_tests(text * 3).cases == ()
    assert startup_settings('a"b') == {
        "factorio-test-auto-start-config": '{"mod": "a\\"b", "headless": true}'
    }
