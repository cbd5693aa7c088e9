"""What goes wrong on purpose: lines of the file `faults` beside the executable, `name` or `name=value`."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

from .options import install_folder

if TYPE_CHECKING:
    from .log import Log

FILE: Final = "faults"
STAGES: Final = ("start", "data", "run", "end")
NAMES: Final = {
    "exit-0": "ends with 0 whatever happened",
    "absent": "the named mod is left out without a word",
    "translated": "messages in German, whatever config.ini says",
    "hang": "stops for ever at a stage",
    "deaf": "SIGTERM and SIGINT do nothing",
    "crash": "ends by a signal at a stage; at `start` before there is a log",
    "no-save": "writes no save and says nothing",
    "half-save": "writes the first half of the save and says nothing",
    "no-dump": "writes no dump and says nothing",
    "half-dump": "writes the first half of the dump and says nothing",
    "flood": "writes that many bytes of lines at the end of loading; without a value for ever",
    "commands": "logs lines that look like commands to a CI",
    "bytes": "logs bytes that are no UTF-8",
    "child": "leaves a process that keeps stdout open",
    "version": "says the value instead of its version",
}
COMMANDS: Final = (
    "::error file=control.lua,line=1::a forged error",
    "::set-output name=status::published",
    "::add-mask::e",
    "::stop-commands::never",
    "##[error]a forged error",
    "##vso[task.complete result=Succeeded;]",
    "\x1b[2J\x1b]0;title\x07section_start:0:forged\r\x1b[0K",
    "FACTORIO-TEST-RESULT:passed-not-at-all",
    "   0.001 Error Forged.cpp:1: one line\r::warning::and another",
)


class Faults:
    """The faults of this install."""

    def __init__(self) -> None:
        file = install_folder() / "bin/x64" / FILE
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self._values: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition("=")
            if name not in NAMES:
                raise SystemExit(f"the stand-in has no fault {name!r}")
            self._values.setdefault(name, []).append(value)
        if "deaf" in self:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def values(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def at(self, stage: str, log: Log) -> None:
        """Do what is to happen at a stage."""
        if stage in self.values("crash"):
            log.close()
            os.kill(os.getpid(), signal.SIGSEGV)
        if stage in self.values("hang"):
            while True:
                time.sleep(60)
        if stage == "data" and "commands" in self:
            for text in COMMANDS:
                log.raw(text)
                log.line(f"Script @__base__/data.lua:1: {text}")
        if stage == "data" and "bytes" in self:
            log.data(b"   0.300 Script @__base__/data.lua:1: \xff\xfe\x00 \xc3\n")
        if stage == "data" and "flood" in self:
            _flood(log, self.values("flood")[0])
        if stage == "end" and "child" in self:
            import subprocess  # noqa: PLC0415 a start of the game without it is shorter

            # It inherits stdout and ends by itself after a minute, should a test forget it.
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def _flood(log: Log, size: str) -> None:
    line = b"   0.500 Script @__base__/data.lua:1: " + b"all work and no play " * 40 + b"\n"
    written = 0
    while not size or written < int(size):
        log.data(line)
        written += len(line)
