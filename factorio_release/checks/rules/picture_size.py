"""Pictures that are smaller than the part of them that a prototype names.

A headless game opens no pictures, so a test on a server does not find these problems. Only the first
frame of an animation is looked at: how the others are placed depends on more than its own fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Found
from factorio_release.checks.facts.lualib import is_since_2_0
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.checks.facts.prototype_fields import FileField
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.tables import Table

_DEFAULT_ICON_SIZE: Final = 64  # documented for 2.0; before, the size had to be written
# Braces, numbers and strings that may be paths; other strings and comments are passed over.
_EVENT: Final = lazy_pattern(
    rb"""
    (?:
        [^"'\[{}\-ishwxyp]++
      | (?<!\w)(?!%(names)b\s*+=)[ishwxyp]\w*+
      | (?<=\w)[ishwxyp]\w*+
      | (?!["']__)(?:"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?)
      | --(?!\[=*+\[)[^\n]*+
      | -(?!-)
      | \[(?!=*+\[)
    )*+
    (?:
        (?P<open>\{)
      | (?P<close>\})
      | (?P<name>%(names)b)\s*+=\s*+(?P<number>[0-9.]++|\{\s*+[0-9.]++\s*+,\s*+[0-9.]++\s*+\})?
      | (?P<path>"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?)
      | (?:--)?\[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z)
      | \Z
    )
    """
    % {b"names": rb"(?:icon_size|size|width|height|x|y|position)"},
    re.DOTALL | re.VERBOSE,
)
_ICON_SIZE: Final = lazy_pattern(rb"icon_size\s*+=\s*+([0-9]{1,9}+)")
Rectangle = tuple[float, float, float, float]  # x, y, width, height


def small_pictures(
    lua: LuaTree,
    info: Info,
    assets: tuple[AssetReference, ...],
    prototypes: Prototypes,
    media: Mapping[str, Media],
) -> Iterator[Problem]:
    """Report a picture from which the game is to take a part that lies outside of it."""
    has_default = is_since_2_0(info.factorio_version)
    by_file: dict[str, list[tuple[int, AssetReference, Media]]] = {}
    for asset in assets:
        picture = media.get(asset.path) if asset.found is Found.YES and asset.complete else None
        if picture is not None and picture.width:
            places = by_file.setdefault(asset.file, [])
            places += ((offset, asset, picture) for offset in asset.offsets)
    for path, places in by_file.items():
        for offset, asset, picture in _suspects(lua.files[path].data, places):
            field = prototypes.file_fields(path).get(offset)
            part = _part(field, has_default=has_default) if field else None
            if (
                part
                and field
                and _is_outside(part, picture)
                and prototypes.is_final(field.prototype)
            ):
                yield Problem(
                    _message(asset.path, part, picture, is_icon=field.is_icon),
                    path,
                    *lua.place(path, offset),
                    "Correct the numbers, or use a larger picture.",
                )


Place = tuple[int, "AssetReference", "Media"]


def _suspects(data: bytes, places: list[Place]) -> Iterator[Place]:
    """Yield the places of pictures that look too small by the numbers in the same table.

    Most files have none, so that their tables need not be read.
    """
    smallest = min(min(picture.width, picture.height) for _, _, picture in places)
    if b"filename" not in data and smallest >= _largest_icon(data):
        return
    by_offset = {place[0]: place for place in places}
    for pictures, numbers in _tables(data, by_offset):
        x, y = numbers.get(b"position", (0, 0))
        width, height = numbers.get(b"icon_size") or numbers.get(b"size") or (0, 0)
        width = numbers.get(b"width", (width, 0))[0]
        height = numbers.get(b"height", (height, 0))[0]
        right = max(x, numbers.get(b"x", (0, 0))[0]) + (width or _DEFAULT_ICON_SIZE)
        bottom = max(y, numbers.get(b"y", (0, 0))[0]) + (height or _DEFAULT_ICON_SIZE)
        for place in pictures:
            if right > place[2].width or bottom > place[2].height:
                yield place


def _largest_icon(data: bytes) -> int:
    return max((int(size) for size in _ICON_SIZE.findall(data)), default=_DEFAULT_ICON_SIZE)


def _tables(
    data: bytes, by_offset: Mapping[int, Place]
) -> Iterator[tuple[list[Place], dict[bytes, tuple[float, float]]]]:
    """Yield the pictures of each table that has any, with the numbers that are written in it."""
    stack: list[tuple[list[Place], dict[bytes, tuple[float, float]]]] = [([], {})]
    for event in _EVENT.finditer(data):
        kind = event.lastgroup
        if kind == "open":
            stack.append(([], {}))
        elif kind == "close":
            if stack[-1][0]:
                yield stack[-1]
            if len(stack) > 1:
                stack.pop()
        elif kind == "path":
            place = by_offset.get(event.start("path"))
            if place:
                stack[-1][0].append(place)
        elif kind == "number":
            stack[-1][1][event["name"]] = _numbers(event["number"])


def _numbers(text: bytes) -> tuple[float, float]:
    """Return a number twice, or both numbers of a pair in braces."""
    parts = text.strip(b"{}").split(b",")
    try:
        return float(parts[0]), float(parts[-1])
    except ValueError:
        return 0, 0


def _part(field: FileField, *, has_default: bool) -> Rectangle | None:
    """Return the part of the picture that the prototype names; None when that is not known."""
    if field.is_icon:
        return _icon(field, has_default=has_default)
    return _first_frame(field.table)


def _icon(field: FileField, *, has_default: bool) -> Rectangle | None:
    size = field.table.get("icon_size")
    if size is None:
        # Before 2.0 the layers of `icons` took the size from the prototype.
        if not has_default or field.prototype.table.get("icon_size") is not None:
            return None
        return 0, 0, _DEFAULT_ICON_SIZE, _DEFAULT_ICON_SIZE
    return None if size.number is None else (0, 0, size.number, size.number)


def _first_frame(table: Table) -> Rectangle | None:
    size = table.get("size")
    if size is None:
        width, height = table.number("width"), table.number("height")
    elif size.table is not None:
        width, height = size.table.number(1), size.table.number(2)
    else:
        width = height = size.number
    corner = [0 if table.get(key) is None else table.number(key) for key in ("x", "y")]
    position = table.get("position")
    if position is not None and corner == [0, 0]:
        if position.table is None:
            return None
        corner = [position.table.number(1), position.table.number(2)]
    x, y = corner
    if width is None or height is None or x is None or y is None:
        return None
    return x, y, width, height


def _is_outside(part: Rectangle, picture: Media) -> bool:
    x, y, width, height = part
    return x + width > picture.width or y + height > picture.height


def _message(path: str, part: Rectangle, picture: Media, *, is_icon: bool) -> str:
    x, y, width, height = (f"{number:g}" for number in part)
    wanted = f"icon_size {width}" if is_icon else f"{width}x{height} pixels"
    if (x, y) != ("0", "0"):
        wanted += f" at {x},{y}"
    return f"{path} has {picture.width}x{picture.height} pixels, and the prototype takes {wanted}"
