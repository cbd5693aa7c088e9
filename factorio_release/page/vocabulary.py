"""The portal's categories, tags and licences: which of them an author's word names, or probably means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.parsers.suggestion import LOW_SIMILARITY, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NO_CATEGORY: Final = "no-category"
# Names from older revisions of the portal's documentation, and common spellings, with the present name.
_OTHER_CATEGORY_NAMES: Final = {
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
_OTHER_TAG_NAMES: Final = {
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
# Observed: the id of a licence that the mod's owner made on the portal.
_CUSTOM_LICENSE: Final = re.compile(r"custom_[0-9a-f]{24}")
_OTHER_LICENSE_NAMES: Final = {
    "the mit license": "default_mit",
    "mit license": "default_mit",
    "expat": "default_mit",
    "gpl-3.0-only": "default_gnugplv3",
    "gpl-3.0-or-later": "default_gnugplv3",
    "gpl-3.0+": "default_gnugplv3",
    "gplv3": "default_gnugplv3",
    "gpl-3": "default_gnugplv3",
    "gnu gplv3": "default_gnugplv3",
    "lgpl-3.0-only": "default_gnulgplv3",
    "lgpl-3.0-or-later": "default_gnulgplv3",
    "lgpl-3.0+": "default_gnulgplv3",
    "lgplv3": "default_gnulgplv3",
    "lgpl-3": "default_gnulgplv3",
    "gnu lgplv3": "default_gnulgplv3",
    "mpl-2": "default_mozilla2",
    "mplv2": "default_mozilla2",
    "mozilla public license 2.0": "default_mozilla2",
    "apache-2": "default_apache2",
    "apache license 2.0": "default_apache2",
    "the unlicense": "default_unlicense",
}
_LICENSE_IDS: Final = {spdx.lower(): id_ for id_, spdx in LICENSES.items()} | _OTHER_LICENSE_NAMES


def category_named(written: str) -> str | None:
    """Return the category, `no-category` for an empty one; None when the portal has none of that name."""
    if not written:
        return NO_CATEGORY
    if written not in CATEGORIES:
        return None
    return written


def category_hint(written: str) -> str:
    """Return a hint for a category that the portal does not have."""
    name = _probable(_with_hyphens(written), CATEGORIES, _OTHER_CATEGORY_NAMES)
    if name:
        return f"Did you mean {name}?"
    return f"The portal has {', '.join(CATEGORIES)}."


def tag_hint(written: str) -> str:
    """Return a hint for a tag that is not known."""
    name = _probable(_with_hyphens(written), TAGS, _OTHER_TAG_NAMES)
    if name:
        return f"Did you mean {name}?"
    return f"Known tags: {', '.join(TAGS)}."


def license_id(written: str) -> str | None:
    """Return the portal's id of a licence, given its id, SPDX name or usual name; None when it has none.

    `custom_` and 24 hex digits is a licence that the mod's owner made on the portal.
    """
    name = _with_single_spaces(written)
    if name in LICENSES or _CUSTOM_LICENSE.fullmatch(name):
        return name
    return _LICENSE_IDS.get(name)


def license_hint(written: str) -> str:
    """Return a hint for a licence that the portal does not have."""
    name = _with_single_spaces(written)
    if name.startswith("custom"):
        return "A licence of your own is custom_ and the 24 hex digits of its id on the portal."
    id_ = _probable(name, LICENSES, _LICENSE_IDS)
    if id_:
        return f"Did you mean {id_} ({LICENSES[id_]})?"
    return (
        f"The portal has {', '.join(LICENSES)}. For another licence make a custom one there "
        "and give its id (custom_…)."
    )


def _with_hyphens(written: str) -> str:
    return "-".join(written.lower().replace("_", " ").split())


def _with_single_spaces(written: str) -> str:
    return " ".join(written.split()).lower()


def _probable(word: str, names: Iterable[str], other_names: Mapping[str, str]) -> str:
    """Return the name that `word` probably means, by its spelling or by another name; empty for none."""
    spellings = {**other_names, **{name: name for name in names}}
    if word in spellings:
        return spellings[word]
    near = suggest(word, spellings, LOW_SIMILARITY)
    if not near:
        return ""
    return spellings[near]
