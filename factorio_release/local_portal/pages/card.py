"""A mod in the list of mods: what players see of it first."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from factorio_release.local_portal.pages.words import (
    NOT_KNOWN,
    category_words,
    date_html,
    game_versions,
)

if TYPE_CHECKING:
    from factorio_release.local_portal.state.records import StoredMod


def card_html(mod: StoredMod) -> str:
    """Return the card, which is a link to the mod's page."""
    picture = '<span class="no-picture"></span>'
    if mod.thumbnail:
        picture = f'<img src="/assets/{mod.thumbnail}.thumb.png" alt="">'
    title, sentence = category_words(mod)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in mod.tags)
    if title:
        category = f'<span class="tag category" title="{escape(sentence)}">{escape(title)}</span>'
        tags = category + tags
    deprecated = '<strong class="deprecated">Deprecated</strong>' if mod.deprecated else ""
    return f"""<a class="card" href="/mod/{quote(mod.name, safe="")}">{picture}<span>
<strong>{escape(mod.title)}</strong><small>by {escape(mod.shown_owner)}</small>{deprecated}
<span class="summary">{escape(mod.summary)}</span>
<span class="tags">{tags}</span>
<small class="figures">{_figures(mod)}</small></span></a>"""


def _figures(mod: StoredMod) -> str:
    if not mod.releases:
        return "no release"
    figures = {
        "Factorio": escape(game_versions(mod)),
        "Downloads": f"{mod.downloads_count:,}" if mod.page_known else NOT_KNOWN,
        "Updated": date_html(mod.releases[-1].released_at),
    }
    return "".join(f"<span>{name} {value}</span>" for name, value in figures.items())
