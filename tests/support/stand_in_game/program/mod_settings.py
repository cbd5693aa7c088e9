"""mod-settings.dat: the values that somebody saved, in the game's binary property tree."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from .mods import PackageError

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "mod-settings.dat"
_HEAD: Final = struct.Struct("<HHHHB")  # the game's version, and a 0
_BOOL, _NUMBER, _STRING, _LIST, _DICT, _SIGNED, _UNSIGNED = range(1, 8)


def read(folder: Path) -> dict[str, Any]:
    """Return the saved settings by group and name."""
    file = folder / NAME
    if not file.exists():
        return {}
    data = file.read_bytes()
    try:
        tree, end = _tree(data, _HEAD.size)
        if end != len(data):
            tree = None
        return {group: {key: one["value"] for key, one in tree[group].items()} for group in tree}
    except (ValueError, IndexError, KeyError, TypeError, struct.error) as error:
        raise PackageError(f"Mod settings {file} cannot be read: {error!r}") from None


def write(folder: Path, version: str, startup: dict[str, Any]) -> None:
    """Write the startup settings as the game leaves them behind."""
    head = _HEAD.pack(*map(int, version.split(".")), 0, 0)
    values = {name: {"value": value} for name, value in startup.items()}
    tree = {"startup": values, "runtime-global": {}, "runtime-per-user": {}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(head + _packed(tree))


def _tree(data: bytes, at: int) -> tuple[Any, int]:
    kind = data[at]
    at += 2  # and a byte that says nothing here
    if kind == _BOOL:
        return bool(data[at]), at + 1
    if kind == _NUMBER:
        return struct.unpack_from("<d", data, at)[0], at + 8
    if kind in {_SIGNED, _UNSIGNED}:
        return struct.unpack_from("<q" if kind == _SIGNED else "<Q", data, at)[0], at + 8
    if kind == _STRING:
        return _string(data, at)
    if kind not in {_LIST, _DICT}:
        raise ValueError(f"no type {kind}")
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    tree = {}
    for _ in range(count):
        name, at = _string(data, at)
        tree[name], at = _tree(data, at)
    return list(tree.values()) if kind == _LIST else tree, at


def _string(data: bytes, at: int) -> tuple[str, int]:
    if data[at]:
        return "", at + 1
    length, at = data[at + 1], at + 2
    if length == 255:
        (length,) = struct.unpack_from("<I", data, at)
        at += 4
    if at + length > len(data):
        raise ValueError("a text is cut short")
    return data[at : at + length].decode(), at + length


def _packed(value: Any) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<BB?", _BOOL, 0, value)
    if isinstance(value, (int, float)):
        return struct.pack("<BBd", _NUMBER, 0, value)
    if isinstance(value, str):
        return bytes([_STRING, 0]) + _packed_text(value)
    parts = [_packed_text(name) + _packed(one) for name, one in value.items()]
    return struct.pack("<BBI", _DICT, 0, len(parts)) + b"".join(parts)


def _packed_text(text: str) -> bytes:
    data = text.encode()
    if not data:
        return b"\1"
    short = len(data) < 255
    return b"\0" + (bytes([len(data)]) if short else b"\xff" + struct.pack("<I", len(data))) + data
