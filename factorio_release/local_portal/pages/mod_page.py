"""The page of a mod; every text on it is untrusted and is escaped or sanitised."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from factorio_release.local_portal.pages.markdown import render_markdown
from factorio_release.local_portal.read_api import license_view, time_text

if TYPE_CHECKING:
    from factorio_release.local_portal.state.records import StoredMod, StoredRelease


def mod_article(mod: StoredMod, login: str) -> str:
    """Return the page's body as HTML; `login` is appended to each download address, `""` for none."""
    return "\n".join(
        [
            _masthead(mod),
            '<div class="columns"><div class="text">',
            _gallery(mod),
            _section(
                "description", "Description", mod.description and _markdown_html(mod.description)
            ),
            _section("faq", "FAQ", mod.faq and _markdown_html(mod.faq)),
            _section(
                "changelog", "Changelog", mod.changelog and f"<pre>{escape(mod.changelog)}</pre>"
            ),
            _section("downloads", "Downloads", _releases(mod, login)),
            f'</div><aside class="sheet facts">{_facts(mod)}</aside></div>',
        ]
    )


def _masthead(mod: StoredMod) -> str:
    picture = ""
    if mod.thumbnail:
        picture = f'<img src="/assets/{mod.thumbnail}.thumb.png" alt="" class="logo">'
    deprecated = ""
    if mod.deprecated:
        deprecated = '<p class="deprecated">This mod is deprecated.</p>'
    return f"""<div class="sheet masthead">{picture}<div><h1>{escape(mod.title)}</h1>
<p class="owner">by {escape(mod.owner)}</p>
<p class="summary">{escape(mod.summary)}</p>{deprecated}</div></div>"""


def _facts(mod: StoredMod) -> str:
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in mod.tags)
    facts: dict[str, str] = {}
    if mod.releases:
        latest = mod.releases[-1]
        facts = {"Version": escape(latest.version), "Factorio": escape(latest.factorio_version)}
    facts |= {
        "Category": escape(mod.category or "no-category"),
        "Tags": tags,
        "License": _license(mod.license),
        "Homepage": _link(mod.homepage),
        "Source": _link(mod.source_url),
        "Created": _date(mod.created_at),
        "Last updated": _date(mod.updated_at),
        "Downloads": str(mod.downloads_count),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{html}</dd>" for name, html in facts.items() if html)
    return f"<dl>{rows}</dl>"


def _license(license_id: str) -> str:
    view = license_view(license_id)
    if "url" in view:
        return _link(view["url"], view["title"])
    return escape(f"{view['title']} ({license_id})")


def _link(url: str, text: str = "") -> str:
    # A seed may hold any text: an address such as `javascript:…` must not become a link.
    if not url.lower().startswith(("https://", "http://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="nofollow noopener noreferrer">{escape(text or url)}</a>'


def _gallery(mod: StoredMod) -> str:
    if not mod.images:
        return ""
    figures = "".join(
        f'<a href="/assets/{one.id}.{one.extension}">'
        f'<img src="/assets/{one.id}.{one.extension}" alt="Image {number} of the gallery" loading="lazy"></a>'
        for number, one in enumerate(mod.images, 1)
    )
    return f'<section class="gallery" id="gallery" aria-label="Gallery">{figures}</section>'


def _markdown_html(markdown: str) -> str:
    return f'<div class="prose">{render_markdown(markdown)}</div>'


def _section(name: str, title: str, html: str) -> str:
    if not html:
        return ""
    return f'<section class="sheet" id="{name}"><h2>{title}</h2>{html}</section>'


def _releases(mod: StoredMod, login: str) -> str:
    if not mod.releases:
        return ""
    rows = "".join(_release_row(mod, one, login) for one in reversed(mod.releases))
    head = "<tr><th>Version</th><th>Factorio</th><th>Released</th><th>Size</th><th>SHA-1</th><th></th></tr>"
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _release_row(mod: StoredMod, release: StoredRelease, login: str) -> str:
    address = f"/download/{quote(mod.name, safe='')}/{release.id}{login}"
    return (
        f"<tr><td>{escape(release.version)}</td><td>{escape(release.factorio_version)}</td>"
        f"<td>{_date(release.released_at)}</td><td>{release.size:,} B</td>"
        f'<td><code>{release.sha1}</code></td><td><a href="{escape(address)}">Download</a></td></tr>'
    )


def _date(moment: float) -> str:
    text = time_text(moment)
    return f'<time datetime="{text}">{text[:10]} {text[11:16]}</time>'
