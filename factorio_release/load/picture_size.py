"""Pictures that are smaller than what a finished prototype takes of them, and sizes that the game refuses.

Documented in the prototype API: SpriteSource (the rectangle, 0 to 4096 pixels), AnimationParameters and the
types of sheets (rows and columns), IconData (`icon_size`). Observed: the game stops where the rectangle of a
sprite is outside of the picture. A headless game opens no pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.load.findings import load_finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.findings import Finding
    from factorio_release.load.content import Picture
    from factorio_release.load.references import NamedFile

_DEFAULT_ICON_SIZE: Final = 64
_MAX_FRAME_PIXELS: Final = 4096
_MAX_FILE_PIXELS: Final = 8192  # documented at AnimationParameters::line_length
_ICON_KEYS: Final = frozenset({"icon", "small_icon", "starmap_icon", "dark_background_icon"})
_MAX_MIPMAPS: Final = 5
# Beside one of these, `filename` is not what is read, or the frames are in several files.
_INSTEAD: Final = ("layers", "stripes", "filenames", "sheet", "sheets", "variations", "slice")


class _Need(NamedTuple):
    """What is taken of a picture: pixels from its left and its upper edge, and that in words."""

    right: float
    bottom: float
    words: str


def wrong_picture(one: NamedFile, picture: Picture) -> Finding | None:
    """Return the finding for a picture that does not hold what the prototype takes of it, else None.

    Only numbers that are surely read so are judged: of an animation with several rows for each direction
    the first frame alone.
    """
    if not (picture.width and picture.height):
        return None
    where = f"{one.kind} {one.name}"
    pixels = f"{picture.width}x{picture.height} pixels"
    hint = "Correct the numbers, or use a larger picture."
    need = None
    message = _refused_size(one)
    if max(picture.width, picture.height) > _MAX_FILE_PIXELS:
        message = f"names {one.value}, which has {pixels}: the game takes at most {_MAX_FILE_PIXELS} each way"
        hint = "Make the picture smaller, or put its frames into several rows or files."
    if not message:
        need = _icon(one) if one.path[-1] in _ICON_KEYS else _need(one)
    if need and (need.right > picture.width or need.bottom > picture.height):
        message = f"takes {need.words} of {one.value}, which has {pixels}"
    return load_finding("prototype-picture", f"{where} {message}", hint=hint) if message else None


def _icon(one: NamedFile) -> _Need | None:
    size = _icon_size(one)
    return None if size is None else _Need(size, size, f"{one.path[-1]}_size {size:g}")


def _icon_size(one: NamedFile) -> float | None:
    size = one.holder.get(f"{one.path[-1]}_size", _DEFAULT_ICON_SIZE)
    return size if _is_number(size) else None


def _refused_size(one: NamedFile) -> str:
    """Return what the game refuses whatever the picture, as the words behind the prototype."""
    if one.path[-1] in _ICON_KEYS:
        size = _icon_size(one)
        if size is not None and size <= 0:
            return f"has {one.path[-1]}_size {size:g}: it must be larger than 0"
        return ""
    frame = _frame(one.holder)
    if frame and not all(0 <= side <= _MAX_FRAME_PIXELS for side in frame[2:]):
        width, height = frame[2:]
        return (
            f"has a frame of {width:g}x{height:g} pixels: the game takes 0 to {_MAX_FRAME_PIXELS}"
        )
    return ""


def _need(one: NamedFile) -> _Need | None:
    holder = one.holder
    if one.path[-1] != "filename" or any(holder.get(key) for key in _INSTEAD):
        return None
    frame = _frame(holder)
    if frame is None:
        return None
    x, y, width, height = frame
    columns, rows = _grid(one.owner, holder)
    words = f"{width:g}x{height:g} pixels"
    if (x, y) != (0, 0):
        words += f" at {x:g},{y:g}"
    if (columns, rows) != (1, 1):
        words = f"{columns:g}x{rows:g} frames of {words}"
        return _Need(x + columns * width, y + rows * height, words)
    mipmaps = _mipmaps(holder)
    if mipmaps > 1:
        total = sum(int(width) >> level for level in range(mipmaps))
        return _Need(x + total, y + height, f"{words} with {mipmaps} mipmaps beside each other")
    return _Need(x + width, y + height, words)


def _frame(holder: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    """Return x, y, width and height of the first frame; None where they are not all numbers."""
    size: Any = holder.get("size")
    width: Any
    height: Any
    width, height = size if isinstance(size, list) and len(size) == 2 else (size, size)  # noqa: PLR2004 a pair
    if size is None:  # else width and height are not read (observed: a released mod that has both)
        width, height = holder.get("width"), holder.get("height")
    x, y = holder.get("x", 0), holder.get("y", 0)
    position = holder.get("position")
    if (x, y) == (0, 0) and isinstance(position, list) and len(position) == 2:  # noqa: PLR2004
        x, y = position
    numbers = (x, y, width, height)
    return numbers if all(_is_number(one) for one in numbers) else None


def _grid(owner: str, holder: Mapping[str, Any]) -> tuple[float, float]:
    """Return the columns and rows of frames in a picture; 1 and 1 where that is not certain."""
    frames = _count(holder, "frame_count")
    line = _count(holder, "line_length", 0)
    if owner in {"Animation", "AnimationPrototype"}:
        number = frames
    elif owner == "RotatedSprite":
        number = _count(holder, "direction_count")
    elif owner == "SpriteSheet":
        number = _count(holder, "variation_count")
    elif owner == "RotatedAnimation":
        directions = _count(holder, "direction_count")
        if not line and frames > 1 and directions > 1:
            return frames, directions
        if line and frames % line and frames > 1 and directions > 1:
            return 1, 1  # whether a direction begins a new row is not documented
        number = frames * directions
    else:
        return 1, 1
    if not line or line >= number:
        return number, 1
    return line, -(-number // line)


def _mipmaps(holder: Mapping[str, Any]) -> int:
    """Return the number of sizes that lie beside each other; documented: of icons alone."""
    flags = holder.get("flags")
    if not isinstance(flags, list) or not {"icon", "gui", "gui-icon"}.intersection(
        flag for flag in flags if isinstance(flag, str)
    ):
        return 0
    return int(min(_count(holder, "mipmap_count", 0), _MAX_MIPMAPS))


def _count(holder: Mapping[str, Any], key: str, default: int = 1) -> float:
    value = holder.get(key, default)
    return int(value) if _is_number(value) and value >= 0 else default


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
