"""The blocks, brackets and expressions around a place of a Lua file, and whether it is certain to run."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from factorio_release.parsers.lua.tokens import PLAIN_TOKEN

_CLOSERS: Final = {b"(": b")", b"[": b"]", b"{": b"}", b"repeat": b"until"}
_OPERATOR_WORDS: Final = frozenset({b"and", b"or", b"not"})
_EXPRESSION_ENDS: Final = frozenset({b",", b";", b"="})
_PROTECTED_CALLS: Final = frozenset({b"pcall", b"xpcall"})
DATA_EXTEND: Final = re.compile(rb"data\s*+:\s*+extend")


_new: Final = object.__new__


class Scope:
    """A block, a pair of brackets or the whole file; `closer` is the token that ends it.

    `short_circuit` is True after an `and` or `or` until the end of its expression: Lua evaluates
    what is there only if it needs to. Only then is `after_operand` kept up to date: a name that
    follows an operand begins the next statement.
    """

    __slots__ = (
        *(
            "after_operand",
            "branch",
            "closer",
            "condition_start",
            "conditional",
            "debug",
            "extending",
        ),
        *("in_function", "in_handler", "is_body", "protected", "registering", "returned"),
        *("short_circuit", "unread"),
    )

    def __init__(
        self,
        closer: bytes = b"",
        *,
        conditional: bool = False,
        in_function: bool = False,
        is_body: bool = False,
        branch: bool = False,
        in_handler: bool = False,
        registering: bool = False,
        debug: bool = False,
        unread: bool = False,
        returned: list[bool] | None = None,
        protected: bool = False,
        extending: bool = False,
    ) -> None:
        self.closer = closer
        self.conditional = conditional  # it may not run although the file does
        self.in_function = in_function
        self.is_body = is_body  # the whole body of a function
        self.branch = branch  # it may not run although its function does
        self.in_handler = in_handler  # in a function that a call registers for an event or command
        self.registering = registering  # the arguments of such a call
        self.debug = debug  # under a condition that names debugging
        self.unread = unread  # in an hr_version
        self.returned = (
            [False] if returned is None else returned
        )  # of the function: shared by its blocks
        self.protected = protected  # in the parentheses of a pcall
        self.extending = extending  # in a data:extend
        self.short_circuit = False
        self.after_operand = False
        self.condition_start = -1  # of an `if`: the offset of its condition

    def inside(self, closer: bytes) -> Scope:
        """Return a scope in this one for which the same holds; most brackets are such scopes."""
        inner = _new(Scope)
        inner.closer = closer
        inner.conditional = self.conditional or self.short_circuit
        inner.in_function = self.in_function
        inner.is_body = False
        inner.branch = self.branch or self.short_circuit
        inner.in_handler = self.in_handler
        inner.registering = False
        inner.debug = self.debug
        inner.unread = self.unread
        inner.returned = self.returned
        inner.protected = self.protected
        inner.extending = self.extending
        inner.short_circuit = inner.after_operand = False
        inner.condition_start = -1
        return inner

    @property
    def is_table(self) -> bool:
        """Whether this is the scope of a table's fields."""
        return self.closer == b"}"


class LuaScopes:
    """The scopes that are open at a place of the file, innermost last.

    A file that does not compile may lack closers or have too many: one too many is ignored, and
    a closer also ends the scopes inside its own.
    """

    def __init__(self) -> None:
        self.inner = Scope(is_body=True)
        self._outer: list[Scope] = []
        self._open: Counter[bytes] = Counter()  # by closer

    @property
    def outer(self) -> Scope:
        """The scope around the innermost one; of the file, the file's own."""
        return self._outer[-1] if self._outer else self.inner

    @property
    def depth(self) -> int:
        """The number of open scopes, without the file."""
        return len(self._outer)

    def open_block(self, keyword: bytes, *, debug: bool = False) -> None:
        """Enter the block that `function`, `if`, `do` or `repeat` opens."""
        outer = self.inner
        is_function = keyword == b"function"
        self._enter(
            Scope(
                _CLOSERS.get(keyword, b"end"),
                conditional=True,
                in_function=outer.in_function or is_function,
                is_body=is_function,
                branch=outer.branch or outer.short_circuit or not is_function,
                in_handler=outer.in_handler or (is_function and outer.registering),
                debug=outer.debug or debug,
                unread=outer.unread,
                returned=[outer.returned[0]] if is_function else outer.returned,
                protected=outer.protected,
                extending=outer.extending,
            )
        )

    def open_bracket(
        self, bracket: bytes, before: bytes, *, may_be_ignored: bool, registering: bool = False
    ) -> None:
        """Enter brackets; `before` is the item before them, such as the name of the function called.

        `registering` is True for the arguments of a call that registers functions for events.
        """
        scope = self.inner.inside(_CLOSERS[bracket])
        if may_be_ignored:
            scope.conditional = scope.unread = True
        if bracket == b"(":
            scope.registering = registering
        if before in _PROTECTED_CALLS:
            scope.protected = True
        elif before.startswith(b"data") and DATA_EXTEND.fullmatch(before):
            scope.extending = True
        self._enter(scope)

    def _enter(self, scope: Scope) -> None:
        self._outer.append(self.inner)
        self._open[scope.closer] += 1
        self.inner = scope

    def close(self, closer: bytes) -> None:
        """Leave the innermost scope that ends with this token, and those inside it."""
        if not self._open[closer]:
            return
        closed = b""
        while closed != closer:
            closed = self.inner.closer
            self._open[closed] -= 1
            self.inner = self._outer.pop()
        self.inner.after_operand = True

    def short_circuit(self, _operator: bytes) -> None:
        """Go past an `and` or `or`."""
        self.inner.short_circuit = True
        self.inner.after_operand = False

    def take_word(self, word: bytes) -> None:
        """Go past a name or keyword: an operand or, behind an operand, the first word of a statement."""
        if word in _OPERATOR_WORDS:
            self.inner.after_operand = False
            return
        if self.inner.after_operand:
            self.inner.short_circuit = False
        self.inner.after_operand = True

    def take_plain(self, plain: bytes) -> None:
        """Go past names, numbers and operators, up to the end of the expression."""
        for token in PLAIN_TOKEN.finditer(plain):
            if token.group() in _EXPRESSION_ENDS:
                self.inner.short_circuit = False
            elif token["word"]:
                self.take_word(token.group())
            else:
                self.inner.after_operand = token["operand"] is not None
            if not self.inner.short_circuit:
                return
