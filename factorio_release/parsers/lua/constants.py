"""Texts that are put together from local variables which never change, such as `path .. "icon.png"`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.lua.model import PathString
from factorio_release.parsers.lua.tokens import is_string, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STRING: Final = rb"""(?:"[^"\\\n]*+"|'[^'\\\n]*+')"""
_PART: Final = rb"(?:[A-Za-z_]\w*+|%b)" % _STRING
_CHAIN: Final = rb"%(part)b(?:\s*+\.\.\s*+%(part)b)*+" % {b"part": _PART}
_DEFINITION: Final = lazy_pattern(
    rb"^local[\t ]++(?P<name>\w++)[\t ]*+=[\t ]*+(?P<chain>%b)[\t ]*+;?[\t ]*+(?:--[^\n]*+)?\r?$"
    % _CHAIN,
    re.MULTILINE,
)
_JOINED: Final = lazy_pattern(rb"(?<![\w.:])%(part)b(?:\s*+\.\.\s*+%(part)b)++" % {b"part": _PART})
_GOES_ON: Final = lazy_pattern(rb"\s*+[.:(\[]")
_TOKEN: Final = lazy_pattern(_PART)
_PATH: Final = lazy_pattern(r"__[^/\\\n]{1,100}?__/[^\n]*", re.DOTALL)
_BINDING: Final = lazy_pattern(rb"\b(?P<name>[A-Za-z_]\w*+)\s*+(?P<by>=(?!=)|,|\)|\bin\b)")
# What is before a name in the list of a function's parameters, of a loop or of `local`.
_IN_LIST: Final = lazy_pattern(rb"\bfunction\b[^()]*\([^()]*\Z|\b(?:for|local)\b[\w\s,]*\Z")
_LOOK_BACK_BYTES: Final = 200
_MAX_CHARACTERS: Final = 1000  # of a text that is put together


class Constant(NamedTuple):
    """The text of a local variable; `offset` is that of the last string in its definition, in bytes."""

    text: str
    offset: int


def find_constants(data: bytes) -> dict[bytes, Constant]:
    """Return the local variables that are set once, to a text, by name.

    Their `local` is the first word of a line, so that it is hardly inside a block.
    """
    constants: dict[bytes, Constant] = {}
    definitions = list(_DEFINITION.finditer(data)) if b"local" in data else []
    if not definitions:
        return constants
    names = _set_once({found["name"] for found in definitions}, data)
    for found in definitions:
        folded = fold(found["chain"], constants) if found["name"] in names else None
        if folded is not None:
            text, offset = folded
            constants[found["name"]] = Constant(text, max(offset, 0) + found.start("chain"))
    return constants


def _set_once(names: set[bytes], data: bytes) -> set[bytes]:
    """Return those of the names to which nothing but one `local` gives a value; keys of tables do not."""
    counts = dict.fromkeys(names, 0)
    for found in _BINDING.finditer(data):
        name = found["name"]
        if name not in counts:
            continue
        before = data[max(0, found.start() - _LOOK_BACK_BYTES) : found.start()].rstrip()
        if found["by"] == b"=" and not before.endswith(b","):
            is_key = before.endswith((b"{", b"."))
            counts[name] += not is_key
        elif _IN_LIST.search(before):
            counts[name] += 2  # a parameter, or one of several variables
    return {name for name, count in counts.items() if count == 1}


def fold(source: bytes, constants: Mapping[bytes, Constant]) -> tuple[str, int] | None:
    """Return the text of an expression of strings and constants; None for any other.

    With it comes the offset in the source of its last string, -1 when it has none.
    """
    texts: list[str] = []
    offset, end = -1, 0
    for part in _TOKEN.finditer(source):
        between = source[end : part.start()].strip()
        if between != (b".." if texts else b""):
            return None
        if is_string(part.group()):
            text = literal(part.group())
            offset = part.start()
        else:
            constant = constants.get(part.group())
            text = constant.text if constant else None
        if text is None or sum(map(len, texts)) > _MAX_CHARACTERS:
            return None
        texts.append(text)
        end = part.end()
    if not texts or source[end:].strip():
        return None
    return "".join(texts), offset


def find_joined_paths(data: bytes, constants: Mapping[bytes, Constant]) -> Iterator[PathString]:
    """Yield the paths that are put together from strings and constants, each at its last string."""
    if not constants or b".." not in data:
        return
    for found in _JOINED.finditer(data):
        before = data[max(0, found.start() - _LOOK_BACK_BYTES) : found.start()].rstrip()
        if before.endswith(b"..") or _GOES_ON.match(data, found.end()):
            continue
        folded = fold(found.group(), constants)
        if folded is not None and folded[1] >= 0 and _PATH.fullmatch(folded[0]):
            yield PathString(folded[0], found.start() + folded[1], whole=True)
