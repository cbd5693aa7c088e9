"""The program on a pseudo-terminal, with somebody who answers its questions."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tests.conftest import environment

if TYPE_CHECKING:
    from pathlib import Path


def talk(
    folder: Path, arguments: list[str], answers: list[tuple[str, str]], **environ: str
) -> tuple[int, str]:
    """Type each answer when its question has come; return the exit code and the screen."""
    assert sys.platform != "win32"
    import pty  # noqa: PLC0415 not on Windows

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        command = [sys.executable, "-m", "factorio_release", *arguments]
        os.execve(sys.executable, command, environment(TERM="dumb", **environ))
    shown, seen, waiting = b"", 0, list(answers)
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        if waiting and waiting[0][0].encode() in shown[seen:]:
            seen = len(shown)
            os.write(terminal, f"{waiting.pop(0)[1]}\n".encode())
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert not waiting, (waiting, shown)
    return os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n")
