"""Draws the mod's pictures: python art/draw.py (needs rsvg-convert, pngquant and the fonts Play and Lato)."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

import subprocess
from pathlib import Path

import scenes
import sprites

MOD = Path(__file__).resolve().parent.parent

DEFINITIONS = """<defs>
<filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="5"/></filter>
<filter id="halo" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="3"/></filter>
<linearGradient id="steel"><stop offset="0" stop-color="#59636a"/><stop offset="0.35" stop-color="#bcc6cc"/>
<stop offset="1" stop-color="#4a5359"/></linearGradient>
</defs>"""

GALLERY = {
    "1-night-shift.png": scenes.night_shift,
    "2-four-colours.png": scenes.four_colours,
    "3-ask-the-factory.png": scenes.ask_the_factory,
}
SPRITES = {
    "thumbnail.png": (144, 144, sprites.thumbnail),
    "graphics/icons/andon-lamp.png": (64, 64, sprites.icon),
    "graphics/entity/andon-lamp.png": (64, 96, sprites.lamp),
    "graphics/entity/andon-lamp-light.png": (64, 96, sprites.lamp_light),
    "graphics/entity/andon-lamp-shadow.png": (112, 48, sprites.lamp_shadow),
}


def rendered(width: int, height: int, drawing: str) -> bytes:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{DEFINITIONS}{drawing}</svg>'
    return subprocess.run(["rsvg-convert"], input=svg.encode(), capture_output=True, check=True).stdout  # noqa: S607 wherever it is installed


def with_fewer_colours(png: bytes) -> bytes:
    command = ["pngquant", "--speed=1", "--strip", "--floyd=0.3", "136", "-"]
    return subprocess.run(command, input=png, capture_output=True, check=True).stdout


for name, draw in GALLERY.items():
    (MOD / "gallery" / name).write_bytes(with_fewer_colours(rendered(1280, 720, draw())))
for name, (width, height, draw) in SPRITES.items():
    (MOD / name).write_bytes(rendered(width, height, draw()))
