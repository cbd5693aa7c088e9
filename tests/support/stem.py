"""Imports the whole program, then becomes one run of it after the other, each in a fork. See `forks`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import marshal
import os
import pkgutil
import resource
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, TextIO

import coverage

import factorio_release

# What the program imports where it needs it.
LAZY = (
    "requests",
    "yaml",
    "lupa.lua52",
    "wcmatch.glob",
    "deflate",
    "pyromark",
    "nh3",
    "multipart",
)
asking: dict[int, socket.socket] = {}  # by the process that runs
FOLDER = Path(sys.argv[2])  # where a run leaves its lines
measured = coverage.Coverage.current()  # of this process, if the tests run with coverage


def import_all() -> None:
    for module in pkgutil.walk_packages(factorio_release.__path__, "factorio_release."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LAZY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def reap(*_: object) -> None:
    """Tell whoever asked for a run how it ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            take_lines_of(pid)
            with asking.pop(pid) as asked, contextlib.suppress(OSError):
                asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def lines_run() -> dict[str, set[int]]:
    """Return what coverage has collected in this process: by file the steps from line to line, as numbers.

    Its own way, a new measurement and a database for each fork, takes longer than most runs.
    """
    collector: Any = measured._collector  # type: ignore[union-attr]  # noqa: SLF001 there is no public way
    data: dict[str, set[int]] = collector.data
    return data


def file_of_lines(pid: int) -> Path:
    return FOLDER / f"lines-{pid}"


def leave_lines() -> None:
    """At the end of a run: leave its lines to the process it was forked from, which writes them for all."""
    assert measured
    measured.stop()
    whole = file_of_lines(os.getpid())
    part = whole.with_suffix(".part")
    part.write_bytes(marshal.dumps(lines_run()))
    part.replace(whole)


def take_lines_of(pid: int) -> None:
    if measured and (file := file_of_lines(pid)).exists():
        for name, steps in marshal.loads(file.read_bytes()).items():
            lines_run().setdefault(name, set()).update(steps)
        file.unlink()


def measure_this_run() -> None:
    if measured:
        measured._auto_save = False  # noqa: SLF001 as coverage itself does in a fork
        for steps in lines_run().values():
            steps.clear()
        atexit.register(leave_lines)


def next_run(door: socket.socket) -> dict[str, Any]:
    """Fork for each request, and return it in the fork."""
    while True:
        if sys.stdin in select.select([door, sys.stdin], [], [])[0]:
            raise SystemExit  # whoever started this has ended
        asked, _ = door.accept()
        length, fds, _, _ = socket.recv_fds(asked, 4, 3)
        if not length:  # whoever asked has ended
            asked.close()
            continue
        text = asked.recv(int.from_bytes(length), socket.MSG_WAITALL)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if not pid:
            break
        asking[pid] = asked
        for number in fds:
            os.close(number)
        asked.send(pid.to_bytes(4))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    for connection in (door, asked, *asking.values()):
        connection.close()
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    run: dict[str, Any] = json.loads(text)
    return run


def become(run: dict[str, Any]) -> None:
    """Take on what a new process would begin with."""
    os.chdir(run["folder"])
    for name, limit in run["limits"].items():
        kind = getattr(resource, name)
        hard = limit if name != "RLIMIT_FSIZE" else resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit, hard))
        # At the end of a run, so that coverage's own file is not cut.
        atexit.register(resource.setrlimit, kind, (hard, hard))
    os.environ.clear()
    os.environ.update(run["environment"])
    tempfile.tempdir = None
    sys.argv[1:] = run["arguments"]
    sys.stdin = stream(sys.stdin, "r")
    sys.stdout = stream(sys.stdout, "w")
    sys.stderr = stream(sys.stderr, "w")


def stream(old: TextIO, mode: str) -> Any:
    """Return a stream like the old one that knows whether its descriptor is a terminal now."""
    return os.fdopen(old.fileno(), mode, encoding="utf-8", errors=old.errors, closefd=False)


listening = socket.socket(fileno=int(sys.argv[1]))
import_all()
signal.signal(signal.SIGCHLD, reap)
begun = next_run(listening)
measure_this_run()
become(begun)
from factorio_release.__main__ import run  # noqa: E402 the run begins here

run()
