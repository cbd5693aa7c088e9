"""Runs the git program; the only other process is that of a load.

`run_git` is for reading: its environment is fixed, and nothing that a checkout names is run. `run_users_git`
is the one exception, for `ship` and `bump --commit`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from factorio_release.disk.system_folder import environment_of_system
from factorio_release.errors import ModError
from factorio_release.limits import (
    MAX_GIT_OUTPUT_BYTES,
    MAX_GIT_SECONDS,
    MAX_PUSH_SECONDS,
    size_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
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
# They would name another repository than the one that is read (git sets them for its hooks), or change what
# a path means.
_OF_A_REPOSITORY: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
_SECONDS_TO_END: Final = 10.0


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
    whole = _ENVIRONMENT | environment_of_system() | environment
    return _run(arguments, whole, folder, question, _Bounds(max_seconds, max_output_bytes))


def run_users_git(
    arguments: list[str], environment: Mapping[str, str], folder: Path, question: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git as the user does in `folder`: with their settings, hooks, filters, credentials and transports.

    `environment` is the user's, without keys. Only a command that the user started to commit, tag or push
    may call this. Git may ask on the terminal, which it opens itself. Raises ModError as `run_git` does.
    """
    ours = {name: value for name, value in environment.items() if name not in _OF_A_REPOSITORY}
    bounds = _Bounds(MAX_PUSH_SECONDS, MAX_GIT_OUTPUT_BYTES)
    return _run(arguments, ours, folder, question, bounds, is_writing=True)


class _Bounds(NamedTuple):
    seconds: float
    output_bytes: int


def _run(
    arguments: list[str],
    environment: Mapping[str, str],
    folder: Path,
    question: bytes,
    bounds: _Bounds,
    *,
    is_writing: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    with subprocess.Popen(
        [_program(), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE if question else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            output, errors = _exchange(process, question, *bounds)
        except _TimeOver:
            raise ModError(
                f"git did not answer within {bounds.seconds:g} seconds in {folder}",
                f"try `git {arguments[-1]}` there by hand",
            ) from None
        finally:
            # After an exception git still runs. A process that has ended is not touched.
            _stop(process, is_writing=is_writing)
    if len(output) > bounds.output_bytes:
        message = f"git's answer about {folder} is larger than {size_words(bounds.output_bytes)}"
        raise ModError(message, f"see what `git {arguments[-1]}` prints there")
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def _stop(process: subprocess.Popen[bytes], *, is_writing: bool) -> None:
    """End git; one that writes is asked to, so that it removes its lock files."""
    if is_writing and process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
    process.kill()


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
    for candidate in (_in_path(), *_USUAL_PATHS):
        if candidate and Path(candidate).is_file():
            return candidate
    raise ModError(
        "the mod lies in a git repository, and git is not installed",
        "install git: what the repository tracks decides what is packaged",
    )


def _in_path() -> str | None:
    """Return the first git in a folder of PATH; None without.

    Relative folders are left out: theirs would be a program of the checkout. `shutil.which("git")` would look
    there first on Windows, also where PATH does not say so, and would find its scripts as well.
    """
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        found = shutil.which(str(Path(folder, name))) if Path(folder).is_absolute() else None
        if found:
            return found
    return None
