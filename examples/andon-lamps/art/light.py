"""Night: a scene drawn by day, and the light that is laid over it."""
# ruff: noqa: D103, INP001 - a drawing is named for what it draws; these files are no package

from __future__ import annotations

from parts import RED, box, mixed, oval

Lights = list[tuple[float, float, str, float]]  # x, y, colour, reach


def pool(name: str, colour: str, strength: float) -> str:
    stops = "".join(
        f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{strength * share:.2f}"/>'
        for at, share in ((0, 1), (0.18, 0.72), (0.42, 0.3), (0.7, 0.08), (1, 0))
    )
    return f'<radialGradient id="{name}">{stops}</radialGradient>'


def lighting(width: int, height: int, lights: Lights, ambient: str, *, name: str = "") -> str:
    """Night, with pools of light: laid over a scene drawn by day, colour by colour multiplied."""
    colours = sorted({colour for _, _, colour, _ in lights})
    pools = "".join(
        oval(
            x,
            y,
            reach,
            reach * 0.86,
            f"url(#p{name}{colours.index(colour)})",
            'style="mix-blend-mode:screen"',
        )
        for x, y, colour, reach in lights
    )
    gradients = "".join(
        pool(f"p{name}{index}", mixed(colour, "#ffffff", 0.3 if colour == RED else 0.1), 1)
        for index, colour in enumerate(colours)
    )
    return (
        f"<defs>{gradients}</defs>"
        f'<g style="isolation:isolate;mix-blend-mode:multiply">{box(0, 0, width, height, ambient)}{pools}</g>'
    )


def bloom(lights: Lights, *, name: str = "") -> str:
    colours = sorted({colour for _, _, colour, _ in lights})
    gradients = "".join(pool(f"b{name}{index}", colour, 0.75) for index, colour in enumerate(colours))
    glows = "".join(
        oval(x, y, reach, reach, f"url(#b{name}{colours.index(colour)})", 'style="mix-blend-mode:screen"')
        for x, y, colour, reach in lights
    )
    return f"<defs>{gradients}</defs>{glows}"
