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
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLE: Final = "TESTS_STEM"
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


def for_processes(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variable with which a process that a test starts can fork the program as well."""
    return {VARIABLE: address_of_stem(env)} if hasattr(os, "fork") else {}


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
        self._asked = socket.socket(socket.AF_UNIX)
        self._asked.connect(address_of_stem(env))
        with ExitStack() as stack:
            nothing = stack.enter_context(Path(os.devnull).open("r+b")).fileno()
            fds = [nothing]
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
            text = json.dumps(request | {"limits": dict(limits)}).encode()
            socket.send_fds(self._asked, [len(text).to_bytes(4)], fds)
            self._asked.sendall(text)
            self.pid = int.from_bytes(self._asked.recv(4))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        self.wait()

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._asked], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._asked], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def _end(self) -> None:
        with self._asked:
            self.returncode = int(self._asked.recv(16))

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


def address_of_stem(env: Mapping[str, str]) -> str:
    """Return the address of the process from which the runs are forked; it ends with this one."""
    if VARIABLE not in os.environ:
        folder = tempfile.mkdtemp()
        address = os.path.join(folder, "stem")  # noqa: PTH118 a text
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(address)
            door.listen(64)
            process = subprocess.Popen(
                [sys.executable, str(_STEM), str(door.fileno()), folder],
                pass_fds=[door.fileno()],
                env=env,
                stdin=subprocess.PIPE,  # it ends when this is closed, however this process ends
            )
        os.environ[VARIABLE] = address
        atexit.register(_end, process, folder)
    return os.environ[VARIABLE]


def _end(process: subprocess.Popen[bytes], folder: str) -> None:
    process.communicate()
    shutil.rmtree(folder)
