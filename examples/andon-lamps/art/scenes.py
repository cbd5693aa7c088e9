"""The pictures of the gallery."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from light import bloom, lighting
from machines import assembler, chemical_plant, drill, furnace
from parts import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    RED,
    TILE,
    VERMILION,
    YELLOW,
    belt,
    box,
    engineer,
    inserter,
    lantern,
    line,
    mixed,
    oval,
    placed,
    text,
    warning,
)

if TYPE_CHECKING:
    from light import Lights

IRON, COPPER, CIRCUIT, COAL = "#9fb4bf", "#d9773c", "#4ea647", "#2f2f33"


def floor(width: int, height: int, seed: int) -> str:
    """Concrete slabs, each a little different, with seams and stains."""
    chance = Random(seed)  # noqa: S311 - the same picture every time is the point
    slabs = "".join(
        box(x, y, 2 * TILE - 2, 2 * TILE - 2, mixed("#77756d", "#67665f", chance.random()), round_=2)
        for x in range(-TILE, width, 2 * TILE)
        for y in range(-TILE, height, 2 * TILE)
    )
    stains = "".join(
        placed(
            chance.uniform(0, width),
            chance.uniform(0, height),
            oval(
                0,
                0,
                chance.uniform(20, 70),
                chance.uniform(10, 36),
                "#3e3b36",
                'opacity="0.16" filter="url(#soft)"',
            ),
        )
        for _ in range(9)
    )
    return box(0, 0, width, height, "#565550") + slabs + stains


def night_shift() -> str:
    step, left = 4 * TILE, -96
    upper = [
        (assembler("#5d6b74", "#b9c3c9", 4), GREEN),
        (chemical_plant("#7fd84a"), GREEN),
        (assembler("#4e6f8c", "#d2a552", 11), AMBER),
        (furnace(), GREEN),
        (furnace(), GREEN),
        (assembler("#5d6b74", "#c77a45", 17), GREEN),
        (drill(), GREEN),
    ]
    lower = [
        (furnace(), GREEN),
        (assembler("#7a6a48", "#b9c3c9", 8), GREEN),
        (assembler("#7a6a48", "#b9c3c9", 2), GREEN),
        (chemical_plant("#e6c73a"), AMBER),
        (assembler("#5d6b74", "#8fb7c9", 14), RED),
        (assembler("#4e6f8c", "#d2a552", 6), GREEN),
        (chemical_plant("#58b7e0"), GREY),
    ]
    day = [floor(1280, 720, 7)]
    for y, stripe in ((5.32, "#d9b23c"), (7.93, "#d9b23c")):
        day.append(box(0, y * TILE, 1280, 6, stripe, more='opacity="0.65"'))
    day.append(
        text(478, 6.62 * TILE + 27, "ANDON LAMPS", 88, "#fffaf0",
             more='font-weight="bold" text-anchor="middle" letter-spacing="12"')
    )  # fmt: skip
    day.append(placed(0, 0.15 * TILE - 10, belt(26, [IRON, IRON, "", COPPER, IRON, COPPER])))
    day.append(placed(0, 12.75 * TILE, belt(26, [CIRCUIT, COPPER, "", CIRCUIT, COAL])))
    lights: Lights = []
    lamps = []
    for row, (machines, y, lamp_y) in enumerate(((upper, 3.4, 4.9), (lower, 10.15, 8.55))):
        for index, (machine, colour) in enumerate(machines):
            x = left + index * step + 1.5 * TILE
            arm_y = y - 2 if row == 0 else y + 2
            arm = inserter("" if colour in (RED, AMBER, GREY) else (IRON if index % 2 else CIRCUIT))
            day.append(
                placed(x - 26, arm_y * TILE + (14 if row == 0 else -4), arm, turn=0 if row == 0 else 180)
            )
            day.append(placed(x, y * TILE, machine))
            lamp_x = x + 2 * TILE
            lamps.append((lamp_x, lamp_y * TILE, colour))
            reach = {RED: 370.0, AMBER: 290.0, GREY: 150.0}.get(colour, 215.0)
            lights.append((lamp_x, lamp_y * TILE - 6, colour, reach))
    day.append(placed(990, 6.75 * TILE + 4, engineer(), scale=1.2))
    fires = [(left + i * step + 1.5 * TILE, 3.4 * TILE + 50, "#ff8a2a", 120.0) for i in (3, 4)]
    posts = "".join(placed(x, y, lantern(colour), scale=0.98) for x, y, colour in lamps)
    halos = [(x, y - 14, colour, {GREY: 34.0, RED: 110.0}.get(colour, 74.0)) for x, y, colour in lamps]
    red = next((x, y) for x, y, colour in lamps if colour == RED)
    sign = placed(red[0] - 2 * TILE, 9.55 * TILE, warning(), scale=1.1)
    return "".join(day) + lighting(1280, 720, lights + fires, "#464e84") + posts + bloom(halos) + sign


def four_colours() -> str:
    panels = [
        (assembler("#5d6b74", "#b9c3c9", 6), GREEN, "Works", "All is well.", BLUE),
        (chemical_plant("#7fd84a"), AMBER, "Waits", "No ingredients, or no room.", YELLOW),
        (drill(), RED, "Stands still", "No power, no fuel, no ore.", VERMILION),
        (assembler("#7a6a48", "#8d989f", 12), GREY, "Rests", "Nothing to do, and that is right.", "#a9a9a9"),
    ]
    shapes = [box(0, 0, 1280, 720, "#15171d"), text(640, 82, "One look down the aisle", 50, more=TITLE)]
    for index, (machine, colour, word, reason, other) in enumerate(panels):
        left, width, height = 36 + index * 306, 290, 350
        x, y = 108, 150
        lights: Lights = [(x + 112, y + 84, colour, {GREY: 170.0, RED: 400.0}.get(colour, 300.0))]
        scene = (
            floor(width, height, index)
            + placed(x, y, machine, scale=1.15)
            + lighting(width, height, lights, "#6c75ad", name=f"panel{index}")
            + placed(x + 112, y + 108, lantern(colour), scale=1.9)
            + bloom([(x + 112, y + 82, colour, 60.0 if colour == GREY else 165.0)], name=f"panel{index}")
        )
        shapes += [
            f'<svg x="{left}" y="118" width="{width}" height="{height}">{scene}</svg>',
            box(left, 118, width, height, "none", round_=4, more='stroke="#3a3f4a" stroke-width="3"'),
            box(left, 468, width, 100, "#23262f"),
            box(left, 468, width, 5, colour),
            text(left + 20, 516, word, 32, mixed(colour, "#ffffff", 0.25), more='font-weight="bold"'),
            text(left + 20, 550, reason, 18.5, "#c9cbd3"),
            placed(left + 34, 676, lantern(other), scale=0.98),
            text(left + 66, 672, word, 22, "#c9cbd3"),
        ]
    shapes.append(text(36, 611, "The second set, for colour-blind eyes", 22, "#8f94a3"))
    shapes.append(line("M420 604 L1244 604", "#343945", 2))
    return "".join(shapes)


def panel(x: float, y: float, width: float, height: float, title: str) -> str:
    return (
        box(x + 6, y + 8, width, height, "#000000", round_=6, more='opacity="0.5" filter="url(#soft)"')
        + box(x, y, width, height, "#2b2d31", round_=5, more='stroke="#0d0e10" stroke-width="2"')
        + box(x + 1, y + 1, width - 2, 44, "#3b3e44", round_=5)
        + box(x + 2, y + 2, width - 4, 2, "#5b5f67", round_=1)
        + text(x + 16, y + 31, title, 23, "#ffe3b8", more='font-weight="bold"')
    )


def ask_the_factory() -> str:
    day = [floor(1280, 720, 3), placed(-20, 34, belt(26, [COPPER, IRON, "", IRON, COPPER]))]
    line_up = [
        (chemical_plant("#58b7e0"), 150, GREEN),
        (assembler("#4e6f8c", "#d2a552", 3), 470, GREEN),
        (chemical_plant("#e6c73a"), 790, RED),
        (furnace(), 1110, AMBER),
    ]
    lights: Lights = []
    posts, halos = "", []
    for machine, x, colour in line_up:
        day += [
            placed(x - 26, 152, inserter("" if colour != GREEN else IRON)),
            placed(x, 262, machine, scale=1.3),
        ]
        lights.append((x + 140, 330, colour, 470.0 if colour == RED else 320.0))
        posts += placed(x + 140, 348, lantern(colour), scale=1.35)
        halos.append((x + 140, 330, colour, 170.0 if colour == RED else 105.0))
    lit = lighting(1280, 720, lights, "#525b94") + posts + bloom(halos)
    tip = (
        panel(962, 376, 292, 98, "Andon lamp")
        + oval(986, 446, 8, 8, RED)
        + text(1004, 453, "Chemical plant: no power", 20.5)
    )
    pointer = '<path d="M944 338 l0 34 l9 -8 l7 15 l7 -3 l-7 -15 l12 -1 Z" fill="#fff" stroke="#000"/>'
    answer = [
        ("/andon", "#ffffff"),
        ("Andon: 41 working, 6 waiting, 2 standing still, 1 resting", "#ffe3b8"),
        ("  Electric mining drill: nothing left to mine, for 12 minutes", "#d8dae0"),
        ("  Chemical plant: no power, for 1 minute", "#d8dae0"),
    ]
    console = box(28, 500, 812, 192, "#0b0c10", round_=5, more='opacity="0.82"')
    for row, (words, colour) in enumerate(answer):
        y = 546 + row * 42
        if row > 1:
            console += oval(60, y - 8, 8, 8, "#ff9f1c") + oval(60, y - 8, 3, 3, "#0b0c10")
        console += text(84 if row > 1 else 52, y, words.strip(), 25, colour)
    alert = (
        panel(872, 500, 382, 192, "Alert")
        + placed(920, 608, warning(), scale=1.15)
        + text(972, 588, "Chemical plant", 24, "#ffe3b8")
        + text(972, 618, "stands still: no power", 22)
        + text(972, 662, "after 30 s, or when you say", 18, "#9a9ea9")
    )
    return "".join(day) + lit + placed(790, 190, warning(), scale=1.2) + tip + pointer + console + alert


TITLE = 'font-weight="bold" text-anchor="middle" letter-spacing="2"'
