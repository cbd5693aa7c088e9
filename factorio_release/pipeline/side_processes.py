"""Work on one mod after another in copies of this process, because Python code runs on one core only."""

from __future__ import annotations

import errno
import os
import signal
import struct
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Self

from factorio_release.archive.packing import cores

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER: Final = struct.Struct("<q")
_MAX_PROCESSES: Final = 8
# Of answers that wait to be taken, for each process: more would hold the memory of all mods at once.
_AHEAD: Final = 2


def processes_for(pieces: int) -> int:
    """Return how many processes do so many pieces of work, 0 where this one does all of it.

    A copy of a process (fork) needs no import and no list of what it is given, and it is safe before any
    thread began. Windows has none; on macOS a copy may crash in the system's libraries.
    """
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    number = cores() if can_fork else 1
    return min(number, _MAX_PROCESSES, pieces // 4) if number > 1 else 0


class SideProcesses:
    """Does `work` for the numbers 0 to `pieces`, in their order, a few ahead of what is taken.

    `work` returns its answer as bytes; it must write nothing and start no thread that outlives it. An answer
    is empty where a process ended without one, whatever ended it: the work is then to be done here. Leaving
    the block ends all processes.
    """

    def __init__(self, work: Callable[[int], bytes], pieces: int, processes: int) -> None:
        self._answers: list[Future[bytes]] = [Future() for _ in range(pieces)]
        self._changed = threading.Condition()
        self._begun = 0
        self._taken = 0
        self._is_over = False
        self._ahead = processes * _AHEAD
        self._processes: list[_Process] = []
        for _ in range(processes):  # all before the first thread
            try:
                self._processes.append(_started(work, self._processes))
            except OSError:
                break  # the machine gives no more: others, or this one, do the work
        self._working = len(self._processes)
        self._threads = [
            threading.Thread(target=self._serve, args=(one,), daemon=True)
            for one in self._processes
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        for process in self._processes:
            process.end()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            os.waitpid(process.pid, 0)
            os.close(process.questions)
            os.close(process.answers)

    def take(self, number: int) -> bytes:
        """Wait for an answer and forget it; the numbers must be taken in their order."""
        with self._changed:
            self._taken = number + 1
            self._changed.notify_all()
        if not self._processes:
            return b""
        answer = self._answers[number].result()
        self._answers[number] = Future()
        return answer

    def _serve(self, process: _Process) -> None:
        while (number := self._next()) is not None:
            answer = process.ask(number)
            self._answers[number].set_result(answer or b"")
            if answer is None:
                self._lose_one()
                return

    def _lose_one(self) -> None:
        """Leave what was not begun to the other processes, or all of it to this one after the last."""
        with self._changed:
            self._working -= 1
            if self._working:
                return
            for number in range(self._begun, len(self._answers)):
                self._answers[number].set_result(b"")
            self._begun = len(self._answers)

    def _next(self) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._begun < self._taken + self._ahead)
            if self._is_over or self._begun == len(self._answers):
                return None
            self._begun += 1
            return self._begun - 1


class _Process(NamedTuple):
    """A copy of this process, and the ends of the pipes to it and from it."""

    pid: int
    questions: int
    answers: int

    def end(self) -> None:
        """End it, whatever it does."""
        if hasattr(signal, "SIGKILL"):
            os.kill(self.pid, signal.SIGKILL)

    def ask(self, number: int) -> bytes | None:
        """Return its answer, None where the process has ended."""
        try:
            os.write(self.questions, _NUMBER.pack(number))
        except OSError:
            return None
        header = _read(self.answers, _NUMBER.size)
        if not header:
            return None
        (length,) = _NUMBER.unpack(header)
        answer = _read(self.answers, length)
        return answer if len(answer) == length else None


def _started(work: Callable[[int], bytes], others: list[_Process]) -> _Process:
    asked, questions = os.pipe()
    answers, answered = os.pipe()
    pid = _copy()
    if not pid:
        try:
            # An end that stays open here would keep the others from seeing that this run has ended.
            for end in (questions, answers, *(end for one in others for end in one[1:])):
                os.close(end)
            _work(work, asked, answered)
        finally:
            os._exit(1)
    os.close(asked)
    os.close(answered)
    return _Process(pid, questions, answers)


def _copy() -> int:
    """Return the id of a copy of this process, 0 in the copy. Raises OSError where there can be none."""
    if hasattr(os, "fork"):
        pid: int = os.fork()
        return pid
    raise OSError(errno.ENOSYS, "this system copies no process")


def _work(work: Callable[[int], bytes], asked: int, answered: int) -> NoReturn:
    """Answer until the run closes its end of the pipe, or has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the run ends this process
    while question := _read(asked, _NUMBER.size):
        answer = work(*_NUMBER.unpack(question))
        left = memoryview(_NUMBER.pack(len(answer)) + answer)
        while left:
            left = left[os.write(answered, left) :]
    os._exit(0)


def _read(end: int, length: int) -> bytes:
    """Return exactly so many bytes, none where the other end was closed before."""
    parts = bytearray()
    while len(parts) < length:
        part = os.read(end, length - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)
