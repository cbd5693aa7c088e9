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

_VERSION: Final = ("version",)
# With these, the version's place in the file is not certain.
_UNCERTAIN: Final = frozenset({"json-encoding", "json-syntax"})


def with_version(data: bytes, version: Version) -> bytes:
    """Return info.json with this version.

    Raises ModError, with the line, for a file that is not JSON or that does not hold exactly one
    version. A key that is repeated elsewhere does not matter.
    """
    document = read_json(data, INFO_FILE)
    _refuse_uncertain(document)
    start = document.value_offsets[_VERSION]
    end = read_string(document.text, start).end
    before, after = document.text[:start], document.text[end:]
    byte_order_mark = data[: len(data) - len(document.text.encode())]
    return byte_order_mark + f'{before}"{version}"{after}'.encode()


def _refuse_uncertain(document: JsonDocument) -> None:
    for problem in document.problems:
        if problem.code in _UNCERTAIN:
            raise ModError(
                f"{INFO_FILE}:{problem.line}:{problem.column}: {problem.message}", problem.hint
            )
    repeated = document.repeated_key_places.get(_VERSION)
    if repeated:
        line, column = repeated
        message = f'{INFO_FILE}:{line}:{column}: the key "version" is here a second time'
        raise ModError(message, "keep one of the two")
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("version"), str):
        message = f"{INFO_FILE} has no version that is a string"
        raise ModError(message, 'give it one, such as "version": "0.1.0", and go on')
