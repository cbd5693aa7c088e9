"""The blocks of commands in the documents, and the mark in front of each that says who runs it.

A mark is a comment in the line above the block:

    runs in: SCENE                      the test runs it (`scenes` has the scenes)
    runs in: SCENE; ends with 3         likewise, and its last command ends with this exit code
    runs in: SCENE; each by itself      each command has the scene for itself
    run by: tests/test_readme.py, …     another test runs it
    not run: REASON                     it cannot be run here

In a block, `$ ` begins a command; what follows are lines that the command must print, in this order. `…`
stands for lines that are left out, and a command without lines may print anything. `# …` behind a command is
a remark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LANGUAGES = ("sh", "bash", "shell", "console", "powershell", "pwsh", "cmd", "bat")
# Its blocks are part of its examples: tests/test_checks_examples.py runs each of them.
EXAMPLES = "docs/checks.md"
_BLOCK = re.compile(
    r"(?:^(?P<indent> *)<!-- (?P<mark>(?:runs in|run by|not run): [^\n]+?) -->\n+)?"
    rf"^ *```(?P<language>{'|'.join(LANGUAGES)})\b[^\n]*\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Command:
    """One command of a block, and the lines that it must print."""

    line: str
    shown: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A block of commands of a document; `line` is that of its first line."""

    document: str
    line: int
    language: str
    mark: str
    text: str

    @property
    def kind(self) -> str:
        return self.mark.partition(":")[0]

    @property
    def value(self) -> str:
        return self.mark.partition(": ")[2]

    @property
    def scene(self) -> str:
        return self.value.partition(";")[0]

    @property
    def exit_code(self) -> int:
        found = re.search("; ends with ([0-9]+)$", self.value)
        return int(found[1]) if found else 0

    @property
    def each_alone(self) -> bool:
        return self.value.endswith("; each by itself")

    @property
    def commands(self) -> list[Command]:
        """The commands; in a language without prompts each line is one."""
        commands: list[Command] = []
        for line in self.text.splitlines():
            if self.language == "console" and not line.startswith("$ "):
                assert commands, f"{self}: a line of output without a command"
                commands[-1].shown.append(line)
            elif line.strip():
                commands.append(Command(re.sub(r"\s+# .*", "", line.removeprefix("$ "))))
        return commands

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def documents() -> list[str]:
    """The documents of the project, without what is about its tests."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def blocks() -> Iterator[Block]:
    """Yield each block of commands of each document."""
    for document in documents():
        if document != EXAMPLES:
            yield from blocks_of(document, (ROOT / document).read_text("utf-8"))


def blocks_of(document: str, text: str) -> Iterator[Block]:
    """Yield the blocks of one document."""
    for found in _BLOCK.finditer(text):
        lines = found["text"].splitlines()
        least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        yield Block(
            document,
            text.count("\n", 0, found.start("text")) + 1,
            found["language"],
            found["mark"] or "",
            "\n".join(line[least:] for line in lines),
        )
