"""The program as a process that is forked from one in which it is imported already.

The import is most of a short run, and the tests start thousands. A forked run is a process of its own: it has
the arguments, the environment, the folder and the streams that it is given, it gets signals, and it ends as
an interpreter does. What happens before the import is tested with processes of the ordinary kind.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEM: Final = Path(__file__).with_name("stem.py")
# What the interpreter or the C library reads once, when it starts.
_READ_AT_THE_START: Final = ("PYTHON", "LD_", "LC_", "TZ", "GLIBC", "MALLOC")


def start(  # noqa: PLR0917 as of a process
    arguments: Sequence[str],
    env: Mapping[str, str],
    cwd: Path,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    limits: Mapping[str, int] | None = None,
) -> Forked | subprocess.Popen[str]:
    """Start the program; `limits` of its resources (`RLIMIT_CPU`) are possible only where processes fork."""
    needs_interpreter = any(name.startswith(_READ_AT_THE_START) for name in env)
    if hasattr(os, "fork") and not needs_interpreter:
        return Forked(arguments, env, cwd, (stdout, stderr), limits or {})
    assert not limits
    return subprocess.Popen(
        [sys.executable, "-m", "factorio_release", *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        text=True,
        encoding="utf-8",
    )


def run(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float = 600, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    process = start(arguments, env, cwd, **more)
    out, err = process.communicate(timeout=timeout)
    return subprocess.CompletedProcess(arguments, process.wait(), out, err)


class Forked:
    """One run, as `subprocess.Popen` would give it, with text as its streams."""

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        streams: tuple[int, int],
        limits: Mapping[str, int],
    ) -> None:
        self.args = list(arguments)
        self.returncode: int | None = None
        self._status, status = socket.socketpair()
        with ExitStack() as stack:
            stack.enter_context(status)
            nothing = stack.enter_context(Path(os.devnull).open("r+b")).fileno()
            fds = [status.fileno(), nothing]
            pipes: list[IO[str] | None] = []
            for stream in streams:
                if stream != subprocess.PIPE:
                    pipes.append(None)
                    fds.append(nothing if stream == subprocess.DEVNULL else stream)
                    continue
                reading, writing = os.pipe()
                stack.callback(os.close, writing)
                pipes.append(os.fdopen(reading, encoding="utf-8"))
                fds.append(writing)
            self.stdout, self.stderr = pipes
            request = {"arguments": self.args, "environment": dict(env), "folder": str(cwd)}
            self.pid = _stem(env).fork(request | {"limits": dict(limits)}, fds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        self.wait()

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def _end(self) -> None:
        with self._status:
            self.returncode = int(self._status.recv(16))

    def communicate(self, *, timeout: float | None = None) -> tuple[str, str]:
        """Return what the run prints until its end; empty for a stream that is no pipe."""
        texts = ["", ""]

        def read(number: int, stream: IO[str]) -> None:
            with stream:
                texts[number] = stream.read()

        threads = [
            threading.Thread(target=read, args=(number, stream), daemon=True)
            for number, stream in enumerate((self.stdout, self.stderr))
            if stream and not stream.closed
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout)
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(timeout)
        return texts[0], texts[1]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Stem:
    """The process from which the runs are forked; it ends with this one."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._control, control = socket.socketpair()
        self._lock = threading.Lock()
        with control:
            self._process = subprocess.Popen(
                [sys.executable, str(_STEM), str(control.fileno())],
                pass_fds=[control.fileno()],
                env=env,
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._control.close()
        self._process.wait()

    def fork(self, request: dict[str, Any], fds: list[int]) -> int:
        text = json.dumps(request).encode()
        with self._lock:
            socket.send_fds(self._control, [len(text).to_bytes(4)], fds)
            self._control.sendall(text)
            return int.from_bytes(self._control.recv(4))


_stems: list[_Stem] = []


def _stem(env: Mapping[str, str]) -> _Stem:
    if not _stems:
        _stems.append(_Stem(env))
    return _stems[0]
