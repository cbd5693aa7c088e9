"""The files of the game's own core/lualib, by the version of the game.

As the game's published data has them in every release of 1.1, 2.0 and 2.1 up to 2.1.12.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from factorio_release.checks.facts.contents import words

_KEPT: Final = words("""
    autoplace_utils bonus-gui-ordering circuit-connector-generated-definitions circuit-connector-sprites
    collision-mask-util crash-site dataloader event_handler kill-score math2d math3d mod-gui
    production-score resource-autoplace silo-script story util
""")
_REMOVED_IN_2_0: Final = words("""
    biome-visualization-utils builder camera flying_tags noise noise.expression-to-ascii-math story-skeleton
""")
_REMOVED_BEFORE: Final = words("defines inspect story_2")
_NEW_IN_2_0: Final = words("""
    collision-mask-defaults data-duplicate-checker meld sound-util space-finish-script
    surface-render-parameter-effects
""")
_NEW_IN_2_1: Final = words("prototype-hierarchy prototype-info")
CORE_LUALIB: Final = _KEPT | _REMOVED_IN_2_0 | _REMOVED_BEFORE | _NEW_IN_2_0 | _NEW_IN_2_1


@cache
def lualib(game: str) -> frozenset[str]:
    """Return the names, with dots, of the files that a version of the game has; `game` is like `2.0`.

    For a version that is not known, every name that ever was.
    """
    numbers = game_numbers(game)
    if numbers is None or numbers > (2, 1):
        return CORE_LUALIB
    if numbers < (2, 0):
        return _KEPT | _REMOVED_IN_2_0 | _REMOVED_BEFORE
    if numbers < (2, 1):
        return _KEPT | _NEW_IN_2_0
    return _KEPT | _NEW_IN_2_0 | _NEW_IN_2_1


def history(name: str) -> str:
    """Return in words when a file of the lualib came or went; `""` for one that was always there."""
    if name in _REMOVED_IN_2_0:
        return "the game has not had it since 2.0"
    if name in _REMOVED_BEFORE:
        return "the game no longer has it"
    if name in _NEW_IN_2_0:
        return "the game has it since 2.0"
    if name in _NEW_IN_2_1:
        return "the game has it since 2.1"
    return ""


def game_numbers(game: str) -> tuple[int, int] | None:
    """Return the two numbers of a `factorio_version`; None when it is not of the form `N.N`."""
    major, _, minor = game.partition(".")
    if not (major.isdecimal() and minor.isdecimal() and len(game) < len("65535.65535") + 1):
        return None
    return int(major), int(minor)


def is_since_2_0(game: str) -> bool:
    """Return whether a `factorio_version` is 2.0 or later."""
    numbers = game_numbers(game)
    return numbers is not None and numbers >= (2, 0)
