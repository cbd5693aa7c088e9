"""Outside CI a release asks, on a terminal, before it writes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pty


def on_a_terminal(folder: Path, answer: bytes, command: list[str], key: str) -> tuple[int, str]:
    """Run the command on a pseudo-terminal and give it an answer when it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(
            sys.executable,
            [sys.executable, *command],
            environment(FACTORIO_API_KEY=key, TERM="dumb"),
        )
    shown, asked = b"", False
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        if not asked and b"[y/N]" in shown:
            asked = True
            os.write(terminal, answer)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    ("answer", "releases", "told"),
    [
        (b"y\n", 1, "published as a new mod"),
        (b"\n", 0, "not confirmed: nothing was written"),
        (b"no\n", 0, "not confirmed: nothing was written"),
    ],
)
def test_only_yes_writes(
    *,
    tmp_path: Path,
    repository: Any,
    portal: LocalPortal,
    key: str,
    answer: bytes,
    releases: int,
    told: str,
) -> None:
    command = [
        "-m",
        "factorio_release",
        "release",
        str(repository.root),
        "--portal-url",
        portal.url,
    ]
    code, shown = on_a_terminal(tmp_path, answer, command, key)
    assert code == (0 if releases else 130)
    assert told in shown
    assert "publish 1.0.0 as a new mod" in shown.partition("[y/N]")[0]
    assert sum(len(mod.releases) for mod in portal.state.mods.values()) == releases
