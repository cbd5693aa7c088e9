"""The categories that the game has an order for, and other names that authors use for them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from factorio_release.parsers.suggestion import suggest

# Documented, in the order in which the game shows them; any other category comes last.
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
        **dict.fromkeys(
            (
                *("fix", "fixes", "fixed", "fixed bugs", "bug", "bugs", "bugs fixed"),
                *("bug fix", "bug fixes", "bugfixing", "hotfix", "hotfixes"),
            ),
            "Bugfixes",
        ),
        "balance": "Balancing",
        "ui": "Gui",
        **dict.fromkeys(("localization", "localisation"), "Locale"),
        **dict.fromkeys(("performance", "optimisation"), "Optimizations"),
    }
)
# Names that are ordinary words too: a line of one of them without a colon may be a piece of a sentence.
_ORDINARY_WORDS: Final = MappingProxyType(
    {
        **dict.fromkeys(("new", "added", "additions", "new features"), "Features"),
        **dict.fromkeys(("changed", "modified"), "Changes"),
    }
)
_MIN_SIMILARITY: Final = 0.8  # below, "Coding" is taken for "Modding"


def category_meant(name: str) -> str:
    """Return the known category that a name probably means; "" when it means itself."""
    lower = name.lower()
    known = _ALIASES.get(lower) or _ORDINARY_WORDS.get(lower)
    return known or suggest(name, CATEGORIES, _MIN_SIMILARITY)


def is_category(name: str) -> bool:
    """Return whether a line of this text alone is a heading and not a piece of a sentence."""
    return name in CATEGORIES or name.lower() in _ALIASES or name.title() in CATEGORIES
