"""The portal's words for categories and licences, and how it writes dates and numbers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from factorio_release.local_portal.read_api import license_view, time_text
from factorio_release.local_portal.state.rules import NO_CATEGORY

if TYPE_CHECKING:
    from factorio_release.local_portal.state.records import StoredMod

# Title and sentence. Documented: the page of the details API.
_CATEGORIES = {
    "content": ("Content", "Mods introducing new content into the game."),
    "overhaul": ("Overhaul", "Large total conversion mods."),
    "tweaks": ("Tweaks", "Small changes concerning balance, gameplay, or graphics."),
    "utilities": (
        "Utilities",
        (
            "Providing the player with new tools or adjusting the game interface, without fundamentally "
            "changing gameplay."
        ),
    ),
    "scenarios": ("Scenarios", "Scenarios, maps, and puzzles."),
    "mod-packs": ("Mod packs", "Collections of mods with tweaks to make them work together."),
    "localizations": ("Localizations", "Translations for other mods."),
    "internal": (
        "Internal",
        "Lua libraries for use by other mods and submods that are parts of a larger mod.",
    ),
    NO_CATEGORY: ("No category", "Unassigned category."),
}
NOT_KNOWN = "not known here"


def category_words(mod: StoredMod) -> tuple[str, str]:
    """Return the title and the sentence of a mod's category; the title is empty where it is not known."""
    if not mod.category and not mod.page_known:
        return "", ""
    category = mod.category or NO_CATEGORY
    return _CATEGORIES.get(category, (category, ""))


def license_html(mod: StoredMod) -> str:
    """Return the licence, as a link where it has an address."""
    if not mod.page_known and not mod.license:
        return NOT_KNOWN
    view = license_view(mod.license)
    if "url" in view:
        return link_html(view["url"], view["title"])
    return escape(f"{view['title']} ({mod.license})")


def link_html(url: str, text: str = "") -> str:
    """Return a link; an address such as `javascript:…`, which a seed may hold, stays a text."""
    if not url.lower().startswith(("https://", "http://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="nofollow noopener noreferrer">{escape(text or url)}</a>'


def date_html(moment: float) -> str:
    """Return epoch seconds as a date and a time, in UTC."""
    text = time_text(moment)
    return f'<time datetime="{text}">{text[:10]} {text[11:16]}</time>'


def game_versions(mod: StoredMod) -> str:
    """Return the versions of the game that a mod is for: `2.0`, or `1.1 - 2.0`."""
    versions = {release.factorio_version for release in mod.releases}
    ordered = sorted(versions, key=_numbers)
    return " - ".join(dict.fromkeys([*ordered[:1], *ordered[-1:]]))


def _numbers(version: str) -> list[int]:
    """Return a version as numbers; a seed may hold any text, of which nothing is known."""
    return [
        int(part) if part.isascii() and part.isdigit() else 0 for part in version[:20].split(".")
    ]
