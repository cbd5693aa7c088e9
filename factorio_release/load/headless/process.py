"""Runs the game in a process group of its own, within bounds; whatever it does, this returns.

The game runs the Lua of mods in a sandbox of its own. This module keeps what is around it: an environment
without any variable of ours, and bounds on time, memory, what it prints and what it writes.
"""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from factorio_release.disk.bounded_file import read_head
from factorio_release.disk.folder_size import folder_size
from factorio_release.limits import (
    MAX_GAME_DISK_BYTES,
    MAX_GAME_LOG_BYTES,
    MAX_GAME_MEMORY_BYTES,
    MAX_GAME_SECONDS,
    size_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LOOK_SECONDS: Final = 0.05
_LOOKS_AT_DISK: Final = 20  # one look in so many measures the folder
_SECONDS_TO_READ: Final = 10.0  # what is left in the pipe after the game has ended
_BLOCK: Final = 64 * 1024
_MAX_STATUS_BYTES: Final = 4096


class GameLimits(NamedTuple):
    """How long a run of the game may take, in seconds, and how many bytes it may use, print and write."""

    seconds: float = MAX_GAME_SECONDS
    memory_bytes: int = MAX_GAME_MEMORY_BYTES
    log_bytes: int = MAX_GAME_LOG_BYTES
    disk_bytes: int = MAX_GAME_DISK_BYTES


class ProcessEnd(NamedTuple):
    """How a run ended: `code` is negative for a signal.

    `stopped` says as a sentence which bound ended it, `seen` whether the line came for which it was ended.
    """

    code: int
    output: bytes
    stopped: str = ""
    seen: bool = False


def run_program(
    command: tuple[str, ...],
    folder: Path,
    limits: GameLimits,
    *,
    until: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> ProcessEnd:
    """Run a command in `folder`, which is all that it may write to, and return how it ended.

    With `until` the run is ended once its output has a line with this beginning, and `seen` says that it had.
    Raises OSError if the program cannot be started. All processes of the group are gone when this returns.
    """
    with subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        reader = _Reader(cast("IO[bytes]", process.stdout), limits.log_bytes, until)
        try:
            reader.start()
            stopped = _watch(process, folder, limits, reader)
        finally:
            # Also the children that it may have left, which could hold the pipe open.
            _kill_group(process)
        process.wait()
        reader.join(_SECONDS_TO_READ)
    return ProcessEnd(process.returncode, reader.output, stopped, reader.seen.is_set())


class _Reader(threading.Thread):
    """Reads what the game prints up to a bound, and notices a line that begins with `until`."""

    def __init__(self, stream: IO[bytes], max_bytes: int, until: bytes) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._max_bytes = max_bytes
        self._until = until
        self._blocks: list[bytes] = []
        self._size = 0
        self._tail = b"\n"
        self.flooded = threading.Event()
        self.seen = threading.Event()

    @property
    def output(self) -> bytes:
        """What was printed so far."""
        return b"".join(self._blocks)[: self._max_bytes]

    def run(self) -> None:
        """Read until the stream ends or the bound is passed."""
        with suppress(OSError, ValueError):  # closed from outside
            while block := os.read(self._stream.fileno(), _BLOCK):
                self._blocks.append(block)
                self._size += len(block)
                self._look(block)
                if self._size > self._max_bytes:
                    self.flooded.set()
                    return

    def _look(self, block: bytes) -> None:
        if not self._until:
            return
        text = self._tail + block
        at = text.find(b"\n" + self._until)
        if at >= 0 and b"\n" in text[at + 1 :]:  # the whole line is there
            self.seen.set()
        # At most one line is kept, and of that what a word may need.
        self._tail = text[at:] if at >= 0 else text[-len(self._until) - 1 :]


def _watch(
    process: subprocess.Popen[bytes], folder: Path, limits: GameLimits, reader: _Reader
) -> str:
    """Wait for the end; return which bound was passed, empty where the program ended by itself."""
    end = time.monotonic() + limits.seconds
    looks = 0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            return ""
        looks += 1
        if reader.seen.is_set():
            return ""
        if reader.flooded.is_set():
            return f"it printed more than {size_words(limits.log_bytes)}"
        if time.monotonic() > end:
            return f"it did not end within {limits.seconds:g} seconds"
        if _memory_of(process.pid) > limits.memory_bytes:
            return f"it needed more than {size_words(limits.memory_bytes)} of memory"
        if looks % _LOOKS_AT_DISK == 0 and folder_size(folder) > limits.disk_bytes:
            return f"it wrote more than {size_words(limits.disk_bytes)} to the disk"


def _memory_of(pid: int) -> int:
    """Return the bytes that a process has in memory; 0 where the system does not say (proc(5), statm)."""
    with suppress(OSError, ValueError, IndexError):
        from pathlib import Path  # noqa: PLC0415 only here at run time

        status = read_head(Path(f"/proc/{pid}/statm"), _MAX_STATUS_BYTES)
        return int(status.split()[1]) * mmap.PAGESIZE
    return 0


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg") and hasattr(signal, "SIGKILL"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
