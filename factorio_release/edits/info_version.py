"""A new version in info.json, every other byte kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.json.document import read_json
from factorio_release.parsers.json.strings import read_string

if TYPE_CHECKING:
    from factorio_release.parsers.json.document import JsonDocument
    from factorio_release.parsers.version import Version

_PATH: Final = ("version",)
_IN_DOUBT: Final = ("json-encoding", "json-syntax")


def with_version(data: bytes, version: Version) -> bytes:
    """Return info.json with this version; ModError, with the line, where it does not stand there once."""
    read = read_json(data, INFO_FILE)
    for problem in read.problems:
        again = problem.code == "json-duplicate-key" and '"version"' in problem.message
        if problem.code in _IN_DOUBT or again:
            raise ModError(f"{INFO_FILE}:{problem.line}:{problem.column}: {problem.message}", problem.hint)
    if not isinstance(read.value, dict) or not isinstance(read.value.get("version"), str):
        raise ModError(
            f"{INFO_FILE} has no version that is a string",
            'give it one, such as "version": "0.1.0", and go on',
        )
    start = _offset(read)
    _, end, *_ = read_string(read.text, start)
    before = len(data) - len(read.text.encode())  # the byte order mark
    return data[:before] + f'{read.text[:start]}"{version}"{read.text[end:]}'.encode()


def _offset(read: JsonDocument) -> int:
    line, column = read.places[_PATH]
    return sum(len(above) + 1 for above in read.text.split("\n")[: line - 1]) + column - 1
