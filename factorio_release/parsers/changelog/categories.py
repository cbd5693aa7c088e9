"""The categories of a changelog that the game knows, and what people call them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from factorio_release.parsers.suggestion import suggest

# Documented, in the order in which the game shows them; others come last.
CATEGORIES: Final = (
    "Major Features",
    "Features",
    "Minor Features",
    "Graphics",
    "Sounds",
    "Optimizations",
    "Balancing",
    "Combat Balancing",
    "Circuit Network",
    "Changes",
    "Bugfixes",
    "Modding",
    "Scripting",
    "Gui",
    "Control",
    "Translation",
    "Debug",
    "Ease of use",
    "Info",
    "Locale",
    "Compatibility",
)
_ALIASES: Final = MappingProxyType(
    {
        **dict.fromkeys(("fix", "fixes", "fixed", "bug", "bugs", "bug fix", "bug fixes"), "Bugfixes"),
        "balance": "Balancing",
        "ui": "Gui",
        **dict.fromkeys(("localization", "localisation"), "Locale"),
        **dict.fromkeys(("performance", "optimisation"), "Optimizations"),
    }
)
_NEAR: Final = 0.8  # below, "Coding" is taken for "Modding"


def category_meant(name: str) -> str:
    """Return the known category that a name seems to stand for; empty when it stands for itself."""
    return _ALIASES.get(name.lower()) or suggest(name, CATEGORIES, _NEAR)


def is_category(name: str) -> bool:
    """Whether a line of this text alone is a heading rather than a piece of a sentence."""
    return name in CATEGORIES or name.lower() in _ALIASES or name.title() in CATEGORIES
