"""The stand-in's run from its first line to its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import mod_settings
from .control_stage import ControlError, Scripts, read_save, write_save
from .data_stage import DataStage, LoadError
from .faults import Faults
from .log import Log
from .mods import ModList, PackageError, built_in_mods, choose, mods_of_folder
from .options import UsageError, folders, install_folder, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .mods import GameMod
    from .options import Folders, Options

_READING: Final = ("ModManager.cpp", 1125)
_UTIL: Final = ("Util.cpp", 81)
SCENARIOS: Final = ("base/freeplay", "freeplay")
# Ticks after which a benchmark without end rests, so that a forgotten one does not burn a processor.
_RESTS_EVERY: Final = 10_000


def main() -> None:
    log = Log()
    faults = Faults()
    faults.at("start", log)
    try:
        options = parse(sys.argv[1:])
        game = _Game(options, log, faults)
        code = 0 if "--version" in options and game.say_version() else game.run()
    except UsageError as error:
        log.failure(_UTIL, str(error))
        code = 1
    faults.at("end", log)
    log.close()
    sys.exit(0 if "exit-0" in faults else code)


class _Game:
    def __init__(self, options: Options, log: Log, faults: Faults) -> None:
        self.options = options
        self.log = log
        self.faults = faults
        built = json.loads((install_folder() / "data/base/info.json").read_text())
        self.version = str(built["version"])
        log.source_lines = int(self.version.split(".")[2])

    def say_version(self) -> bool:
        version = next(iter(self.faults.values("version")), self.version)
        print(f"Version: {version} (build 84539, linux64, headless, space-age)")  # noqa: T201
        print("Binary version: 64\nMap input version: 1.0.0-0\nMap output version: 2.0.0-0")  # noqa: T201
        return True

    def run(self) -> int:
        """Load, and do the one thing that was asked for."""
        action = self.options.action
        where = folders(self.options)
        self.log.translated = where.locale != "en" or "translated" in self.faults
        with _lock(where.write_data) as ours:
            if not ours:
                self.log.failure(
                    _UTIL,
                    f"Couldn't create lock file {where.write_data}/.lock: 11.\n"
                    "Is another instance already running?",
                )
                return 1
            self.log.open(where.write_data, rotate="--no-log-rotation" not in self.options)
            self._greet(where)
            code = self._load_and_act(action, where)
            self.log.line("Goodbye")
            return code

    def _greet(self, where: Folders) -> None:
        arguments = "".join(f'"{one}" ' for one in sys.argv)
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        self.log.line(f"{now}; Factorio {self.version} (build 84539, linux64, headless, space-age)")
        self.log.line("Operating system: Linux")
        self.log.line(f"Program arguments: {arguments}")
        if where.config:
            self.log.line(f"Config path: {where.config}")
        self.log.line(f"Read data path: {where.read_data}")
        self.log.line(f"Write data path: {where.write_data} [17696/59767MB]")
        self.log.line("Running in headless mode")

    def _load_and_act(self, action: str, where: Folders) -> int:
        try:
            folder = Path(self.options.given.get("--mod-directory", where.write_data / "mods"))
            mods = self._mods(where, folder)
            saved = mod_settings.read(folder).get("startup", {})
            data = DataStage(mods, self.version, saved, self.log)
            data.run()
            values = {name: one["value"] for name, one in data.startup.items()}
            mod_settings.write(folder, self.version, saved | values)
        except LoadError as error:
            self.log.failure(error.place, str(error))
            return 1
        except PackageError as error:
            self.log.failure(_READING, str(error))
            return 1
        self.faults.at("data", self.log)
        self.log.line(f"Checksum for core: {zlib.crc32(b'core')}")
        for mod in mods[1:]:
            text = "".join(mod.text(name) or "" for name in ("data.lua", "data-updates.lua"))
            self.log.line(f"Checksum of {mod.name}: {zlib.crc32(text.encode())}")
        self.log.line(
            f"Prototype list checksum: {zlib.crc32(json.dumps(data.raw, sort_keys=True).encode())}"
        )
        if action == "--dump-data":
            return self._dump(where, data)
        self.log.line("Factorio initialised")
        self.faults.at("run", self.log)
        scripts = Scripts(mods, data.startup, self.log)
        acts = {
            "--create": self._create,
            "--benchmark": self._benchmark,
            "--start-server-load-scenario": self._serve,
        }
        return acts[action](scripts)

    def _mods(self, where: Folders, folder: Path) -> list[GameMod]:
        mods = [*built_in_mods(where.read_data), *mods_of_folder(folder)]
        listed = ModList.read(folder)
        listed.write(mods, enable_new=where.enable_new_mods)
        return choose(mods, listed, self.faults.values("absent"), self.version)

    def _dump(self, where: Folders, data: DataStage) -> int:
        text = json.dumps(data.raw, sort_keys=True)
        file = where.write_data / "script-output/data-raw-dump.json"
        if "no-dump" not in self.faults:
            file.parent.mkdir(parents=True, exist_ok=True)
            half = "half-dump" in self.faults
            file.write_text(text[: len(text) // 2] if half else text, encoding="utf-8")
        return 0

    def _create(self, scripts: Scripts) -> int:
        save = Path(self.options.given["--create"])
        self.log.line(f"Info Main.cpp:777: Creating new map {save}")
        try:
            scripts.load()
            scripts.start("on_init")
        except ControlError as error:
            self.log.raw(f"Error: {error}", message=True)
            return 1
        if "no-save" in self.faults:
            return 0
        write_save(save, scripts.all_mods, scripts.storage())
        if "half-save" in self.faults:
            os.truncate(save, save.stat().st_size // 2)
        return 0

    def _benchmark(self, scripts: Scripts) -> int:
        save = Path(self.options.given["--benchmark"])
        ticks = self.options.number("--benchmark-ticks", 1000)
        runs = self.options.number("--benchmark-runs", 1)
        if not save.is_file():
            raise UsageError(f"{save} does not exist")
        self.log.line(f"Loading map {save}: {save.stat().st_size} bytes.")
        for _ in range(runs):
            try:
                stored = read_save(save)
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                self.log.failure(
                    ("MainLoop.cpp", 290), f"{save} is not a valid save: not a zip archive"
                )
                return 1
            if not self._one_run(scripts, stored, ticks):
                return 0  # a broken script ends a benchmark, and not always with a code
        return 0

    def _one_run(self, scripts: Scripts, stored: dict[str, object], ticks: int) -> bool:
        tick = 0
        began = time.monotonic()
        try:
            scripts.load()
            scripts.restore(stored)
            scripts.start("on_load")
            for tick in range(1, ticks + 1):
                scripts.tick(tick)
                if not tick % _RESTS_EVERY:
                    time.sleep(0.05)
        except ControlError as error:
            self.log.failure(("MainLoop.cpp", 1391), f"Exception at tick {tick}: {error}")
            return False
        spent = (time.monotonic() - began) * 1000
        self.log.raw(f"  Performed {ticks} updates in {spent:.3f} ms")
        self.log.raw(f"  avg: {spent / max(ticks, 1):.3f} ms, min: 0.001 ms, max: {spent:.3f} ms")
        return True

    def _serve(self, scripts: Scripts) -> int:
        scenario = self.options.given["--start-server-load-scenario"]
        if scenario not in SCENARIOS:
            self.log.failure(_UTIL, f"Scenario {scenario} not found")
            return 1
        stop = []
        for number in (signal.SIGTERM, signal.SIGINT):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda number, _: stop.append(number))
        try:
            scripts.load()
            scripts.start("on_init")
            port = self.options.given.get("--port", "34197")
            self.log.line(f"Hosting game at IP ADDR:({{0.0.0.0:{port}}})")
            self.log.line(
                "Info ServerMultiplayerManager.cpp:808: updateTick(0) changing state "
                "from(CreatingGame) to(InGame)"
            )
            tick = 0
            while not stop:
                tick += 1
                scripts.tick(tick)
                time.sleep(1 / 60)
        except ControlError as error:
            self.log.failure(("MainLoop.cpp", 1391), f"Exception at tick {tick}: {error}")
            return 1
        self.log.line(f"Received {signal.Signals(stop[0]).name}, shutting down")
        return 0


@contextlib.contextmanager
def _lock(write_data: Path) -> Iterator[bool]:
    """Hold the write folder, as only one game at a time may."""
    import fcntl  # noqa: PLC0415 there is no such game for Windows

    write_data.mkdir(parents=True, exist_ok=True)
    with (write_data / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
