"""The things that stand in the pictures, in tiles of 52 pixels, seen slightly from the front."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

TILE = 52
GREEN, AMBER, RED, GREY = "#3dff6a", "#ffb12a", "#ff3a2c", "#9db0cc"
BLUE, YELLOW, VERMILION = "#3f96ff", "#ffe84a", "#e0560c"


def mixed(colour: str, other: str, share: float) -> str:
    """A colour on the way from one to another."""
    ways = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in ways)


def placed(x: float, y: float, *shapes: str, scale: float = 1, turn: float = 0) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn}) scale({scale})">{"".join(shapes)}</g>'


def box(
    x: float, y: float, width: float, height: float, fill: str, *, round_: float = 0, more: str = ""
) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}" rx="{round_}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}" {more}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:  # noqa: PLR0917 - as SVG has it
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {more}/>'


def line(path: str, stroke: str, width: float, more: str = "") -> str:
    pen = f'stroke="{stroke}" stroke-width="{width}" stroke-linecap="round"'
    return f'<path d="{path}" fill="none" {pen} {more}/>'


def belt(tiles: int, goods: list[str]) -> str:
    """A belt to the right, goods in two lanes; a colour of "" leaves a place empty."""
    length = tiles * TILE
    chevrons = "".join(
        line(f"M{x} 14 l10 12 l-10 12", "#c9a23a", 4, 'opacity="0.55"') for x in range(14, length, TILE // 2)
    )
    things = "".join(
        box(10 + index * 26 + 3, lane + 3, 17, 14, "#000000", round_=3, more='opacity="0.3"')
        + box(10 + index * 26, lane, 17, 14, colour, round_=3)
        + box(10 + index * 26 + 2, lane + 2, 13, 4, mixed(colour, "#ffffff", 0.4), round_=2)
        for lane, shift in ((8, 0), (29, 3))
        for index in range(length // 26)
        if (colour := goods[(index + shift) % len(goods)])
    )
    return (
        box(0, 6, length, TILE, "#000000", more='opacity="0.35" filter="url(#soft)"')
        + box(0, 0, length, TILE, "#1f2123")
        + box(0, 3, length, TILE - 6, "#3b3d3f")
        + chevrons
        + things
        + box(0, 0, length, 4, "#75797c")
        + box(0, TILE - 5, length, 5, "#55595c")
    )


def inserter(hand: str = "") -> str:
    """An arm from the middle of its tile upwards."""
    return (
        oval(7, 9, 20, 13, "#000000", 'opacity="0.35"')
        + oval(0, 5, 17, 13, "#26292b")
        + oval(0, 2, 15, 11, "#c99a2e")
        + oval(0, 1, 9, 6.5, "#4a4d50")
        + line("M0 0 L9 -20 L2 -42", "#26292b", 9)
        + line("M0 0 L9 -20 L2 -42", "#e2b548", 4.5)
        + line("M2 -42 l-7 -7 M2 -42 l7 -7", "#26292b", 4)
        + (box(-6, -60, 15, 13, hand, round_=3) if hand else "")
    )


def engineer() -> str:
    return (
        oval(12, 20, 26, 10, "#000000", 'opacity="0.45" filter="url(#soft)"')
        + box(-10, 2, 8, 18, "#3a2a1c", round_=4)
        + box(2, 4, 8, 18, "#332417", round_=4)
        + box(-14, -22, 28, 32, "#c4641a", round_=11)
        + box(-14, -22, 28, 10, "#e98b34", round_=6)
        + box(-19, -18, 9, 25, "#a95213", round_=5)
        + box(10, -18, 9, 25, "#b75b17", round_=5)
        + box(-6, -14, 12, 17, "#454a4d", round_=3)
        + oval(0, -31, 12, 12, "#d67a28")
        + oval(0, -34, 9, 6, "#f5ae62")
        + box(-9, -31, 18, 8, "#1c2a33", round_=4)
        + box(-6, -30, 8, 3, "#8fd8ff", round_=1.5)
    )


def lantern(colour: str, *, lit: bool = True, base: bool = True) -> str:
    """The lamp; its foot stands on 0,8 and a tile is 64 wide."""
    deep, pale = (
        (mixed(colour, "#000000", 0.35), mixed(colour, "#ffffff", 0.64)) if lit else ("#4b4f50", "#9ea4a4")
    )
    body = "M-13 -32 C-19 -24 -19 -8 -13 0 L13 0 C19 -8 19 -24 13 -32 Z"
    ribs = "".join(
        line(f"M{-w} {y} Q0 {y + 5} {w} {y}", deep, 1.6, 'opacity="0.55"')
        for y, w in ((-27, 15.5), (-21, 17), (-15, 17.4), (-9, 17))
    )
    foot = (
        oval(0, 10, 17, 9, "#16181a")
        + oval(0, 7, 16, 8.5, "#4d5356")
        + oval(0, 5.5, 11, 5.5, "#2b2f31")
        + box(-6, -4, 12, 10, "#34393c")
    )
    middle = f'<path d="{body}" fill="{colour if lit else "#777d7e"}" stroke="{deep}" stroke-width="1.5"/>'
    glow = (
        oval(0, -15, 10.5, 13, pale, 'filter="url(#halo)"')
        if lit
        else oval(-5, -18, 4, 9, pale, 'opacity="0.6"')
    )
    caps = (
        box(-14, -37, 28, 6, "#202426", round_=3)
        + box(-12, -37, 20, 2, "#7b8387", round_=1)
        + box(-14, -2, 28, 5, "#202426", round_=2.5)
        + line("M-6 -38 A6 7 0 0 1 6 -38", "#33393c", 2.6)
    )
    return (foot if base else "") + middle + glow + ribs + (caps if base else "")


def warning(colour: str = RED) -> str:
    """The sign above a machine without power."""
    return (
        '<path d="M0 -22 L24 20 L-24 20 Z" fill="#1a0f0e" stroke-width="5" stroke-linejoin="round" '
        f'stroke="{colour}"/>'
        '<path d="M4 -10 L-8 6 L-1 6 L-4 17 L9 1 L1 1 Z" fill="#ffd257"/>'
    )


def text(x: float, y: float, words: str, size: float, fill: str = "#f4e6c9", *, more: str = "") -> str:
    family = "Play" if "bold" in more else "Lato"
    return (
        f'<text x="{x}" y="{y}" font-family="{family}" font-size="{size}" fill="{fill}" {more}>{words}</text>'
    )
