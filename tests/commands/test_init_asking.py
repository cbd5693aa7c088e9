"""On a terminal `init` asks what neither the repository nor the portal says."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.mod_page import LICENSES, TAGS
from tests.conftest import environment
from tests.support.first_files import GITHUB, OLD, PUBLISH, config, steps

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pty

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def test_on_a_terminal_it_asks_what_it_cannot_know(piped: Any, portal: LocalPortal) -> None:
    code, shown = answered(
        piped.root,
        ["init", "--portal-url", portal.url],
        {
            "category (": "wrong\nutilities\n",
            "tags (": "power, 9\n",
            "licence (": "1\n",
            f"replace {PUBLISH}?": "y\n",
        },
    )
    assert code == 0
    assert "wrong: not one of these" in shown
    assert "content new items, buildings" in re.sub(r" +", " ", shown)
    written = config(piped)
    assert written["category"] == "utilities"
    assert written["tags"] == ["power", TAGS[8]]
    assert written["license"] == next(iter(LICENSES))
    assert "factorio-release@" in (piped.root / PUBLISH).read_text()
    assert not (piped.root / GITHUB).exists()


def test_what_nobody_answers_stays_a_comment(piped: Any, portal: LocalPortal) -> None:
    asked = {"category (": "\n", "tags (": "\n", "licence (": "\n", f"replace {PUBLISH}?": "n\n"}
    code, _ = answered(piped.root, ["init", "--portal-url", portal.url], asked)
    assert code == 0
    assert config(piped) == {"source-url": "auto"}
    assert (piped.root / PUBLISH).read_text() == OLD
    assert steps((piped.root / GITHUB).read_text("utf-8"))[1]["with"]["dry-run"] is True


def answered(folder: Path, command: list[str], answers: dict[str, str]) -> tuple[int, str]:
    """Run the program on a pseudo-terminal, and give each answer once, when its question appears."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        line = [sys.executable, "-m", "factorio_release", *command]
        os.execve(sys.executable, line, environment(TERM="dumb"))
    shown, left = b"", dict(answers)
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        for question in [one for one in left if one.encode() in shown]:
            os.write(terminal, left.pop(question).encode())
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert not left, shown.decode()
    return os.waitstatus_to_exitcode(status), shown.decode()
