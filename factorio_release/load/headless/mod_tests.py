"""The tests of a mod that are written with FactorioTest: what its runner prints, as values.

FactorioTest is a mod by GlassBricks. In its headless mode it prints one event a line as JSON, and at the end
one result: https://github.com/GlassBricks/FactorioTest (`types/events.d.ts`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEST_MOD: Final = "factorio-test"
RESULT: Final = "FACTORIO-TEST-RESULT:"
_EVENT: Final = "FACTORIO-TEST-EVENT:"
# With this error the runner ends the game; it is no error of the mod.
EXIT: Final = "FACTORIO-TEST-EXIT"
_SETTING: Final = "factorio-test-auto-start-config"
_FOCUSED: Final = ":focused"
_BAILED: Final = "bailed:"
_ENDS: Final = {
    "testPassed": "passed",
    "testFailed": "failed",
    "testSkipped": "skipped",
    "testTodo": "todo",
    "describeBlockFailed": "error",
}
_MAX_TESTS: Final = 20_000
_MAX_ERRORS: Final = 20  # of one test
_MAX_CHARACTERS: Final = 5_000  # of one error


class TestCase(NamedTuple):
    """A test or a block of tests; `result` is passed, failed, error, skipped or todo."""

    path: str
    result: str
    errors: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def is_failure(self) -> bool:
        """Whether the test says that something is wrong."""
        return self.result in {"failed", "error"}


class TestRun(NamedTuple):
    """The tests that ran. `status` is what the runner said at its end, empty if it said nothing.

    `load_error` is why no test could run. `is_focused` says that the mod runs only some of its tests.
    """

    status: str
    cases: tuple[TestCase, ...]
    load_error: str = ""
    is_focused: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether the runner came to its end and nothing failed."""
        return self.status in {"passed", "todo"} and not any(one.is_failure for one in self.cases)


def startup_settings(mod: str) -> dict[str, str]:
    """Return the startup settings with which the runner starts a mod's tests when a save is loaded."""
    return {_SETTING: json.dumps({"mod": mod, "headless": True})}


def has_tests(lua: Mapping[str, bytes]) -> bool:
    """Return whether a mod hands tests to FactorioTest: its control stage requires the runner's `init`."""
    name = f"__{TEST_MOD}__".encode()
    return any(name in source for source in lua.values())


def read_tests(output: str) -> TestRun:
    """Return what the runner printed; a line that is none of its events says nothing."""
    cases: list[TestCase] = []
    status = load_error = ""
    for line in output.splitlines():
        if line.startswith(RESULT):
            status = line.removeprefix(RESULT).strip()
        elif line.startswith(_EVENT):
            event = _event(line)
            if event.get("type") == "loadError":
                load_error = _text(event.get("error"))
            if len(cases) < _MAX_TESTS:
                cases += _cases(event)
    is_focused = status.endswith(_FOCUSED)
    status = status.removesuffix(_FOCUSED)
    if status.startswith(_BAILED):
        status = "failed"
    return TestRun(status, tuple(cases), load_error, is_focused)


def _event(line: str) -> Mapping[str, Any]:
    try:
        event = json.loads(line.removeprefix(_EVENT))
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _cases(event: Mapping[str, Any]) -> Iterator[TestCase]:
    result = _ENDS.get(str(event.get("type")))
    about = event.get("test") or event.get("block")
    if result is None or not isinstance(about, dict):
        return
    source = about.get("source")
    source = source if isinstance(source, dict) else {}
    errors = event.get("errors")
    texts = [_text(one) for one in errors[:_MAX_ERRORS]] if isinstance(errors, list) else []
    line = source.get("line")
    yield TestCase(
        _text(about.get("path")),
        result,
        tuple(texts),
        _text(source.get("file")).removeprefix("@"),
        int(line) if isinstance(line, (int, float)) else 0,
    )


def _text(value: Any) -> str:
    return value[:_MAX_CHARACTERS] if isinstance(value, str) else ""
