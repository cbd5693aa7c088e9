"""Finds the requires of a Lua file and the paths in its strings, by the syntax of Lua 5.2.

Tokens are split, and blocks, brackets and the ends of expressions are followed: as much of the
grammar as decides what runs under a condition. Comments can be anywhere and change nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.lua.jumps import Jumps
from factorio_release.parsers.lua.model import LuaFile, NameUse, Place, Require, Structure
from factorio_release.parsers.lua.scopes import DATA_EXTEND, LuaScopes
from factorio_release.parsers.lua.tokens import (
    GAME_NAMES,
    NAME,
    TOKEN,
    is_string,
    literal,
    plain_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.parsers.lua.scopes import Scope

MAX_LUA_DEPTH: Final = 200  # LUAI_MAXCCALLS: Lua 5.2 does not compile what nests deeper

_MAX_SKIP_DEPTH: Final = (
    8  # deeper tables are followed: a failing search at every depth costs too much
)
_ENDS_IN_SELECTOR: Final = re.compile(rb"(?:(?<!\.)\.|(?<!:):)\Z")
_ASSIGNMENT: Final = re.compile(rb"=(?!=)")
_REGISTERING: Final = re.compile(rb"\.\s*+(?:on_\w+|add_command)")
_THEN: Final = re.compile(rb"\bthen\b")
_DEBUG_CONDITION: Final = re.compile(rb"[^\n]{0,200}?\bthen\b")


def read_lua(data: bytes) -> LuaFile:
    """Return a Lua file, also one that does not compile; its parts are read when they are needed."""
    return LuaFile(data)


def read_structure(data: bytes, end: int) -> Structure:
    """Follow the blocks of a Lua file, also of one that does not compile; never raises.

    What begins behind the offset `end` is left out.
    """
    reader = _LuaReader(data)
    reader.read(end)
    requires, computed, tried = reader.requires, reader.computed, reader.tried
    if reader.own_require:
        requires, computed, tried = [], [], []
    return Structure(
        tuple(requires),
        tuple(computed),
        tuple(tried),
        reader.own_require,
        tuple(reader.extends),
        reader.strings,
        tuple(reader.uses),
        frozenset(reader.arguments),
    )


class _LuaReader:
    """One pass over the tokens of a file.

    An item is a token that matters, or the plain text between two of them without the white space
    around it. Comments are no items.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.requires: list[Require] = []
        self.computed: list[str] = []
        self.tried: list[str] = []
        self.own_require = False
        self.extends: list[int] = []
        self.strings: dict[int, Place] = {}
        self.uses: list[NameUse] = []
        self.arguments: list[int] = []  # offsets of the strings that are given to `require`
        self.scopes = LuaScopes()
        self.last = self.last_but_one = b""  # items
        self.expected: Callable[[bytes, int], None] | None = None  # to be called with the next item
        self.call = (
            False,
            False,
            False,
        )  # the require whose argument is expected: certain, late, debug
        self.argument: tuple[str | None, int] = (None, -1)  # of that require: text and offset
        self.jumps = Jumps()

    def read(self, stop: int) -> None:
        """Go through the tokens, and set the attributes of which a Structure is made.

        Where blocks and brackets are nested deeper than MAX_LUA_DEPTH, reading ends; what was found stays.
        """
        actions = self._actions()
        scopes = self.scopes
        for token in self._tokens(stop):
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
            elif kind == "keyword":
                self._take_keyword(item, offset)
            action = actions.get(item)
            if action is not None:
                action(item)
                if scopes.depth > MAX_LUA_DEPTH:
                    return
            self.last_but_one, self.last = self.last, item

    def _tokens(self, stop: int) -> Iterator[re.Match[bytes]]:
        """Yield the tokens up to `stop`, and those after it on which the meaning of the last one depends."""
        data, at, is_whole = self.data, 0, stop >= len(self.data)
        while at <= stop or self.expected is not None:
            token = TOKEN.match(data, at)
            if token is None:
                return
            yield token
            if token.end() == at:
                return  # the end of the file
            at = token.end()
            if not is_whole and self.last == b"{" and self.scopes.depth <= _MAX_SKIP_DEPTH:
                # Only the requires are asked for. One expression passes over a table without any.
                table = plain_table().match(data, at - 1)
                if table is not None:
                    at = table.end() - 1

    def _actions(self) -> Mapping[bytes, Callable[[bytes], None]]:
        scopes = self.scopes
        return {
            b"and": scopes.short_circuit,
            b"or": scopes.short_circuit,
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

    def _is_certain(self, scope: Scope) -> bool:
        """Return whether the present place, which is in this scope, runs whenever the file does."""
        return not (scope.conditional or scope.short_circuit or self.jumps.may_have_left)

    def _scope_at(self, offset: int) -> Scope:
        """Return the scope that decides whether a place runs: for the condition of an `if`, the outer one."""
        scope = self.scopes.inner
        if scope.condition_start < 0 or scope.short_circuit:
            return scope
        is_body = _THEN.search(self.data, scope.condition_start, offset) is not None
        scope.condition_start = -1 if is_body else offset  # what was searched is not searched again
        return scope if is_body else self.scopes.outer

    def _place(self, scope: Scope) -> Place:
        return Place(
            certain=self._is_certain(scope),
            guarded=scope.branch or scope.short_circuit or scope.returned[0] or self.jumps.open,
            in_function=scope.in_function,
            in_handler=scope.in_handler,
            extending=scope.extending,
            unread=scope.unread,
            debug=scope.debug,
            protected=scope.protected,
        )

    def _open_bracket(self, bracket: bytes) -> None:
        last, last_but_one = self.last, self.last_but_one
        is_hr_version = last == b"=" and last_but_one == b"hr_version"
        is_registering = False
        if bracket == b"(":
            registers = last_but_one in {b"script", b"commands"} or last.startswith(b"commands")
            is_registering = registers and _REGISTERING.search(last) is not None
        self.scopes.open_bracket(
            bracket, last, may_be_ignored=is_hr_version, registering=is_registering
        )

    def _take_keyword(self, keyword: bytes, offset: int) -> None:
        if self.scopes.inner.short_circuit:
            self.scopes.take_word(keyword)
        if keyword == b"if":
            self._if(offset)
        elif keyword in GAME_NAMES or DATA_EXTEND.fullmatch(keyword):
            self._take_name(keyword, offset)

    def _if(self, offset: int) -> None:
        condition = _DEBUG_CONDITION.match(self.data, offset)
        is_debug = condition is not None and b"debug" in condition.group().lower()
        self.scopes.open_block(b"if", debug=is_debug)
        self.scopes.inner.condition_start = offset

    def _take_name(self, keyword: bytes, offset: int) -> None:
        if _ENDS_IN_SELECTOR.search(self.last):  # `x.data` is a field
            return
        place = self._place(self._scope_at(offset))
        if keyword in GAME_NAMES:
            self.uses.append(NameUse(keyword, offset, place))
            return
        self.uses.append(NameUse(b"data", offset, place))
        if place.certain:
            self.extends.append(offset + len(keyword))

    # Statements after which the rest of the file may not run.

    def _return(self, _item: bytes) -> None:
        self.jumps.leave(self.scopes.inner)

    def _goto(self, _item: bytes) -> None:
        if not self.scopes.inner.in_function:
            self.expected = self._jump

    def _jump(self, item: bytes, _offset: int) -> None:
        self.jumps.jump(item)

    def _label(self, _item: bytes) -> None:
        ends_label = self.last_but_one == b"::" and NAME.fullmatch(self.last)
        if not ends_label and not self.scopes.inner.in_function:
            self.expected = self._label_name

    def _label_name(self, name: bytes, _offset: int) -> None:
        self.jumps.arrive(name, at_top=not self.scopes.depth)

    # The calls of `require`.

    def _require(self, _item: bytes) -> None:
        if self.last == b"function":
            self.own_require = True
        elif not _ENDS_IN_SELECTOR.search(self.last):  # `loader.require` is another function
            scope = self.scopes.inner
            is_late = scope.in_handler and not self._place(scope).guarded
            self.call = (self._is_certain(scope), is_late, scope.debug)
            self.expected = self._call

    def _call(self, item: bytes, offset: int) -> None:
        """Take the item behind `require`."""
        if item == b"(":
            self.expected = self._first_argument
        elif is_string(item):
            self.argument = (literal(item), offset)
            self.arguments.append(offset)
            self._add_require()
        elif item == b"," and self.scopes.inner.protected:
            self.expected = self._tried
        elif _ASSIGNMENT.match(item) and not self.scopes.inner.is_table:
            self.own_require = True

    def _tried(self, item: bytes, _offset: int) -> None:
        """Take what a `pcall` passes to `require`."""
        if is_string(item):
            self.tried.append(literal(item) or "")
        else:
            self.computed.append("")

    def _first_argument(self, item: bytes, offset: int) -> None:
        if is_string(item):
            self.argument = (literal(item), offset)
            self.arguments.append(offset)
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
        if text is None:
            self.computed.append("")
        elif self.scopes.inner.protected:
            self.tried.append(text)
        else:
            self.requires.append(Require(text, offset, *self.call))

    # Strings.

    def _take_string(self, string: bytes, offset: int) -> None:
        self.scopes.inner.after_operand = True
        if b"__" in string or self.last.endswith(b".."):
            self.strings[offset] = self._place(self.scopes.inner)
