"""Starts the git program with an environment of our own: the only place that starts a process."""

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

_MAX_COMPLAINT_BYTES: Final = 64 * 1024
_USUAL_PLACES: Final = (
    "/usr/bin/git",
    "/usr/local/bin/git",
    "/opt/homebrew/bin/git",
    r"C:\Program Files\Git\cmd\git.exe",
)
# An object that is missing would be fetched, by programs that the checkout's configuration names.
# GIT_NO_LAZY_FETCH forbids the fetch, where git knows it (from 2.45 on, and in fixed older ones).
# GIT_ALLOW_PROTOCOL goes before every `protocol.*.allow` of the configuration and allows one name only.
# The name cannot be guessed. An empty value would allow the transport without a name (`::address`),
# which the configuration can define as an alias.
_ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": f"none-{os.urandom(16).hex()}",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}


def start_git(
    arguments: list[str], places: dict[str, str], folder: Path, question: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `folder`, with `places` in its environment and `question` as its standard input.

    ModError when it is not installed, or goes beyond the bounds of bytes and seconds.
    """
    with subprocess.Popen(
        [_program(), *arguments],
        cwd=folder,
        env=_ENVIRONMENT | _system() | places,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            output, complaint = _exchange(process, question)
        except _Late:
            raise ModError(
                f"git did not answer within {MAX_GIT_SECONDS} seconds in {folder}",
                f"try `git {arguments[-1]}` there by hand",
            ) from None
        finally:
            process.kill()  # when something is raised; one that has ended is not touched
    if len(output) > MAX_GIT_OUTPUT_BYTES:
        message = f"git's answer about {folder} is larger than {size_words(MAX_GIT_OUTPUT_BYTES)}"
        raise ModError(message, f"see what `git {arguments[-1]}` prints there")
    return subprocess.CompletedProcess(arguments, process.returncode, output, complaint)


class _Late(Exception):
    """Git did not end in time."""


def _exchange(process: subprocess.Popen[bytes], question: bytes) -> tuple[bytes, bytes]:
    """Ask, and return the answer and what git complains of, each read up to its bound.

    Each pipe has a thread, so that none fills while another is waited for.
    """
    stdin, stdout, stderr = (
        cast("IO[bytes]", pipe) for pipe in (process.stdin, process.stdout, process.stderr)
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(MAX_GIT_SECONDS, end)
    complaints: list[bytes] = []
    talk = [
        threading.Thread(target=_ask, args=(stdin, question)),
        threading.Thread(target=lambda: complaints.append(_first_bytes(stderr))),
    ]
    for thread in (watch, *talk):
        thread.daemon = True
        thread.start()
    try:
        output = stdout.read(MAX_GIT_OUTPUT_BYTES + 1)
        if len(output) > MAX_GIT_OUTPUT_BYTES:
            process.kill()
        process.wait()
        for thread in talk:
            thread.join()
    finally:
        watch.cancel()
    if late.is_set():
        raise _Late
    return output, b"".join(complaints)


def _ask(stdin: IO[bytes], question: bytes) -> None:
    with contextlib.suppress(OSError), stdin:  # git may end before it has read everything
        stdin.write(question)


def _first_bytes(stream: IO[bytes]) -> bytes:
    """Return the beginning of a stream, and read the rest to its end."""
    kept = stream.read(_MAX_COMPLAINT_BYTES)
    while stream.read(_MAX_COMPLAINT_BYTES):
        pass
    return kept


def _program() -> str:
    # A relative answer comes from a `.` in PATH: it would be a program of the checkout.
    candidates = (shutil.which("git") or "", *_USUAL_PLACES)
    found = next((place for place in candidates if Path(place).is_absolute() and Path(place).is_file()), None)
    if found is None:
        raise ModError(
            "the mod lies in a git repository, and git is not installed",
            "install git: what the repository tracks decides what ships",
        )
    return found


def _system() -> dict[str, str]:
    """Windows starts no program without its own folder in the environment."""
    shell = shutil.which("cmd.exe") if os.name == "nt" else None
    return {"SYSTEMROOT": str(Path(shell).parents[1])} if shell else {}
