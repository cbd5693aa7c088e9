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
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CAN_FORK: Final = hasattr(os, "fork")
_STEM: Final = Path(__file__).with_name("stem.py")
# What the interpreter or the C library reads once, when it starts.
_READ_AT_THE_START: Final = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "GLIBC", "MALLOC")


def can_be_forked(env: Mapping[str, str], plain: Mapping[str, str]) -> bool:
    """Tell whether the environment sets nothing more than a plain one that only a new interpreter notices."""
    return CAN_FORK and _at_the_start(env) == _at_the_start(plain)


def _at_the_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environ.items() if k.startswith(_READ_AT_THE_START)}


class Forked:
    """One run, as `subprocess.Popen` would give it, with text as its streams."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        self.args = list(arguments)
        self.returncode: int | None = None
        self._status, status = socket.socketpair()
        out, err = os.pipe(), os.pipe()
        with status, Path(os.devnull).open("rb") as nothing:
            request = {"arguments": self.args, "environment": dict(env), "folder": str(cwd)}
            fds = [status.fileno(), nothing.fileno(), out[1], err[1]]
            self.pid = _stem(env).fork(request, fds)
        os.close(out[1])
        os.close(err[1])
        self.stdout: IO[str] = os.fdopen(out[0], encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(err[0], encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.stderr.close()
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
        texts: dict[IO[str], str] = {}

        def read(stream: IO[str]) -> None:
            texts[stream] = stream.read()

        errors = threading.Thread(target=read, args=(self.stderr,), daemon=True)
        output = threading.Thread(target=read, args=(self.stdout,), daemon=True)
        for thread in (errors, output):
            thread.start()
        for thread in (errors, output):
            thread.join(timeout)
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(timeout)
        self.stdout.close()
        self.stderr.close()
        return texts[self.stdout], texts[self.stderr]

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
