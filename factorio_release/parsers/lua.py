"""The files that a Lua file requires and the paths in its strings, found by the syntax of Lua 5.2.

The text is split into tokens, and its blocks, brackets and the ends of its expressions are followed:
as much of the grammar as decides what runs under a condition. Whether the file compiles is not judged.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LUA_DEPTH: Final = 200  # LUAI_MAXCCALLS: Lua 5.2 does not compile what nests deeper

# Plain text (other names, numbers, operators) up to the next token that matters; together the matches
# cover the file. A possessive quantifier must not repeat a group that captures: before 3.11.5 that
# can crash Python.
_TOKEN: Final = re.compile(
    rb"""
    (?P<plain>(?:(?!%(keyword)b)\w++|[^\w"'\[\](){}:-]++|-(?!-)|:(?!:))*+)
    (?:
        (?P<keyword>%(keyword)b)
      | (?P<string>
            "(?:[^"\\\n]++|\\z\s*+|\\.)*+"?
          | '(?:[^'\\\n]++|\\z\s*+|\\.)*+'?
          | \[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z)
        )
      | (?P<comment>--(?:\[(?P<comment_level>=*+)\[.*?(?:\](?P=comment_level)\]|\Z)|[^\n]*+))
      | (?P<mark>::|[\[\](){}])
      | (?P<end>\Z)
    )
    """
    % {
        b"keyword": rb"(?:and|do|end|function|goto|hr_version|if|or|repeat|require|return|until|x?pcall"
        rb"|data\s*+:\s*+extend)\b"
    },
    re.DOTALL | re.VERBOSE,
)
_PLAIN_TOKEN: Final = re.compile(rb"(?P<operand>[0-9][\w.]*+|\.\.\.)|(?P<word>\w++)|\.\.|[=~<>]=|[^\s\w]")
_OPERATOR_WORDS: Final = frozenset({b"and", b"or", b"not"})
_EXPRESSION_ENDS: Final = frozenset({b",", b";", b"="})
_CLOSERS: Final = {b"(": b")", b"[": b"]", b"{": b"}"}
_PROTECTED_CALLS: Final = frozenset({b"pcall", b"xpcall"})
_DATA_EXTEND: Final = re.compile(rb"data\s*+:\s*+extend")
_STRING_START: Final = re.compile(rb"""["']|\[[=\[]""")
_NAME: Final = re.compile(rb"[A-Za-z_]\w*+")
_ENDS_IN_SELECTOR: Final = re.compile(rb"(?:(?<!\.)\.|(?<!:):)\Z")
_ASSIGNMENT: Final = re.compile(rb"=(?!=)")
_PATH: Final = re.compile(r"__[^/\\\n]{1,100}?__/[^\n]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Require:
    """A `require` of a literal name; `offset` is that of the string, in bytes.

    `certain` is True when it runs whenever its file does: at the top level of the file, under no
    condition, in no function. One inside `pcall` is not recorded at all.
    """

    target: str
    offset: int
    certain: bool


@dataclass(frozen=True, slots=True)
class PathString:
    """A string that begins with `__name__/`; `whole` is True when nothing is joined to its end.

    `offset` is that of the string, in bytes. `certain` is True when it is in a `data:extend` at the
    top level of the file, under no condition, and not in an `hr_version`, which the game may ignore.
    """

    text: str
    offset: int
    whole: bool
    certain: bool


@dataclass(frozen=True)
class LuaFile:
    """The requires and paths of one Lua file.

    `computed` has, for each `require` of a name that is put together at run time, the literal
    text that it begins with (often empty). `own_require` is True when the file defines a `require`
    of its own, as bundlers do; its requires are then not the game's and none is recorded.
    """

    data: bytes = field(repr=False)
    requires: tuple[Require, ...] = ()
    paths: tuple[PathString, ...] = ()
    computed: tuple[str, ...] = ()
    own_require: bool = False

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset; the column counts characters."""
        return self._positions.place(offset)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.data)


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


@dataclass(slots=True)
class _Scope:
    """A block or a pair of brackets; `closer` is the token that ends it.

    `short_circuit` is True after an `and` or `or` until the end of its expression: Lua evaluates
    what is there only if it needs to. Only then is `after_operand` kept: a name that follows an
    operand begins the next statement.
    """

    closer: bytes = b""
    conditional: bool = False  # its content may not run when the file does
    in_function: bool = False
    protected: bool = False  # in the parentheses of a pcall
    extending: bool = False  # in a data:extend
    short_circuit: bool = False
    after_operand: bool = False


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
        self.scope = _Scope()
        self.outer_scopes: list[_Scope] = []
        self.open_scopes: Counter[bytes] = Counter()  # by closer
        self.last = self.last_but_one = b""  # items
        self.expected: Callable[[bytes, int], None] | None = None  # to be called with the next item
        self.call_is_certain = False  # of the require whose argument is expected
        self.argument: tuple[str | None, int] = (None, -1)  # of that require: text and offset
        self.path: tuple[str, int, bool] = ("", 0, False)  # text, offset, and whether it is certain
        self.may_have_returned = False  # a `return` of the file under a condition came before
        self.labels: set[bytes] = set()  # of the top level, so far
        self.jumps: set[bytes] = set()  # labels still to come that a `goto` may have jumped to

    def read(self) -> None:
        """Fill the lists with what the file has."""
        actions = self._actions()
        for token in _TOKEN.finditer(self.data):
            plain = token["plain"].strip()
            if plain:
                self._take_plain(plain)
            kind = token.lastgroup
            if kind is None or kind == "comment":
                continue
            item, offset = token[kind], token.start(kind)
            if self.expected is not None:
                self._meet_expectation(item, offset)
            if kind == "string":
                self._take_string(item, offset)
            elif kind == "keyword" and self.scope.short_circuit:
                self._take_word(item)
            action = actions.get(item)
            if action is not None:
                action(item)
                if len(self.outer_scopes) > MAX_LUA_DEPTH:
                    return
            self.last_but_one, self.last = self.last, item

    def _actions(self) -> Mapping[bytes, Callable[[bytes], None]]:
        return {
            b"and": self._short_circuit,
            b"or": self._short_circuit,
            b"if": self._open_block,
            b"do": self._open_block,
            b"repeat": self._open_block,
            b"function": self._open_block,
            b"(": self._open_bracket,
            b"[": self._open_bracket,
            b"{": self._open_bracket,
            b"end": self._close,
            b"until": self._close,
            b")": self._close,
            b"]": self._close,
            b"}": self._close,
            b"return": self._return,
            b"goto": self._goto,
            b"::": self._label,
            b"require": self._require,
        }

    def _meet_expectation(self, item: bytes, offset: int) -> None:
        expected, self.expected = self.expected, None
        if expected is not None:
            expected(item, offset)

    def _take_plain(self, plain: bytes) -> None:
        if self.expected is not None:
            self._meet_expectation(plain, -1)
        if self.scope.short_circuit:
            self._follow_expression(plain)
        self.last_but_one, self.last = self.last, plain

    # Expressions: what is behind an `and` or `or` is evaluated only if it is needed.

    def _short_circuit(self, _item: bytes) -> None:
        self.scope.short_circuit = True
        self.scope.after_operand = False

    def _take_word(self, word: bytes) -> None:
        """Take a name or keyword: an operand, or behind an operand the first word of a statement."""
        scope = self.scope
        if scope.after_operand and word not in _OPERATOR_WORDS:
            scope.short_circuit = False
        scope.after_operand = word not in _OPERATOR_WORDS

    def _follow_expression(self, plain: bytes) -> None:
        scope = self.scope
        for found in _PLAIN_TOKEN.finditer(plain):
            token = found.group()
            if token in _EXPRESSION_ENDS:
                scope.short_circuit = False
            elif found["word"]:
                self._take_word(token)
            else:
                scope.after_operand = found["operand"] is not None
            if not scope.short_circuit:
                return

    # Blocks and brackets.

    def _open_block(self, keyword: bytes) -> None:
        scope = self.scope
        self._open(
            _Scope(
                b"until" if keyword == b"repeat" else b"end",
                conditional=True,
                in_function=scope.in_function or keyword == b"function",
                protected=scope.protected,
                extending=scope.extending,
            )
        )

    def _open_bracket(self, bracket: bytes) -> None:
        scope = self.scope
        is_hr_version = self.last == b"=" and self.last_but_one == b"hr_version"
        self._open(
            _Scope(
                _CLOSERS[bracket],
                conditional=scope.conditional or scope.short_circuit or is_hr_version,
                in_function=scope.in_function,
                protected=scope.protected or self.last in _PROTECTED_CALLS,
                extending=scope.extending or _DATA_EXTEND.fullmatch(self.last) is not None,
            )
        )

    def _open(self, scope: _Scope) -> None:
        self.outer_scopes.append(self.scope)
        self.open_scopes[scope.closer] += 1
        self.scope = scope

    def _close(self, closer: bytes) -> None:
        """Leave the innermost scope with this closer and those inside it, which the file leaves open."""
        if not self.open_scopes[closer]:
            return
        closed = b""
        while closed != closer:
            closed = self.scope.closer
            self.open_scopes[closed] -= 1
            self.scope = self.outer_scopes.pop()
        self.scope.after_operand = True

    # Statements after which the rest of the file may not run.

    def _return(self, _item: bytes) -> None:
        if self.outer_scopes and not self.scope.in_function:
            self.may_have_returned = True

    def _goto(self, _item: bytes) -> None:
        self.expected = self._jump

    def _jump(self, item: bytes, _offset: int) -> None:
        name = _NAME.match(item)
        if name and name.group() not in self.labels and not self.scope.in_function:
            self.jumps.add(name.group())

    def _label(self, _item: bytes) -> None:
        ends_label = self.last_but_one == b"::" and _NAME.fullmatch(self.last)
        if not ends_label and not self.scope.in_function:
            self.expected = self._label_name

    def _label_name(self, name: bytes, _offset: int) -> None:
        self.jumps.discard(name)
        if not self.outer_scopes:
            self.labels.add(name)

    # The calls of `require`.

    def _require(self, _item: bytes) -> None:
        if self.last == b"function":
            self.own_require = True
        elif not _ENDS_IN_SELECTOR.search(self.last):
            self.call_is_certain = self._is_certain()
            self.expected = self._call

    def _call(self, item: bytes, offset: int) -> None:
        """Take the item behind `require`."""
        if item == b"(":
            self.expected = self._first_argument
        elif _STRING_START.match(item):
            self.argument = (_literal(item), offset)
            self._add_require()
        elif _ASSIGNMENT.match(item) and self.scope.closer != b"}":  # there it is the name of a field
            self.own_require = True

    def _first_argument(self, item: bytes, offset: int) -> None:
        if _STRING_START.match(item):
            self.argument = (_literal(item), offset)
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
        if text is not None and not self.scope.protected:
            self.requires.append(Require(text, offset, self.call_is_certain))

    # Strings that are paths.

    def _take_string(self, string: bytes, offset: int) -> None:
        self.scope.after_operand = True
        _, argument_offset = self.argument
        if b"__/" not in string or self.scope.protected or offset == argument_offset:
            return
        text = _literal(string)
        if text is not None and _PATH.fullmatch(text) and not self.last.endswith(b".."):
            self.path = (text, offset, self.scope.extending and self._is_certain())
            self.expected = self._after_path

    def _after_path(self, item: bytes, _offset: int) -> None:
        text, offset, certain = self.path
        whole = not item.startswith(b"..")
        self.paths.append(PathString(text, offset, whole, certain))

    def _is_certain(self) -> bool:
        scope = self.scope
        return not (scope.conditional or scope.short_circuit or self.may_have_returned or self.jumps)


def _literal(string: bytes) -> str | None:
    """Return the text of a string token; None where escapes or bytes that are not UTF-8 leave it unclear."""
    if string.startswith(b"["):
        level = string.index(b"[", 1) + 1
        body = string[level:-level]
    else:
        body = string[1:-1]
        is_closed = len(string) > 1 and string[:1] == string[-1:]
        if b"\\" in body or not is_closed:
            return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
