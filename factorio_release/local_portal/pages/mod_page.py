"""The page of a mod; every text on it is untrusted and is escaped or sanitised."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from factorio_release.local_portal.pages.card import card_html
from factorio_release.local_portal.pages.changelog import changelog_html
from factorio_release.local_portal.pages.dependencies import dependencies_html
from factorio_release.local_portal.pages.markdown import render_markdown
from factorio_release.local_portal.pages.words import (
    NOT_KNOWN,
    category_words,
    date_html,
    game_versions,
    license_html,
    link_html,
)
from factorio_release.local_portal.state.elsewhere import KnownMod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.local_portal.state.records import StoredMod, StoredRelease
    from factorio_release.local_portal.state.state import State

_NO_MESSAGES = (
    "Players write here on the public portal. Its API neither reads nor writes messages, so that this page "
    "cannot show any."
)
_NO_CURVES = (
    "The public portal draws the downloads of each day here. Its API has one number, that of all: "
    "{downloads}."
)
_PAGE_NOT_KNOWN = (
    "The mod is public. Of its page only what this release brings along is known here; "
    "<code>factorio-release rehearse --from-portal</code> begins with all of it."
)


class Tab(NamedTuple):
    """One part of a page: its anchor, its name, its content."""

    name: str
    title: str
    html: str


def mod_article(mod: StoredMod, state: State, login: str) -> str:
    """Return the page's body as HTML; `login` is appended to each download address, `""` for none.

    Must be called with the lock of the state.
    """
    tabs = [
        Tab("information", "Information", _information(mod)),
        Tab("downloads", "Downloads", _releases(mod, state, login)),
        Tab("changelog", "Changelog", _changelog(mod)),
        Tab("dependencies", "Dependencies", _dependencies(mod, state)),
        Tab("faq", "FAQ", _text(mod, mod.faq, "This mod has no FAQ.")),
        Tab("discussion", "Discussion", _note(_NO_MESSAGES)),
        Tab("metrics", "Metrics", _note(_NO_CURVES.format(downloads=_downloads(mod)))),
    ]
    links = "".join(f'<a href="#{tab.name}">{tab.title}</a>' for tab in tabs)
    sections = "\n".join(
        f'<section class="tab" id="{tab.name}" aria-label="{tab.title}">{tab.html}</section>'
        for tab in tabs
    )
    return f"""<div class="page">
<p class="label">In the list of mods, where players see it first:</p>
<div class="cards one">{card_html(mod)}</div>
<p class="label">{"Its page:" if mod.page_known else _PAGE_NOT_KNOWN}</p>
{_masthead(mod)}
<nav class="tabs" aria-label="Parts of the page">{links}</nav>
<div class="columns"><div class="text">
{sections}
</div><aside class="sheet facts">{_facts(mod)}</aside></div>
</div>"""


def _masthead(mod: StoredMod) -> str:
    picture = ""
    if mod.thumbnail:
        picture = f'<img src="/assets/{mod.thumbnail}.thumb.png" alt="" class="logo">'
    deprecated = ""
    if mod.deprecated:
        deprecated = '<p class="deprecated">This mod is deprecated.</p>'
    title, sentence = category_words(mod)
    category = ""
    if title:
        category = f'<p class="category"><strong>{escape(title)}</strong> {escape(sentence)}</p>'
    return f"""<div class="sheet masthead">{picture}<div><h1>{escape(mod.title)}</h1>
<p class="owner">by {escape(mod.shown_owner)}</p>
<p class="summary">{escape(mod.summary)}</p>{deprecated}
{category}</div></div>"""


def _information(mod: StoredMod) -> str:
    return _gallery(mod) + _text(mod, mod.description, "This mod has no description.")


def _facts(mod: StoredMod) -> str:
    facts: dict[str, str] = {}
    if mod.releases:
        latest = mod.releases[-1]
        facts = {
            "Latest version": f"{escape(latest.version)}, {date_html(latest.released_at)}",
            "Factorio version": escape(game_versions(mod)),
        }
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in mod.tags)
    facts |= {
        "Downloaded by": f"{_downloads(mod)} users" if mod.page_known else NOT_KNOWN,
        "Owner": "the account of the key, not known here" if mod.is_account_a_guess else "",
        "Author, in info.json": escape(mod.author),
        "Category": escape(category_words(mod)[0] or NOT_KNOWN),
        "Tags": tags or ("" if mod.page_known else NOT_KNOWN),
        "License": license_html(mod),
        "Homepage": link_html(mod.homepage),
        "Source": link_html(mod.source_url),
        "Created": date_html(mod.created_at) if mod.page_known else NOT_KNOWN,
        "Last updated": date_html(mod.updated_at),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{html}</dd>" for name, html in facts.items() if html)
    return f"<dl>{rows}</dl>"


def _downloads(mod: StoredMod) -> str:
    return f"{mod.downloads_count:,}" if mod.page_known else NOT_KNOWN


def _gallery(mod: StoredMod) -> str:
    if not mod.images:
        return ""
    figures = "".join(
        f'<a href="/assets/{one.id}.{one.extension}">'
        f'<img src="/assets/{one.id}.{one.extension}" alt="Image {number} of the gallery" loading="lazy"></a>'
        for number, one in enumerate(mod.images, 1)
    )
    return f'<div class="gallery" id="gallery" aria-label="Gallery">{figures}</div>'


def _text(mod: StoredMod, markdown: str, nothing: str) -> str:
    if not markdown:
        return _note(nothing if mod.page_known else "The text stays as it is on the portal.")
    return f'<div class="sheet prose">{render_markdown(markdown)}</div>'


def _note(sentence: str) -> str:
    return f'<div class="sheet"><p class="empty">{escape(sentence)}</p></div>'


def _changelog(mod: StoredMod) -> str:
    if not mod.changelog:
        return _note("The newest release has no changelog.txt.")
    return f'<div class="sheet">{changelog_html(mod.changelog)}</div>'


def _dependencies(mod: StoredMod, state: State) -> str:
    if not mod.releases:
        return _note("This mod has no release.")
    known: Mapping[str, KnownMod | None] = state.elsewhere | {
        name: KnownMod(tuple(one.version for one in there.releases), there.deprecated, "is here")
        for name, there in state.mods.items()
    }
    table = dependencies_html(mod.releases[-1].dependencies, known)
    return f'<div class="sheet">{table}</div>'


def _releases(mod: StoredMod, state: State, login: str) -> str:
    if not mod.releases:
        return _note("This mod has no release.")
    rows = "".join(_release_row(mod, one, state, login) for one in reversed(mod.releases))
    head = "<tr><th>Version</th><th>Factorio</th><th>Released</th><th>Size</th><th>SHA-1</th><th></th></tr>"
    table = f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    return f'<div class="sheet">{table}</div>'


def _release_row(mod: StoredMod, release: StoredRelease, state: State, login: str) -> str:
    size, download = "", ""
    # Of a release that is only known from the public portal there is no zip here.
    if state.store.file(release.sha1, "zip").is_file():
        address = f"/download/{quote(mod.name, safe='')}/{release.id}{login}"
        size, download = f"{release.size:,} B", f'<a href="{escape(address)}">Download</a>'
    return (
        f"<tr><td>{escape(release.version)}</td><td>{escape(release.factorio_version)}</td>"
        f"<td>{date_html(release.released_at)}</td><td>{size}</td>"
        f"<td><code>{escape(release.sha1)}</code></td><td>{download}</td></tr>"
    )
