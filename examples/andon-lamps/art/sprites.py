"""What the game itself shows: icon, thumbnail and the lamp's sprites."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

from light import bloom
from parts import AMBER, GREEN, RED, box, lantern, oval, placed

WHITE = "#f4f4f4"


def lamp() -> str:
    return placed(32, 64, lantern(WHITE, lit=False))


def lamp_light() -> str:
    """The glass alone, and white: the game gives it the lamp's colour."""
    return placed(
        32, 64, oval(0, -15, 22, 24, WHITE, 'opacity="0.35" filter="url(#halo)"') + lantern(WHITE, base=False)
    )


def lamp_shadow() -> str:
    return placed(
        28,
        16,
        oval(4, 10, 20, 9, "#000000")
        + '<path d="M0 2 L56 -4 Q78 -2 78 6 Q78 14 56 15 L0 17 Z" fill="#000000"/>',
    )


def icon() -> str:
    return placed(32, 45, bloom([(0, -15, GREEN, 31.0)]), lantern(GREEN), scale=0.94)


def thumbnail() -> str:
    lamps = [(31, 84, GREEN, 1.3), (113, 84, AMBER, 1.3), (72, 104, RED, 1.7)]
    halos = [(x, y - 15 * scale, colour, 58.0 * scale) for x, y, colour, scale in lamps]
    posts = "".join(placed(x, y, lantern(colour), scale=scale) for x, y, colour, scale in lamps)
    ground = box(0, 0, 144, 144, "#171a2a", round_=12) + oval(72, 124, 84, 34, "#2a2f45")
    return ground + bloom(halos) + posts
