"""A Lua file as values: what it requires, the paths in its strings, and where both are."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.lua.constants import Constant


# Named tuples: every check defines them and makes thousands, and both are cheaper than for a dataclass.
class Place(NamedTuple):
    """What is known about the code at a place of a file.

    `certain` is True when it runs whenever its file does: at the top level, under no condition, in no
    function. `guarded` is True under a condition inside its function; a function that is not guarded
    fails whenever it is called. `in_handler` is True in a function that is written in the call that
    registers it for an event or command. `extending` is True in a `data:extend`, `unread` in an
    `hr_version`, `debug` under a condition that names debugging, `protected` in a `pcall`.
    """

    certain: bool
    guarded: bool
    in_function: bool
    in_handler: bool
    extending: bool
    unread: bool
    debug: bool
    protected: bool


class Require(NamedTuple):
    """A `require` of a literal name; `offset` is that of the string, in bytes.

    `certain` is True when it runs whenever its file does. `late` is True in an event handler, where
    the game no longer allows it. `debug` is True under a condition that names debugging.
    """

    target: str
    offset: int
    certain: bool
    late: bool
    debug: bool


class NameUse(NamedTuple):
    """A use of one of the names that the game defines, such as `script`; `offset` is in bytes."""

    name: bytes
    offset: int
    place: Place


class PathString(NamedTuple):
    """A string that begins with `__name__/`; `whole` is True when nothing is joined to its end.

    `offset` is that of the string, in bytes.
    """

    text: str
    offset: int
    whole: bool


class Structure(NamedTuple):
    """What following the blocks and expressions of a file shows.

    `computed` has, for each `require` of a name that is put together at run time, the literal
    text that it begins with (often empty). `tried` has the literal names that are required inside a
    `pcall`. `own_require` is True when the file defines a `require` of its own, as bundlers do; its
    requires are then not the game's and none is recorded. `extends` has the byte offset behind each
    `data:extend` that runs whenever the file does. `strings` has the place of each string that may
    be a path, by its offset, `uses` the uses of the game's names, `arguments` the offsets of the strings
    that are given to `require`.
    """

    requires: tuple[Require, ...] = ()
    computed: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    own_require: bool = False
    extends: tuple[int, ...] = ()
    strings: Mapping[int, Place] = MappingProxyType({})
    uses: tuple[NameUse, ...] = ()
    arguments: frozenset[int] = frozenset()


NO_STRUCTURE: Final = Structure()


class LuaFile:
    """One Lua file; its parts are read when they are first asked for.

    Most Lua of a mod is long tables in which nothing is wrong. Their paths are found by one
    expression; blocks are followed only in a file in which a rule needs to know them.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def structure(self) -> Structure:
        """The blocks and expressions of the file, as far as they matter."""
        from factorio_release.parsers.lua.reader import read_structure  # noqa: PLC0415 it imports this

        return read_structure(self.data, len(self.data))

    @cached_property
    def _beginning(self) -> Structure:
        """The structure up to the last `require`: most files have theirs at the top, and much after them."""
        end = _last_require(self.data)
        if end < 0:
            return NO_STRUCTURE
        from factorio_release.parsers.lua.reader import read_structure  # noqa: PLC0415 it imports this

        return read_structure(self.data, end)

    @cached_property
    def paths(self) -> tuple[PathString, ...]:
        """The strings that begin with `__name__/`, without arguments of `require` and those in a `pcall`."""
        from factorio_release.parsers.lua.paths import find_paths  # noqa: PLC0415 it imports this

        found = find_paths(self.data)
        if found and b"pcall" in self.data:
            places = self.structure.strings
            found = tuple(
                path
                for path in found
                if path.offset in places and not places[path.offset].protected
            )
        required = self._beginning.arguments
        return tuple(path for path in found if path.offset not in required) if required else found

    @cached_property
    def constants(self) -> Mapping[bytes, Constant]:
        """The local variables that are set once, to a text, by name."""
        from factorio_release.parsers.lua.constants import find_constants  # noqa: PLC0415 it imports this

        return find_constants(self.data)

    @cached_property
    def joined_paths(self) -> tuple[PathString, ...]:
        """The paths that are put together from strings and constants, each at its last string."""
        if b"local" not in self.data or b".." not in self.data:
            return ()
        from factorio_release.parsers.lua.constants import find_joined_paths  # noqa: PLC0415 it imports this

        return tuple(find_joined_paths(self.data, self.constants))

    @property
    def requires(self) -> tuple[Require, ...]:
        """The requires of literal names."""
        return self._beginning.requires

    @property
    def computed(self) -> tuple[str, ...]:
        """The literal beginnings of the requires of computed names."""
        return self._beginning.computed

    @property
    def tried(self) -> tuple[str, ...]:
        """The literal names that are required inside a `pcall`."""
        return self._beginning.tried

    @property
    def own_require(self) -> bool:
        """Whether the file defines a `require` of its own."""
        return self._beginning.own_require

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a byte offset; the column counts characters."""
        return self._positions.place(offset)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.data)


def _last_require(data: bytes) -> int:
    """Return the offset of the last word `require`, -1 without one; `energy_required` is in every recipe."""
    start = data.rfind(b"require")
    while start >= 0:
        end = start + len(b"require")
        beside = (data[max(start - 1, 0) : start], data[end : end + 1])
        if not any(byte.isalnum() or byte == b"_" for byte in beside):
            break
        start = data.rfind(b"require", 0, start)
    return start
