"""Runs the program in a terminal, from a mistake to a release, and draws what it shows as an animated SVG.

    python scripts/recording.py [docs/images/terminal.svg]

A repository and the remote that it pushes to are made for it; nothing else is asked. What differs from run
to run (today's date, the commit) is replaced. Needs a terminal of Unix.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "terminal.svg"
COLUMNS, CELL_WIDTH, LINE_HEIGHT, MARGIN, BAR = 104, 8.43, 19, 16, 30
SECONDS = 6  # that a screen stays
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "35": "#d2a8ff", "36": "#79c0ff"}
MUTED, PLAIN, BACK = "#8b949e", "#e6edf3", "#0d1117"
SVG = "http://www.w3.org/2000/svg"
ABOUT = "A terminal: check finds a mistake, check --fix corrects it, ship releases"
STYLE = """<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}
@keyframes show{0%{opacity:1}SHARE%,100%{opacity:0}}
@media (prefers-reduced-motion:no-preference){.screen{opacity:0;animation:show TIMEs step-end infinite}}
@media (prefers-reduced-motion:reduce){.screen:not(:last-child){opacity:0}}
</style>"""
DASHES = "-" * 99
INFO = """{
  "name": "lamp-post",
  "version": "1.2.0",
  "title": "Lamp post",
  "author": "you",
  "factorio_version": "2.0",
  "dependencies": ["base >= 2.0"]
}
"""
RELEASED = f"{DASHES}\nVersion: 1.2.0\nDate: 2026-10-01\n  Features:\n    - Lamps.\n"
NEXT = f"{DASHES}\nVersion: 1.3.0\nDate: ????\n  Features:\n   - Lamps are brighter at night.\n"
SCREENS = (["check"], ["check", "--fix"], ["ship", "minor"])
ANSWER = b"[y/N] "
SAMPLE_DATE, SAMPLE_COMMIT = "2026-12-01", "4f1c2a9b7d30"


class Span(NamedTuple):
    """A part of a line in one colour."""

    text: str
    colour: str = PLAIN
    bold: bool = False


def environment(home: Path) -> dict[str, str]:
    """Return what the program and git need, and nothing of this machine's settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "you"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }


def make_mod(root: Path, env: dict[str, str]) -> Path:
    """Make a released mod whose next changelog section has a mistake, and the remote that it is pushed to."""
    folder = root / "lamp-post"
    folder.mkdir()

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)  # noqa: S607

    def commit(message: str, changelog: str) -> None:
        (folder / "changelog.txt").write_text(changelog, "utf-8")
        git("add", "--all")
        git("commit", "--quiet", "--message", message)

    git("init", "--quiet", "--bare", "../lamp-post.git")
    git("init", "--quiet", "--initial-branch=main")
    git("remote", "add", "origin", "../lamp-post.git")
    (folder / "info.json").write_text(INFO, "utf-8")
    (folder / "control.lua").write_text(
        "script.on_init(function() storage.lamps = {} end)\n", "utf-8"
    )
    (folder / "factorio-release.yml").write_text("category: utilities\nlicense: MIT\n", "utf-8")
    commit("Lamps", RELEASED)
    git("tag", "v1.2.0")
    git("push", "--quiet", "origin", "main", "v1.2.0")
    commit("Brighter lamps", NEXT + RELEASED)
    return folder


def shown(arguments: list[str], folder: Path, env: dict[str, str]) -> str:
    """Run the program in a terminal, answer its question with yes, and return what the terminal gets."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "factorio_release", *arguments], env)  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    got = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux's end of a terminal
            break
        if not piece:
            break
        got += piece
        if got.endswith(ANSWER):
            os.write(terminal, b"y\n")
    os.close(terminal)
    os.waitpid(pid, 0)
    return got.decode().replace("\r\n", "\n")


def spans(line: str) -> list[Span]:
    """Return a line of a terminal in its colours; links are text here."""
    line = re.sub(r"\x1b\]8;;.*?\x1b\\", "", line)
    colour, bold, parts = PLAIN, False, []
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not piece.startswith("\x1b["):
            parts.append(Span(piece, colour, bold))
            continue
        codes = piece[2:-1].split(";")
        bold = "1" in codes
        colour = next(
            (COLOURS[code] for code in codes if code in COLOURS), MUTED if "2" in codes else PLAIN
        )
    return [part for part in parts if part.text]


def rows(parts: list[Span]) -> list[list[Span]]:
    """Return a line as the rows of a terminal: what is too long goes on in the next."""
    wrapped: list[list[Span]] = [[]]
    room = COLUMNS
    for text, colour, bold in parts:
        while text:
            if not room:
                wrapped.append([])
                room = COLUMNS
            wrapped[-1].append(Span(text[:room], colour, bold))
            text, room = text[room:], max(0, room - len(text))  # noqa: PLW2901 what is left of it
    return wrapped


def tspan(part: Span) -> str:
    """Return a part of a line as SVG."""
    weight = ' font-weight="bold"' if part.bold else ""
    return f'<tspan fill="{part.colour}"{weight}>{escape(part.text)}</tspan>'


def drawn(screens: list[list[list[Span]]]) -> str:
    """Return the screens as an SVG that shows one after the other, and the last where nothing moves."""
    width = round(COLUMNS * CELL_WIDTH + 2 * MARGIN)
    height = BAR + max(map(len, screens)) * LINE_HEIGHT + 2 * MARGIN
    lines = [
        f'<svg xmlns="{SVG}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"',
        f' role="img" aria-label="{ABOUT}">',
        STYLE.replace("SHARE", f"{100 / len(screens):.2f}").replace(
            "TIME", str(SECONDS * len(screens))
        ),
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACK}"/>',
        *(f'<circle cx="{20 + 20 * n}" cy="18" r="6" fill="#30363d"/>' for n in range(3)),
        "<g>",
    ]
    for number, screen in enumerate(screens):
        lines.append(f'<g class="screen" style="animation-delay:{number * SECONDS}s">')
        for row, parts in enumerate(screen):
            written = "".join(map(tspan, parts))
            y = BAR + MARGIN + (row + 1) * LINE_HEIGHT - 5
            if written:
                lines.append(f'<text x="{MARGIN}" y="{y}">{written}</text>')
        lines.append("</g>")
    return "\n".join([*lines, "</g>", "</svg>", ""])


def record() -> str:
    """Run the commands and return the SVG."""
    today = datetime.now(UTC).date().isoformat()
    screens = []
    with tempfile.TemporaryDirectory() as root:
        env = environment(Path(root))
        folder = make_mod(Path(root), env)
        for arguments in SCREENS:
            text = shown(arguments, folder, env).replace(today, SAMPLE_DATE)
            text = re.sub(r"\b[0-9a-f]{12}\b", SAMPLE_COMMIT, text).rstrip("\n")
            prompt = [
                Span("$ ", MUTED),
                Span(" ".join(["factorio-release", *arguments]), bold=True),
            ]
            screen = rows(prompt)
            for line in text.split("\n"):
                screen += rows(spans(line))
            screens.append(screen)
            if "--fix" in arguments:
                subprocess.run(
                    ["git", "commit", "--quiet", "--all", "--message", "Indent"],  # noqa: S607
                    cwd=folder,
                    env=env,
                    check=True,
                )
    return drawn(screens)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(record(), "utf-8", newline="\n")
    print(f"{target}: {target.stat().st_size} bytes")
