"""Reads the lines that a step prints as GitHub's runner does."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

COMMANDS = {
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
}
COMMANDS |= {"remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"}
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Heard:
    """A workflow command as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def listen(log: str) -> list[Heard]:
    """Read a step's output as the runner does: both forms of commands, every kind of line end."""
    heard = (_command(line) for line in re.split("\r\n|\r|\n", log))
    return [command for command in heard if command]


def plain_lines(log: str) -> list[str]:
    return [line for line in re.split("\r\n|\r|\n", log) if line and not _command(line)]


def read_outputs(text: str) -> dict[str, str]:
    """Read an output file as the runner does."""
    values, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        heredoc, equals = line.find("<<"), line.find("=")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, _, end = line.partition("<<")
            assert name
            assert end
            content = []
            while (inner := next(lines)) != end:
                content.append(inner)
            values[name] = "\n".join(content)
        else:
            name, _, values[name] = line.partition("=")
    return values


def _command(line: str) -> Heard | None:
    trimmed = line.lstrip()
    if trimmed.startswith("::") and (end := trimmed.find("::", 2)) >= 0:
        heard = _heard(trimmed[2:end], ",", trimmed[end + 2 :])
        if heard:
            return heard
    start = line.find("##[")
    if start >= 0 and (end := line.find("]", start)) >= 0:
        return _heard(line[start + 3 : end], ";", line[end + 1 :])
    return None


def _heard(head: str, separator: str, data: str) -> Heard | None:
    name, _, rest = head.partition(" ")
    if name.lower() not in COMMANDS:
        return None
    pairs = (pair.split("=", 1) for pair in rest.strip().split(separator) if pair)
    properties = {
        pair[0]: _plain(pair[1], PROPERTY) for pair in pairs if len(pair) == 2 and pair[1]
    }
    return Heard(name, properties, _plain(data, DATA))


def _plain(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for coded, character in table:
        text = text.replace(coded, character)
    return text


@pytest.fixture
def runner_hears() -> Callable[[str], list[Heard]]:
    return listen


@pytest.fixture
def shown_lines() -> Callable[[str], list[str]]:
    return plain_lines


@pytest.fixture
def runner_reads() -> Callable[[str], dict[str, str]]:
    return read_outputs
