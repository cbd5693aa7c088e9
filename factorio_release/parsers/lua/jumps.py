"""Statements after which the rest of a Lua file may not run: `return` under a condition, and `goto`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.parsers.lua.tokens import NAME

if TYPE_CHECKING:
    from factorio_release.parsers.lua.scopes import Scope


class Jumps:
    """The returns and jumps of a file, up to the present place of its reader."""

    def __init__(self) -> None:
        self._has_returned = False  # a `return` of the file under a condition came before
        self._labels: set[bytes] = set()  # of the top level, so far
        self._open: set[bytes] = set()  # labels still to come that a `goto` may have jumped to

    @property
    def may_have_left(self) -> bool:
        """Whether the file may have ended, or passed over the present place."""
        return self._has_returned or bool(self._open)

    @property
    def open(self) -> bool:
        """Whether a `goto` may have passed over the present place."""
        return bool(self._open)

    def leave(self, scope: Scope) -> None:
        """Take a `return` in this scope."""
        if scope.is_body:
            return  # the last statement
        scope.returned[0] = True
        if not scope.in_function:
            self._has_returned = True

    def jump(self, item: bytes) -> None:
        """Take what is behind `goto`: a jump forward passes over what is before its label."""
        name = NAME.match(item)
        if name and name.group() not in self._labels:
            self._open.add(name.group())

    def arrive(self, name: bytes, *, at_top: bool) -> None:
        """Take the name of a label."""
        self._open.discard(name)
        if at_top:
            self._labels.add(name)
