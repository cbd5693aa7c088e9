"""The portal's categories and tags, and what a word that is neither was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.mod_page import CATEGORIES, TAGS
from factorio_release.parsers.suggestion import LOW_SIMILARITY, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NO_CATEGORY: Final = CATEGORIES[0]
# Names that older revisions of the portal's documentation had, and common ways to write the new ones.
_FORMER_CATEGORIES: Final = {
    "": NO_CATEGORY,
    "none": NO_CATEGORY,
    "general": "content",
    "non-game-changing": "tweaks",
    "helper-mods": "utilities",
    "helper": "utilities",
    "utility": "utilities",
    "tool": "utilities",
    "balancing": "tweaks",
    "tweak": "tweaks",
    "big-mods": "overhaul",
    "scenario": "scenarios",
    "mod-pack": "mod-packs",
    "modpack": "mod-packs",
    "modpacks": "mod-packs",
    "localization": "localizations",
    "localisation": "localizations",
    "localisations": "localizations",
    "translation": "localizations",
    "library": "internal",
    "libraries": "internal",
    "lib": "internal",
}
_FORMER_TAGS: Final = {
    "train": "trains",
    "enemy": "enemies",
    "planet": "planets",
    "characters": "character",
    "blueprint": "blueprints",
    "circuits": "circuit-network",
    "circuit": "circuit-network",
    "logistics-network": "logistic-network",
    "cheat": "cheats",
    "fluid": "fluids",
}


def category_named(written: str) -> str | None:
    """Return the category, `no-category` for an empty one; None when the portal has none of that name."""
    if not written:
        return NO_CATEGORY
    return written if written in CATEGORIES else None


def category_hint(written: str) -> str:
    """Say which category could have been meant."""
    meant = _meant(written, CATEGORIES, _FORMER_CATEGORIES)
    return f"did you mean {meant}" if meant else f"the portal has {', '.join(CATEGORIES)}"


def tag_hint(written: str) -> str:
    """Say which tag could have been meant."""
    meant = _meant(written, TAGS, _FORMER_TAGS)
    return f"did you mean {meant}" if meant else f"known tags: {', '.join(TAGS)}"


def _meant(written: str, words: Iterable[str], former: Mapping[str, str]) -> str:
    word = "-".join(written.lower().replace("_", " ").split())
    words = tuple(words)
    if word in words:
        return word
    if word in former:
        return former[word]
    suggestion = suggest(word, (*words, *former), LOW_SIMILARITY)
    return former.get(suggestion, suggestion) if suggestion else ""
