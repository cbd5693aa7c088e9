"""The game's binary form of values, and `mod-settings.dat`, which is one of them.

Documented: https://wiki.factorio.com/Property_tree and https://wiki.factorio.com/Mod_settings_file_format.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    # A value of a setting, or a dictionary of such.
    Tree = bool | float | str | Mapping[str, "Tree"]

_BOOL: Final = 1
_NUMBER: Final = 2
_STRING: Final = 3
_DICTIONARY: Final = 5
_LONG: Final = 255  # a length of this or more has four bytes behind this one


def settings_file(
    version: tuple[int, int, int], startup: Mapping[str, bool | float | str]
) -> bytes:
    """Return a `mod-settings.dat` with startup settings for a version of the game."""
    values: Tree = {name: {"value": value} for name, value in startup.items()}
    tree: Tree = {"startup": values, "runtime-global": {}, "runtime-per-user": {}}
    return struct.pack("<HHHH?", *version, 0, False) + _tree(tree)  # noqa: FBT003 a byte that is always 0


def _tree(value: Tree) -> bytes:
    # The second byte is the flag "any-type", for the game's own use.
    if isinstance(value, bool):
        return struct.pack("<BBB", _BOOL, 0, value)
    if isinstance(value, (int, float)):
        return struct.pack("<BBd", _NUMBER, 0, value)
    if isinstance(value, str):
        return struct.pack("<BB", _STRING, 0) + _string(value)
    entries = b"".join(_string(key) + _tree(one) for key, one in value.items())
    return struct.pack("<BBI", _DICTIONARY, 0, len(value)) + entries


def _string(text: str) -> bytes:
    """Return a text: whether it is empty, and if not its length and its bytes."""
    data = text.encode()
    if not data:
        return b"\x01"
    length = bytes([len(data)]) if len(data) < _LONG else struct.pack("<BI", _LONG, len(data))
    return b"\x00" + length + data
