"""A mod's page: everything in it comes from strangers and is escaped or sanitised."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from factorio_release.local_portal.pages.markdown import render_markdown
from factorio_release.local_portal.read_api import license_view, time_text

if TYPE_CHECKING:
    from factorio_release.local_portal.state.records import StoredMod, StoredRelease


def mod_article(mod: StoredMod, login: str) -> str:
    """Return the page's body; `login` is the query that downloads need."""
    return "\n".join(
        [
            _masthead(mod),
            '<div class="columns"><div class="text">',
            _gallery(mod),
            _section("description", "Description", mod.description and _markdown_html(mod.description)),
            _section("faq", "FAQ", mod.faq and _markdown_html(mod.faq)),
            _section("changelog", "Changelog", mod.changelog and f"<pre>{escape(mod.changelog)}</pre>"),
            _section("downloads", "Downloads", _releases(mod, login)),
            f'</div><aside class="sheet facts">{_facts(mod)}</aside></div>',
        ]
    )


def _masthead(mod: StoredMod) -> str:
    picture = mod.thumbnail and f'<img src="/assets/{mod.thumbnail}.thumb.png" alt="" class="logo">'
    deprecated = '<p class="deprecated">This mod is deprecated.</p>' if mod.deprecated else ""
    return f"""<div class="sheet masthead">{picture}<div><h1>{escape(mod.title)}</h1>
<p class="owner">by {escape(mod.owner)}</p>
<p class="summary">{escape(mod.summary)}</p>{deprecated}</div></div>"""


def _facts(mod: StoredMod) -> str:
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in mod.tags)
    latest = mod.releases[-1] if mod.releases else None
    return "<dl>{}</dl>".format(
        "".join(
            [
                _fact("Version", escape(latest.version) if latest else ""),
                _fact("Factorio", escape(latest.factorio_version) if latest else ""),
                _fact("Category", escape(mod.category or "no-category")),
                _fact("Tags", tags),
                _fact("License", _license(mod.license)),
                _fact("Homepage", _link(mod.homepage)),
                _fact("Source", _link(mod.source_url)),
                _fact("Created", _date(mod.created_at)),
                _fact("Last updated", _date(mod.updated_at)),
                _fact("Downloads", str(mod.downloads_count)),
            ]
        )
    )


def _fact(name: str, html: str) -> str:
    return f"<dt>{name}</dt><dd>{html}</dd>" if html else ""


def _license(license_id: str) -> str:
    view = license_view(license_id)
    title = view["title"] if "url" in view else f"{view['title']} ({license_id})"
    return _link(view["url"], title) if "url" in view else escape(title)


def _link(url: str, text: str = "") -> str:
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
    return f'<section class="sheet" id="{name}"><h2>{title}</h2>{html}</section>' if html else ""


def _releases(mod: StoredMod, login: str) -> str:
    rows = "".join(_release_row(mod, one, login) for one in reversed(mod.releases))
    head = "<tr><th>Version</th><th>Factorio</th><th>Released</th><th>Size</th><th>SHA-1</th><th></th></tr>"
    return (
        f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>' if rows else ""
    )


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
