"""A Lua file as values: its requires and the paths in its strings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from factorio_release.parsers.positions import Positions


# Named tuples: every check defines them and makes thousands, and both are cheaper than for a dataclass.
class Require(NamedTuple):
    """A `require` of a literal name; `offset` is that of the string, in bytes.

    `certain` is True when it runs whenever its file does: at the top level of the file, under no
    condition, in no function. One inside `pcall` is not recorded at all.
    """

    target: str
    offset: int
    certain: bool


class PathString(NamedTuple):
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
