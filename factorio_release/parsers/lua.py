"""What a Lua file asks for by name: the files it requires and the paths in its strings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from factorio_release.parsers.lua_tokens import (
    AFTER_JOIN,
    ARGUMENT,
    ASSIGNED,
    BEFORE_JOIN,
    CLOSERS,
    COMPUTED,
    OPENERS,
    PATH,
    TOKEN,
    literal,
)
from factorio_release.parsers.positions import Positions

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True)
class Require:
    """A `require` of a literal name.

    `certain` tells that it runs whenever its file does: it stands at the top level of the file,
    under no condition, in no function. One inside `pcall` is not recorded at all.
    """

    target: str
    offset: int
    certain: bool


@dataclass(frozen=True, slots=True)
class PathString:
    """A string that begins with `__name__/`; `whole` when nothing is joined to its end.

    `certain` tells that it stands in a `data:extend` at the top level of the file, under no
    condition, and not in an `hr_version`, which the game may leave alone.
    """

    text: str
    offset: int
    whole: bool
    certain: bool


@dataclass(frozen=True)
class LuaFile:
    """What one Lua file asks for.

    `computed` has, for each `require` of a name that is put together at run time, the literal
    text that it begins with (often empty). `own_require` tells that the file defines a `require`
    of its own, as bundlers do; its requires are then not the game's and none is recorded.
    """

    data: bytes = field(repr=False)
    requires: tuple[Require, ...] = ()
    paths: tuple[PathString, ...] = ()
    computed: tuple[str, ...] = ()
    own_require: bool = False

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset; the column counts characters."""
        return self._lines.place(offset)

    @cached_property
    def _lines(self) -> Positions:
        return Positions(self.data)


def read_lua(data: bytes) -> LuaFile:
    """Read the requires and path strings of a chunk, however broken it is; never raises."""
    if b"require" not in data and b"__/" not in data:
        return LuaFile(data)
    scan = _Scan(data)
    for token in TOKEN.finditer(data):
        scan.take(token)
    if scan.own_require:
        return LuaFile(data, (), tuple(scan.paths), (), own_require=True)
    return LuaFile(data, tuple(scan.requires), tuple(scan.paths), tuple(scan.computed))


class _Scan:
    """The state of one pass over the tokens: how deep in blocks, parentheses and `pcall`s."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.requires: list[Require] = []
        self.paths: list[PathString] = []
        self.computed: list[str] = []
        self.own_require = False
        self.blocks: list[bytes] = []
        self.functions = 0  # how many of the open blocks are functions
        self.tables: list[bool] = []  # for each open table: does it count under a condition only
        self.conditional = 0  # how many of them do
        self.parens = 0
        self.protected: list[int] = []  # depth of parentheses outside each open pcall
        self.extending: tuple[int, int] | None = None  # parentheses and tables outside data:extend
        self.may_have_left = False  # a conditional `return` of the chunk came before
        self.previous = (b"", 0)
        self.required = -1  # where the string of the last require stands

    def take(self, token: re.Match[bytes]) -> None:
        kind, text = token.lastgroup, token.group()
        if kind == "comment":
            return
        if kind == "string":
            self._string(token)
        elif kind == "word":
            self._word(text, token)
        elif text in b"()":
            self._parenthesis(text)
        else:
            self._table(token)
        if text != b"(":
            self.previous = (text, token.end())

    def _string(self, token: re.Match[bytes]) -> None:
        start = token.start()
        if self.protected or start == self.required or self.data.find(b"__", start + 1, start + 20) < 0:
            return
        text = literal(token.group())
        joined = BEFORE_JOIN.search(self.data, max(0, start - 40), start)
        if joined or text is None or not PATH.fullmatch(text):
            return
        whole = not AFTER_JOIN.match(self.data, token.end())
        certain = self.extending is not None and self._certain(start)
        self.paths.append(PathString(text, start, whole, certain))

    def _word(self, word: bytes, token: re.Match[bytes]) -> None:
        if word in OPENERS:
            self.blocks.append(word)
            self.functions += word == b"function"
        elif word in CLOSERS:
            self.functions -= bool(self.blocks) and self.blocks.pop() == b"function"
        elif word == b"return":
            self.may_have_left |= bool(self.blocks) and not self.functions
        elif word in {b"pcall", b"xpcall"}:
            self.protected.append(self.parens)
        elif word == b"require":
            self._require(token)
        elif word.startswith(b"data"):
            self.extending = (self.parens, len(self.tables))

    def _parenthesis(self, mark: bytes) -> None:
        self.parens += 1 if mark == b"(" else -1
        if mark == b")" and self.protected and self.parens <= self.protected[-1]:
            self.protected.pop()
        self._leave_extend()

    def _table(self, token: re.Match[bytes]) -> None:
        if token.group() == b"{":
            start = token.start()
            named = self.data[max(0, start - 20) : start].rstrip(b" \t\r\n=")
            self.tables.append(named.endswith(b"hr_version") or self._joined(start))
            self.conditional += self.tables[-1]
        elif self.tables:
            self.conditional -= self.tables.pop()
            self._leave_extend()

    def _leave_extend(self) -> None:
        if self.extending is not None and (self.parens, len(self.tables)) <= self.extending:
            self.extending = None

    def _require(self, token: re.Match[bytes]) -> None:
        before = self.data[max(0, token.start() - 40) : token.start()].rstrip()
        if before.endswith((b".", b":")) and not before.endswith((b"..", b"::")):
            return
        if before.endswith(b"function") or ASSIGNED.match(self.data, token.end()):
            self.own_require = True
            return
        argument = ARGUMENT.match(self.data, token.end())
        text = literal(argument["string"]) if argument else None
        if argument is None or text is None:
            if COMPUTED.match(self.data, token.end()):
                self.computed.append("")
        elif argument["after"] == b"..":
            self.computed.append(text)
        elif not self.protected:
            self.required = argument.start("string")
            self.requires.append(Require(text, self.required, self._certain(token.start())))

    def _certain(self, offset: int) -> bool:
        return not (self.blocks or self.may_have_left or self.conditional or self._joined(offset))

    def _joined(self, offset: int) -> bool:
        word, end = self.previous
        return word in {b"and", b"or"} and not self.data[end:offset].strip(b" \t\r\n(")
