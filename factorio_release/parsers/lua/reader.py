"""Finds the requires of a Lua file and the paths in its strings, by the syntax of Lua 5.2.

Tokens are split, and blocks, brackets and the ends of expressions are followed: as much of the
grammar as decides what runs under a condition. Comments can be anywhere and change nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.lua.model import LuaFile, PathString, Require
from factorio_release.parsers.lua.scopes import LuaScopes
from factorio_release.parsers.lua.tokens import NAME, TOKEN, is_string, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LUA_DEPTH: Final = 200  # LUAI_MAXCCALLS: Lua 5.2 does not compile what nests deeper

_PATH: Final = re.compile(r"__[^/\\\n]{1,100}?__/[^\n]*", re.DOTALL)
_ENDS_IN_SELECTOR: Final = re.compile(rb"(?:(?<!\.)\.|(?<!:):)\Z")
_ASSIGNMENT: Final = re.compile(rb"=(?!=)")


def read_lua(data: bytes) -> LuaFile:
    """Read a Lua file, also one that does not compile; never raises."""
    if b"require" not in data and b"__/" not in data:
        return LuaFile(data)
    reader = _LuaReader(data)
    reader.read()
    paths = tuple(reader.paths)
    if reader.own_require:
        return LuaFile(data, (), paths, (), own_require=True)
    return LuaFile(data, tuple(reader.requires), paths, tuple(reader.computed))


class _LuaReader:
    """One pass over the tokens of a file.

    An item is a token that matters, or the plain text between two of them without the white space
    around it. Comments are no items.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.requires: list[Require] = []
        self.paths: list[PathString] = []
        self.computed: list[str] = []
        self.own_require = False
        self.scopes = LuaScopes()
        self.last = self.last_but_one = b""  # items
        self.expected: Callable[[bytes, int], None] | None = None  # to be called with the next item
        self.call_is_certain = False  # of the require whose argument is expected
        self.argument: tuple[str | None, int] = (None, -1)  # of that require: text and offset
        self.path: tuple[str, int, bool] = ("", 0, False)  # text, offset, and whether it is certain
        self.may_have_returned = False  # a `return` of the file under a condition came before
        self.labels: set[bytes] = set()  # of the top level, so far
        self.jumps: set[bytes] = set()  # labels still to come that a `goto` may have jumped to

    def read(self) -> None:
        """Go through the tokens, and set `requires`, `paths`, `computed` and `own_require`.

        Where blocks and brackets are nested deeper than MAX_LUA_DEPTH, reading ends; what was found stays.
        """
        actions = self._actions()
        for token in TOKEN.finditer(self.data):
            plain = token["plain"].strip()
            if plain:
                self._take_plain(plain)
            kind = (
                token.lastgroup
            )  # never None, since the pattern ends with one of the kinds: for mypy
            if kind is None or kind == "comment":
                continue
            item, offset = token[kind], token.start(kind)
            # Before the token's own action: that one may set what is expected of the next item.
            if self.expected is not None:
                self._meet_expectation(item, offset)
            if kind == "string":
                self._take_string(item, offset)
            elif kind == "keyword" and self.scopes.inner.short_circuit:
                self.scopes.take_word(item)
            action = actions.get(item)
            if action is not None:
                action(item)
                if self.scopes.depth > MAX_LUA_DEPTH:
                    return
            self.last_but_one, self.last = self.last, item

    def _actions(self) -> Mapping[bytes, Callable[[bytes], None]]:
        scopes = self.scopes
        return {
            b"and": scopes.short_circuit,
            b"or": scopes.short_circuit,
            b"if": scopes.open_block,
            b"do": scopes.open_block,
            b"repeat": scopes.open_block,
            b"function": scopes.open_block,
            b"(": self._open_bracket,
            b"[": self._open_bracket,
            b"{": self._open_bracket,
            b"end": scopes.close,
            b"until": scopes.close,
            b")": scopes.close,
            b"]": scopes.close,
            b"}": scopes.close,
            b"return": self._return,
            b"goto": self._goto,
            b"::": self._label,
            b"require": self._require,
        }

    def _take_plain(self, plain: bytes) -> None:
        if self.expected is not None:
            self._meet_expectation(plain, -1)
        if self.scopes.inner.short_circuit:
            self.scopes.take_plain(plain)
        self.last_but_one, self.last = self.last, plain

    def _meet_expectation(self, item: bytes, offset: int) -> None:
        expected, self.expected = self.expected, None
        if expected is not None:
            expected(item, offset)

    def _is_certain(self) -> bool:
        """Return whether the present place runs whenever the file does."""
        scope = self.scopes.inner
        return not (
            scope.conditional or scope.short_circuit or self.may_have_returned or self.jumps
        )

    def _open_bracket(self, bracket: bytes) -> None:
        is_hr_version = self.last == b"=" and self.last_but_one == b"hr_version"
        self.scopes.open_bracket(bracket, self.last, may_be_ignored=is_hr_version)

    # Statements after which the rest of the file may not run.

    def _return(self, _item: bytes) -> None:
        if self.scopes.depth and not self.scopes.inner.in_function:
            self.may_have_returned = True

    def _goto(self, _item: bytes) -> None:
        if not self.scopes.inner.in_function:
            self.expected = self._jump

    def _jump(self, item: bytes, _offset: int) -> None:
        """Take what is behind `goto`: a jump forward passes over what is before its label."""
        name = NAME.match(item)
        if name and name.group() not in self.labels:
            self.jumps.add(name.group())

    def _label(self, _item: bytes) -> None:
        ends_label = self.last_but_one == b"::" and NAME.fullmatch(self.last)
        if not ends_label and not self.scopes.inner.in_function:
            self.expected = self._label_name

    def _label_name(self, name: bytes, _offset: int) -> None:
        self.jumps.discard(name)
        if not self.scopes.depth:
            self.labels.add(name)

    # The calls of `require`.

    def _require(self, _item: bytes) -> None:
        if self.last == b"function":
            self.own_require = True
        elif not _ENDS_IN_SELECTOR.search(self.last):  # `loader.require` is another function
            self.call_is_certain = self._is_certain()
            self.expected = self._call

    def _call(self, item: bytes, offset: int) -> None:
        """Take the item behind `require`."""
        if item == b"(":
            self.expected = self._first_argument
        elif is_string(item):
            self.argument = (literal(item), offset)
            self._add_require()
        elif _ASSIGNMENT.match(item) and not self.scopes.inner.is_table:
            self.own_require = True

    def _first_argument(self, item: bytes, offset: int) -> None:
        if is_string(item):
            self.argument = (literal(item), offset)
            self.expected = self._after_argument
        elif item and item != b")":
            self.computed.append("")

    def _after_argument(self, item: bytes, _offset: int) -> None:
        text, _ = self.argument
        if text is None:
            self.computed.append("")
        elif item.startswith(b".."):
            self.computed.append(text)
        else:
            self._add_require()

    def _add_require(self) -> None:
        text, offset = self.argument
        if text is not None and not self.scopes.inner.protected:
            self.requires.append(Require(text, offset, self.call_is_certain))

    # Strings that are paths.

    def _take_string(self, string: bytes, offset: int) -> None:
        scope = self.scopes.inner
        scope.after_operand = True
        _, argument_offset = self.argument
        if b"__/" not in string or scope.protected or offset == argument_offset:
            return
        text = literal(string)
        if text is not None and _PATH.fullmatch(text) and not self.last.endswith(b".."):
            self.path = (text, offset, scope.extending and self._is_certain())
            self.expected = self._after_path

    def _after_path(self, item: bytes, _offset: int) -> None:
        text, offset, certain = self.path
        whole = not item.startswith(b"..")
        self.paths.append(PathString(text, offset, whole, certain))
