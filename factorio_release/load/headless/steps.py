"""The starts of the game for one set of mods: a dump of the prototypes, a map, some ticks of it, tests."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_head
from factorio_release.errors import ModError
from factorio_release.limits import MAX_GAME_LOG_BYTES
from factorio_release.load.headless.dump import read_dump
from factorio_release.load.headless.log import joined, read_log
from factorio_release.load.headless.mod_tests import RESULT, read_tests, startup_settings
from factorio_release.load.headless.process import run_program
from factorio_release.load.headless.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.load.game_data import GameData
    from factorio_release.load.headless.installation import Installation
    from factorio_release.load.headless.log import GameLog
    from factorio_release.load.headless.mod_tests import TestRun
    from factorio_release.load.headless.process import GameLimits, ProcessEnd
    from factorio_release.load.headless.scratch import GameMod

DUMP: Final = "writing out the prototypes"
CREATE: Final = "creating a map"
TICKS: Final = "running the map"
TESTS: Final = "running the mod's tests"
_LOG: Final = "factorio-current.log"
_SAVE: Final = "save.zip"
_SEED: Final = "1"  # the same map each time
_TEST_TICKS: Final = "1000000000"  # FactorioTest ends the run


class Step(NamedTuple):
    """One start of the game: what it was for, how it ended, and what its log says.

    `lacks` says what it should have written and did not, empty where all is there.
    """

    what: str
    end: ProcessEnd
    log: GameLog
    text: str
    lacks: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether the start ended by itself, without an error, and with what it was for."""
        return not (self.end.stopped or self.end.code or self.log.errors or self.lacks)


class GameOutcome(NamedTuple):
    """The starts up to the first that failed, and what they gave.

    `data` is None where the dump failed; `no_data` says why if nothing else did.
    """

    steps: tuple[Step, ...]
    data: GameData | None = None
    no_data: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether all starts ended well."""
        return all(step.is_fine for step in self.steps)


def run_steps(
    game: Installation, mods: tuple[GameMod, ...], ticks: int, limits: GameLimits
) -> GameOutcome:
    """Start the game with the mods until something fails. Raises ModError if it cannot be started."""
    with _usable(), Scratch(game, mods) as scratch:
        dump_folder = scratch.step("dump")
        steps = [_start(scratch, dump_folder, DUMP, limits, "--dump-data")]
        if not steps[0].is_fine:
            return GameOutcome(tuple(steps))
        data, no_data = read_dump(dump_folder)
        steps.append(_create(scratch, limits))
        if steps[-1].is_fine and ticks:
            arguments = ("--benchmark-ticks", str(ticks), "--benchmark-runs", "1")
            sanitize = "--benchmark-sanitize"
            save = str(scratch.folder / _SAVE)
            steps.append(
                _start(
                    scratch, scratch.step("ticks"), TICKS, limits,
                    "--benchmark", save, *arguments, sanitize,
                )
            )  # fmt: skip
        return GameOutcome(tuple(steps), data, no_data)


def run_dump(
    game: Installation, mods: tuple[GameMod, ...], limits: GameLimits
) -> tuple[Step, GameData | None]:
    """Have the game write out its prototypes with these mods, and nothing more."""
    with _usable(), Scratch(game, mods) as scratch:
        folder = scratch.step("dump")
        step = _start(scratch, folder, DUMP, limits, "--dump-data")
        return step, read_dump(folder)[0] if step.is_fine else None


def run_tests(
    game: Installation, mods: tuple[GameMod, ...], mod: str, limits: GameLimits
) -> tuple[TestRun | None, tuple[Step, ...]]:
    """Run the tests that a mod has; `mods` include FactorioTest. None where the map could not be made."""
    with _usable(), Scratch(game, mods, startup_settings(mod)) as scratch:
        created = _create(scratch, limits)
        if not created.is_fine:
            return None, (created,)
        save = str(scratch.folder / _SAVE)
        arguments = ("--benchmark", save, "--benchmark-ticks", _TEST_TICKS)
        step = _start(
            scratch, scratch.step("tests"), TESTS, limits, *arguments, until=RESULT.encode()
        )
        return read_tests(step.text), (created, step)


@contextmanager
def _usable() -> Iterator[None]:
    """Raise ModError where the temporary folder does not take what a run of the game needs."""
    try:
        yield
    except OSError as error:
        raise ModError(
            f"the temporary folder for a run of the game cannot be used: {error.strerror}",
            "make room there, or name another one with the variable TMPDIR",
        ) from None


def _create(scratch: Scratch, limits: GameLimits) -> Step:
    save = scratch.folder / _SAVE
    arguments = ("--create", str(save), "--map-gen-seed", _SEED)
    step = _start(scratch, scratch.step("create"), CREATE, limits, *arguments)
    if not save.is_file():
        return step._replace(lacks="it wrote no save")
    if not _is_whole_zip(save):
        return step._replace(lacks="the save that it wrote is not whole")
    return step


def _start(
    scratch: Scratch,
    folder: Path,
    what: str,
    limits: GameLimits,
    *arguments: str,
    until: bytes = b"",
) -> Step:
    command = scratch.command(folder, *arguments)
    try:
        end = run_program(
            command, scratch.folder, limits, until=until, environment=scratch.environment(folder)
        )
    except OSError as error:
        raise ModError(
            f"the game {command[0]} cannot be started: {error.strerror}",
            "give an installation for this machine with game-path",
        ) from None
    printed = end.output.decode(errors="replace")
    kept = ""
    with suppress(OSError):
        kept = read_head(folder / _LOG, MAX_GAME_LOG_BYTES).decode(errors="replace")
    # What a mod prints is not in the log, and may look like anything. Without a log, or where it does not say
    # why the game failed, what was printed serves.
    log = read_log(kept)
    if not log.is_readable or (end.code and not log.errors):
        log = joined(log, read_log(printed))
    text = printed if kept.strip() in printed else f"{printed}\n--- {_LOG} ---\n{kept}"
    return Step(what, end._replace(output=b""), log, text)


def _is_whole_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as save:
            return bool(save.namelist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return False
