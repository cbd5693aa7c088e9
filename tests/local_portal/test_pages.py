"""The HTML pages: what they show, and that untrusted text on them is harmless."""

from __future__ import annotations

import html.parser
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal.pages.markdown import render_markdown

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, Clock, MakeBytes


class Elements(html.parser.HTMLParser):
    """Every element of a document as (tag, attributes)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "[click](javascript:alert(1))",
    "[click](JaVa\tScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<iframe src='https://example.org'></iframe>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<form action='https://example.org'><input name=q><button>x</button></form>",
    "<base href='https://example.org/'>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<object data=x></object><embed src=x>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<!--><img src=x onerror=alert(1)>-->",
    "<a href='x' id=description name=x class=bar>x</a>",
    "<blockquote class='tab markdown-alert-note bar' id=faq>x</blockquote>",
    "<blockquote class='remote'>x</blockquote>",
    "</div></div><h1>outside</h1>",
]
FORBIDDEN = {
    "script",
    "svg",
    "iframe",
    "style",
    "form",
    "button",
    "base",
    "meta",
    "object",
    "embed",
    "math",
}
ATTRIBUTES = {
    *("href", "src", "title", "alt", "rel", "width", "height", "align", "start", "open"),
    *("type", "checked", "disabled", "colspan", "rowspan"),
}
ALERTS = {f"markdown-alert-{name}" for name in ("note", "tip", "important", "warning", "caution")}


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_prose_is_made_harmless(markdown: str) -> None:
    for tag, attributes in Elements(render_markdown(markdown)).found:
        assert tag not in FORBIDDEN
        assert set(attributes) <= ATTRIBUTES | ({"class"} if tag == "blockquote" else set())
        assert attributes.get("class", "markdown-alert-tip") in ALERTS
        for value in (attributes.get("href"), attributes.get("src")):
            scheme, colon, _ = (value or "").partition(":")
            assert not colon or scheme in {"http", "https", "mailto"}
        assert tag != "input" or attributes["type"] == "checkbox"


KEPT = [
    ("# Head", "<h1>Head</h1>"),
    ("- [x] done\n- [ ] open", 'checked=""'),
    ("|a|b|\n|-|-|\n|1|2|", "<td>2</td>"),
    ("~~gone~~", "<del>gone</del>"),
    ("H<sub>2</sub>O x<sup>2</sup> <kbd>E</kbd>", "<sub>2</sub>O x<sup>2</sup> <kbd>E</kbd>"),
    ("<details><summary>More</summary>\n\ntext\n\n</details>", "<summary>More</summary>"),
    ('<img src="https://example.org/a.png" width="40">', 'width="40"'),
    ("![lamp](gallery/lamp.png)", 'src="gallery/lamp.png"'),
    ("[site](https://example.org/?a=b&c=d)", 'href="https://example.org/?a=b&amp;c=d"'),
    ("<center>mid</center>", "<center>mid</center>"),
    ("a < b & c", "a &lt; b &amp; c"),
    ("> [!WARNING]\n> hot", '<blockquote class="markdown-alert-warning">'),
    ("> [!NONSENSE]\n> cold", "[!NONSENSE]"),
    ("```lua\nlocal x = '<b>'\n```", "&lt;b&gt;"),
]


@pytest.mark.parametrize(("markdown", "html_text"), KEPT)
def test_good_prose_is_kept(markdown: str, html_text: str) -> None:
    assert html_text in render_markdown(markdown)


def test_a_mods_page_shows_all_there_is(
    client: Client, portal: LocalPortal, png: MakeBytes
) -> None:
    portal.seed_mod(
        "lamp-post",
        title="Lamp <post>",
        owner="some<b>body",
        summary="Light & night",
        description="A **bright** lamp",
        faq="## Why?",
        category="utilities",
        tags=["power", "circuit-network"],
        license="default_gnugplv3",
        homepage="https://example.org/?a=1&b=2",
        source_url="https://example.org/src",
        changelog="Version: 1.0.0\n  Changes:\n    - <i>raw</i>",
        images=[png(), png(shade=7)],
        thumbnail=png(shade=9),
        releases=["1.0.0", "1.0.1"],
        deprecated=True,
    )
    answer = client.get("/mod/lamp-post")
    page = answer.text
    for text in (
        *("Lamp &lt;post&gt;", "some&lt;b&gt;body", "Light &amp; night", "<strong>bright</strong>"),
        *("<h2>Why?</h2>", "Utilities", "circuit-network", "GNU GPLv3", "&lt;i&gt;raw&lt;/i&gt;"),
        *("https://example.org/?a=1&amp;b=2", "https://example.org/src", "is deprecated", "1.0.1"),
    ):
        assert text in page, text
    releases = portal.state.mods["lamp-post"].releases
    assert all(release.sha1 in page for release in releases)
    elements = Elements(page).found
    pictures = [attributes["src"] for tag, attributes in elements if tag == "img"]
    assert len(pictures) == 4  # the thumbnail twice: in the list of mods, and on the page
    assert all(client.get(path).status_code == 200 for path in pictures)
    downloads = [
        one["href"] for tag, one in elements if tag == "a" and one["href"].startswith("/download")
    ]
    assert len(downloads) == 2
    assert client.session.get(portal.url + downloads[0], timeout=300).content[:2] == b"PK"


def test_a_javascript_address_in_a_seed_is_no_link(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post", homepage="javascript:alert(1)")
    assert 'href="javascript' not in client.get("/mod/lamp-post").text


@pytest.mark.parametrize("path", ["/", "/mod/lamp-post", "/mod/nobody", "/login"])
def test_no_page_may_run_anything(client: Client, portal: LocalPortal, path: str) -> None:
    portal.seed_mod("lamp-post", description="<script>alert(1)</script>", summary="<script>")
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_of_mods_and_the_style(client: Client, portal: LocalPortal, clock: Clock) -> None:
    assert "No mod was published" in client.get("/").text
    portal.seed_mod("older-one", title="Older")
    clock.now += 1
    portal.seed_mod("Squeak Through", title="Newer", releases=["1.2.0"])
    page = client.get("/").text
    assert page.index("Newer") < page.index("Older")
    links = [one["href"] for tag, one in Elements(page).found if tag == "a"]
    assert links[1] == "/mod/Squeak%20Through"
    assert all(client.get(link).status_code == 200 for link in links)
    assert client.get("/style.css").headers["Content-Type"] == "text/css; charset=utf-8"


def test_no_mod_no_page(client: Client) -> None:
    answer = client.get("/mod/%3Cscript%3E")
    assert (answer.status_code, "Mod not found" in answer.text) == (404, True)
