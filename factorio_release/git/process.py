"""Runs the git program with a fixed environment; no other module starts a process."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from factorio_release.errors import ModError
from factorio_release.limits import MAX_GIT_OUTPUT_BYTES, MAX_GIT_SECONDS, size_words

if TYPE_CHECKING:
    from typing import IO

_MAX_ERROR_BYTES: Final = 64 * 1024  # of git's standard error
_USUAL_PATHS: Final = (
    "/usr/bin/git",
    "/usr/local/bin/git",
    "/opt/homebrew/bin/git",
    r"C:\Program Files\Git\cmd\git.exe",
)
# Nothing of the user's environment is passed on: it may hold the API key.
_ENVIRONMENT: Final = {
    # A missing object would be fetched, by programs that the configuration of the checkout names.
    # GIT_NO_LAZY_FETCH forbids that, in git 2.45 and later and in fixed older versions.
    "GIT_NO_LAZY_FETCH": "1",
    # For other versions: only this transport is allowed, whatever `protocol.*.allow` says. Its name cannot
    # be guessed. An empty value would allow the transport without a name (`::address`), which the
    # configuration of the checkout can define as an alias.
    "GIT_ALLOW_PROTOCOL": f"none-{os.urandom(16).hex()}",
    # Settings of the machine and of the user would make another package on every machine.
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",  # the index is not refreshed: reading must not write
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}


def run_git(
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    question: bytes,
    *,
    max_seconds: float = MAX_GIT_SECONDS,
    max_output_bytes: int = MAX_GIT_OUTPUT_BYTES,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `folder` with `question` as its standard input, and return its output and exit code.

    `environment` is added to the fixed one. Raises ModError when git is not installed, runs longer than
    `max_seconds`, or prints more than `max_output_bytes`.
    """
    with subprocess.Popen(
        [_program(), *arguments],
        cwd=folder,
        env=_ENVIRONMENT | _windows_environment() | environment,
        stdin=subprocess.PIPE if question else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            output, errors = _exchange(process, question, max_seconds, max_output_bytes)
        except _TimeOver:
            raise ModError(
                f"git did not answer within {max_seconds:g} seconds in {folder}",
                f"try `git {arguments[-1]}` there by hand",
            ) from None
        finally:
            # After an exception git still runs. A process that has ended is not touched.
            process.kill()
    if len(output) > max_output_bytes:
        message = f"git's answer about {folder} is larger than {size_words(max_output_bytes)}"
        raise ModError(message, f"see what `git {arguments[-1]}` prints there")
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


class _TimeOver(Exception):
    """Git did not end in time."""


def _exchange(
    process: subprocess.Popen[bytes], question: bytes, max_seconds: float, max_output_bytes: int
) -> tuple[bytes, bytes]:
    """Write the question; return standard output, with one byte too many at most, and standard error.

    `Popen.communicate` has no bound on bytes. Each pipe has a thread: git would stop at a full pipe
    that is read only after another one has ended.
    """
    # They are None only for a process without pipes, as standard input is where there is no question.
    stdout = cast("IO[bytes]", process.stdout)
    stderr = cast("IO[bytes]", process.stderr)
    time_is_over = threading.Event()
    errors: list[bytes] = []

    def stop() -> None:
        time_is_over.set()
        process.kill()

    timer = threading.Timer(max_seconds, stop)
    pipe_threads = [threading.Thread(target=lambda: errors.append(_first_bytes(stderr)))]
    if process.stdin:
        pipe_threads.append(
            threading.Thread(target=_write_and_close, args=(process.stdin, question))
        )
    for thread in (timer, *pipe_threads):
        thread.daemon = True
        thread.start()
    try:
        output = stdout.read(max_output_bytes + 1)
        if len(output) > max_output_bytes:
            process.kill()
        process.wait()
        for thread in pipe_threads:
            thread.join()
    finally:
        timer.cancel()
    if time_is_over.is_set():
        raise _TimeOver
    return output, b"".join(errors)


def _write_and_close(stdin: IO[bytes], question: bytes) -> None:
    # Git may end before it has read everything.
    with contextlib.suppress(OSError), stdin:
        stdin.write(question)


def _first_bytes(stream: IO[bytes]) -> bytes:
    """Return the beginning of a stream, and read the rest without keeping it."""
    kept = stream.read(_MAX_ERROR_BYTES)
    while stream.read(_MAX_ERROR_BYTES):
        pass
    return kept


def _program() -> str:
    # A `.` in PATH gives a relative path: it would be a program of the checkout.
    for candidate in (shutil.which("git"), *_USUAL_PATHS):
        if candidate and Path(candidate).is_absolute() and Path(candidate).is_file():
            return candidate
    raise ModError(
        "the mod lies in a git repository, and git is not installed",
        "install git: what the repository tracks decides what is packaged",
    )


def _windows_environment() -> dict[str, str]:
    """Return what Windows needs in the environment to start a program: its own folder."""
    shell = shutil.which("cmd.exe") if os.name == "nt" else None
    if shell is None:
        return {}
    return {"SYSTEMROOT": str(Path(shell).parents[1])}
