"""Pictures that are smaller than the part of them that a prototype names.

A headless game opens no pictures, so a test on a server does not find these problems. Only the first
frame of an animation is looked at: how the others are placed depends on more than its own fields.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.asset_references import Found
from factorio_release.checks.facts.lualib import is_since_2_0
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.checks.facts.prototypes import FileField, Prototypes
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.lua.tables import Table

_DEFAULT_ICON_SIZE: Final = 64  # documented for 2.0; before, the size had to be written
_SIZE_FIELD: Final = re.compile(
    rb"\b(?:icon_size|size|width|height|x|y|position)\s*+=\s*+"
    rb"(?:\{\s*+([0-9]{1,6}+)\s*+,\s*+)?+([0-9]{1,6}+)"
)
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
        places.sort(key=lambda place: place[0])
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


def _suspects(
    data: bytes, places: list[tuple[int, AssetReference, Media]]
) -> Iterable[tuple[int, AssetReference, Media]]:
    """Yield the places of pictures that are smaller than a number between the paths before and behind.

    Most files hold none, so that their tables need not be read.
    """
    found = [
        (match.start(), max(int(match[1] or 0), int(match[2])))
        for match in _SIZE_FIELD.finditer(data)
    ]
    starts = [start for start, _ in found]
    offsets = [offset for offset, _, _ in places]
    for index, (offset, asset, picture) in enumerate(places):
        before = offsets[index - 1] if index else 0
        behind = offsets[index + 1] if index + 1 < len(offsets) else len(data)
        numbers = [
            number
            for _, number in found[bisect_left(starts, before) : bisect_right(starts, behind)]
        ]
        largest = max(numbers, default=0) + sum(sorted(numbers)[-2:-1])
        if max(largest, _DEFAULT_ICON_SIZE) > min(picture.width, picture.height):
            yield offset, asset, picture


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
