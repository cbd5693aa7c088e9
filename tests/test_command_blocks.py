"""Every block of commands in the documents is run and prints what it shows, or says why it is not run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.conftest import environment
from tests.support import forks
from tests.support.command_blocks import (
    EXAMPLES,
    LANGUAGES,
    ROOT,
    blocks,
    blocks_of,
    documents,
)
from tests.support.scenes import SCENES, Scene

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command_blocks import (
        Block,
        Command,
    )

BLOCKS = list(blocks())
RUN = [block for block in BLOCKS if block.kind == "runs in"]
PUBLIC = "https://mods.factorio.com"
QUESTION = "[y/N] "
# What differs from run to run, in what is shown and in what is printed.
VARYING = {
    r"\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b": "COMMIT",
    r"\b[0-9a-f]{8}…|\b[0-9a-f]{64}\b": "DIGEST",
    r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b": "DATE",
    r"\bfile://\S+": "FILE",
}


def test_every_block_says_who_runs_it() -> None:
    silent = [str(block) for block in BLOCKS if not block.kind]
    assert silent == [], "tests/support/command_blocks.py has the marks"


def test_no_block_is_overlooked() -> None:
    """Whatever looks like a shell's language is one of those that are read."""
    languages = {
        word
        for name in documents()
        for word in re.findall(r"^ *```([a-z-]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    }
    assert languages & {"zsh", "fish", "ps1", "shell-session", "sh-session", "dos"} == set()
    fences = sum(
        len(
            re.findall(
                rf"^ *```(?:{'|'.join(LANGUAGES)})\b",
                (ROOT / name).read_text("utf-8"),
                re.MULTILINE,
            )
        )
        for name in documents()
        if name != EXAMPLES
    )
    assert fences == len(BLOCKS)


def test_marks_name_scenes_and_tests_that_there_are() -> None:
    assert {block.scene for block in RUN} - set(SCENES) == set()
    for block in BLOCKS:
        if block.kind == "run by":
            assert (ROOT / re.split("[,;:]", block.value)[0]).is_file(), block
        if block.kind == "not run":
            assert len(block.value.split()) > 1, f"{block}: a reason, please"


def test_the_form_of_a_block_is_read() -> None:
    (block,) = blocks_of(
        "x.md",
        "1. a\n\n    <!-- runs in: here; ends with 3 -->\n"
        "    ```console\n    $ a  # why\n    …\n      b\n    ```\n",
    )
    assert (block.scene, block.exit_code, block.line) == ("here", 3, 5)
    (command,) = block.commands
    assert (command.line, command.shown) == ("a", ["…", "  b"])


def with_constants(text: str, portal: str) -> str:
    if portal:
        text = text.replace(portal, PUBLIC)
    for pattern, word in VARYING.items():
        text = re.sub(pattern, word, text)
    return text


def is_shown(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines are among those that were printed, in this order."""
    rest = iter(printed)
    return all(line in rest for line in shown if line.strip() != "…")


def answered(line: str, scene: Scene, env: dict[str, str]) -> tuple[int, str]:
    """Run a command on a terminal, and answer its question with yes."""
    import pty  # noqa: PLC0415 there is none on Windows

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(scene.folder)
        words = shlex.split(line)
        assert words[0] == "factorio-release"
        os.execve(sys.executable, [sys.executable, "-m", "factorio_release", *words[1:]], env)
    got = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        got += piece
        if got.endswith(QUESTION.encode()):
            os.write(terminal, b"y\n")
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), got.decode().replace("\r\n", "\n")


def run(command: Command, scene: Scene) -> tuple[int, str]:
    """Run a command of a block; return its exit code and what it prints."""
    env = environment(**scene.env, HOME=str(scene.root), NO_COLOR="1", TERM="dumb")
    env |= {
        f"GIT_{who}_{what}": "you" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    if any(QUESTION in line for line in command.shown):
        return answered(command.line, scene, env)
    words = shlex.split(command.line)
    if words[0] == "cd":
        scene.folder = (scene.folder / words[1]).resolve()
        return 0, ""
    if words[0] == "factorio-release" and not set(command.line) & set("|<>&;$`*?"):
        done = forks.run(words[1:], env, scene.folder)
    else:
        shims = scene.root / "bin"
        shims.mkdir(exist_ok=True)
        shim = shims / "factorio-release"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m factorio_release "$@"\n', "utf-8")
        shim.chmod(0o755)
        env["PATH"] = f"{shims}{os.pathsep}{env['PATH']}"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command.line],
            cwd=scene.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a shell of Unix")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of pty.fork beside threads
@pytest.mark.parametrize("block", RUN, ids=str)
def test_a_block_does_what_it_shows(block: Block, tmp_path: Path) -> None:
    commands = block.commands
    together = [[command] for command in commands] if block.each_alone else [commands]
    for number, some in enumerate(together):
        with ExitStack() as stack:
            scene = Scene(tmp_path / str(number), tmp_path / str(number) / "lamp-post", stack)
            scene.document = (ROOT / block.document).read_text("utf-8")
            scene.folder.mkdir(parents=True)
            SCENES[block.scene](scene)
            portal = scene.env.get("FACTORIO_RELEASE_PORTAL_URL", "")
            for command in some:
                code, printed = run(command, scene)
                wanted = block.exit_code if command is commands[-1] else 0
                assert code == wanted, f"{block}: {command.line}\n{printed}"
                shown = with_constants("\n".join(command.shown), "").splitlines()
                lines = with_constants(printed, portal).splitlines()
                assert is_shown(shown, lines), f"{block}: {command.line}\n{printed}"
