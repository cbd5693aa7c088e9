"""The machines, each with its footprint of three tiles centred on 0,0."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

import math

from parts import box, line, mixed, oval, placed


def gear(radius: float, teeth: int, fill: str) -> str:
    points = []
    for step in range(teeth * 4):
        reach = radius if step % 4 in (0, 1) else radius * 0.78
        angle = (step + 0.5) * math.pi / (2 * teeth)
        points.append(f"{reach * math.cos(angle):.1f},{reach * math.sin(angle):.1f}")
    return (
        f'<polygon points="{" ".join(points)}" fill="{fill}" stroke="#17191b" stroke-width="2"/>'
        + oval(0, 0, radius * 0.52, radius * 0.52, mixed(fill, "#000000", 0.35))
        + oval(0, 0, radius * 0.36, radius * 0.36, mixed(fill, "#ffffff", 0.15))
        + oval(0, 0, radius * 0.13, radius * 0.13, "#1d2022")
    )


def casing(colour: str, *, width: float = 140, height: float = 140, front: float = 34) -> str:
    """Shadow, plinth, front and top of a machine whose footprint is centred on 0,0."""
    left, top = -width / 2, -height / 2
    dark, light = mixed(colour, "#000000", 0.45), mixed(colour, "#ffffff", 0.22)
    bolts = "".join(
        oval(x, y, 3, 3, mixed(colour, "#000000", 0.5)) + oval(x - 0.6, y - 0.8, 1.7, 1.7, light)
        for x in (left + 14, -left - 14)
        for y in (top + 2, -top - front - 18)
    )
    ribs = "".join(
        box(left + 16 + 18 * rib, -top - front + 8, 9, front - 16, dark, round_=2) for rib in range(7)
    )
    return (
        box(
            left + 12,
            top + 12,
            width + 26,
            height,
            "#000000",
            round_=16,
            more='opacity="0.38" filter="url(#soft)"',
        )
        + box(left - 3, -top - 18, width + 6, 24, "#1e2022", round_=8)
        + box(left, top + 20, width, height - 22, mixed(colour, "#000000", 0.3), round_=12)
        + ribs
        + box(left, top - 12, width, height - front + 10, dark, round_=14)
        + box(left + 2, top - 12, width - 4, height - front + 4, colour, round_=13)
        + box(left + 2, top - 12, width - 4, 5, light, round_=3, more='opacity="0.7"')
        + box(left + 9, top - 3, width - 18, height - front - 12, mixed(colour, "#000000", 0.13), round_=9)
        + bolts
    )


def assembler(colour: str, wheel: str, turn: float = 0) -> str:
    return (
        casing(colour)
        + oval(0, -24, 44, 40, "#16181a")
        + oval(0, -22, 41, 37, "#24282b")
        + placed(0, -22, placed(0, 0, gear(33, 10, wheel), turn=turn))
        + line("M-37 -38 A42 38 0 0 1 -8 -60", "#ffffff", 3, 'opacity="0.25"')
        + box(-58, 42, 22, 15, "#101214", round_=3)
        + box(-54, 46, 14, 3, "#6fd3ff", more='opacity="0.8"')
    )


def furnace() -> str:
    bricks = "".join(
        box(
            -56 + 29 * col - 12 * (row % 2),
            -70 + 17 * row,
            26,
            14,
            mixed("#7d7064", "#4c433b", (row * col % 3) / 3),
            round_=3,
        )
        for row in range(5)
        for col in range(4)
    )
    return (
        casing("#6c6158")
        + bricks
        + oval(0, -34, 27, 23, "#2a2522")
        + oval(0, -32, 22, 18, "#120f0e")
        + oval(0, -30, 17, 13, "#ff7a1e", 'opacity="0.85"')
        + oval(0, -28, 10, 8, "#ffd884")
        + box(-34, 40, 68, 24, "#1b1614", round_=8)
        + box(-29, 44, 58, 16, "#ff6a12", round_=6)
        + box(-22, 49, 44, 9, "#ffc558", round_=4)
    )


def chemical_plant(liquid: str) -> str:
    def tank(x: float) -> str:
        return (
            oval(x, 4, 27, 18, "#15181a")
            + box(x - 26, -50, 52, 54, "url(#steel)")
            + oval(x, 4, 26, 16, "#5b646a")
            + oval(x, -50, 26, 17, "#aab4ba")
            + oval(x, -50, 20, 12, "#3c454b")
            + oval(x, -49, 16, 9, liquid)
            + box(x - 5, -24, 10, 28, "#14181a", round_=4)
            + box(x - 3, -14, 6, 17, liquid, round_=3)
        )

    return (
        casing("#54616a")
        + tank(-32)
        + tank(34)
        + line("M-32 -58 C-32 -84 34 -84 34 -58", "#30383d", 11)
        + line("M-32 -60 C-32 -81 34 -81 34 -60", "#8d989f", 5)
        + box(-20, 44, 42, 14, "#101214", round_=3)
        + box(-15, 49, 26, 3, liquid)
    )


def drill() -> str:
    beams = line("M-52 40 L-22 -52 M52 40 L22 -52 M-40 4 L40 4", "#33383c", 12)
    edges = line("M-53 38 L-23 -54 M51 38 L21 -54", "#d8a63c", 5)
    return (
        box(-58, -48, 150, 122, "#000000", round_=20, more='opacity="0.35" filter="url(#soft)"')
        + oval(0, 22, 62, 44, "#2c251f")
        + oval(0, 26, 48, 32, "#191410")
        + beams
        + edges
        + box(-17, -42, 34, 66, "url(#steel)", round_=6)
        + "".join(line(f"M-15 {y} L15 {y + 9}", "#33393d", 5) for y in (-2, 11, 24))
        + '<polygon points="-15,34 15,34 0,58" fill="#b8c0c5" stroke="#202426" stroke-width="2"/>'
        + box(-38, -74, 76, 34, "#c58a2a", round_=9)
        + box(-34, -72, 68, 8, "#e9bd68", round_=4)
        + placed(0, -55, gear(13, 8, "#5d656a"))
    )
