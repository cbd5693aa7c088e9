"""The parts of a mod's page: what each says, and what it says where nothing is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import LocalPortal, ReleaseSeed
from factorio_release.local_portal.pages.changelog import changelog_html
from factorio_release.local_portal.pages.dependencies import dependencies_html
from factorio_release.local_portal.pages.pictures import without_remote
from factorio_release.local_portal.snapshot import page_snapshot
from factorio_release.local_portal.state.elsewhere import KnownMod

if TYPE_CHECKING:
    from tests.local_portal.conftest import Client, Connect, MakeBytes

TABS = ("information", "downloads", "changelog", "dependencies", "faq", "discussion", "metrics")


def part(page: str, name: str) -> str:
    found = re.search(rf'<section class="tab" id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found[0]


def text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html)


def test_each_part_has_its_tab(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post", description="# Words", faq="# Questions", releases=["1.0.0"])
    page = client.get("/mod/lamp-post").text
    assert re.findall(r'<a href="#([a-z]+)">', page) == list(TABS)
    for name in TABS:
        assert part(page, name)
    assert "<h1>Words</h1>" in part(page, "information")
    assert "<h1>Questions</h1>" in part(page, "faq")
    assert ">Download</a>" in part(page, "downloads")


def test_the_style_shows_one_tab_at_a_time(client: Client) -> None:
    style = client.get("/style.css").text
    for name in TABS:
        assert f'.page:has(#{name}:target) .tabs a[href="#{name}"]' in style
    assert ".tab:target" in style


def test_what_is_not_there_is_said(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post", downloads_count=12345)
    page = client.get("/mod/lamp-post").text
    for name, words in {
        "information": "This mod has no description.",
        "downloads": "This mod has no release.",
        "changelog": "The newest release has no changelog.txt.",
        "dependencies": "This mod has no release.",
        "faq": "This mod has no FAQ.",
        "discussion": "cannot show any",
        "metrics": "that of all: 12,345.",
    }.items():
        assert words in part(page, name), name
    assert "Unassigned category." in page
    assert "not known here" not in page


def test_what_is_not_known_is_not_said_to_be_empty(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    portal.change_mod("lamp-post", page_known=False, license="")
    page = client.get("/mod/lamp-post").text
    assert "Unassigned category." not in page
    for name in ("information", "faq"):
        assert "The text stays as it is on the portal." in part(page, name)
    assert "Of its page only what this release brings along is known here" in page
    assert "0 downloads" not in page
    assert "Downloads 0" not in text_of(page)
    facts = text_of(page[page.index('<aside class="sheet facts">') :])
    for label in ("Downloaded by", "Category", "Tags", "License", "Created"):
        assert re.search(rf"{label}\s+not known here", facts), label


def test_the_card_of_the_list(client: Client, portal: LocalPortal) -> None:
    releases = [
        ReleaseSeed("1.0.0", "1.1"),
        ReleaseSeed("1.1.0", "2.0"),
        ReleaseSeed("0.9.0", "0.18"),
    ]
    portal.seed_mod(
        "lamp-post", title="Lamp", summary="Light", category="mod-packs", releases=releases
    )
    portal.change_mod("lamp-post", account="somebody", downloads_count=7)
    for page in (client.get("/").text, client.get("/mod/lamp-post").text):
        card = text_of(
            page[page.index('class="card"') : page.index("</a>", page.index('class="card"'))]
        )
        words = " ".join(card.split())
        expected = "Lamp by somebody Light Mod packs Factorio 0.18 - 2.0 Downloads 7 Updated 2023-11-14 22:13"
        assert expected in words
        assert "Collections of mods with tweaks to make them work together." in page


def test_a_seed_may_name_any_game(client: Client, portal: LocalPortal) -> None:
    releases = [
        ReleaseSeed("1.0.0", "2.0"),
        ReleaseSeed("1.1.0", "<none>"),
        ReleaseSeed("1.2.0", "²"),
    ]
    portal.seed_mod("lamp-post", releases=releases)
    answer = client.get("/mod/lamp-post")
    assert (answer.status_code, "<none>" in answer.text) == (200, False)


CHANGELOG = f"""{"-" * 99}
Version: 1.1.0
Date: 2026. 11. 22
  Features:
    - One <b>thing</b>
      that goes on.

free text
{"-" * 99}
Version: 1.0.0
"""


def test_a_changelog_is_readable_and_complete() -> None:
    html = changelog_html(CHANGELOG)
    kinds = re.findall(r"<(hr|p class=\"([a-z]+)\")", html)
    assert [kind or tag for tag, kind in kinds] == [
        *("hr", "version", "date", "category", "entry", "more"),
        *("line", "line", "hr", "version"),
    ]
    assert "- One &lt;b&gt;thing&lt;/b&gt;</p>" in html
    words = text_of(html.replace("&nbsp;", " ")).split()
    expected = (
        CHANGELOG.replace("-" * 99, "").replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
    )
    assert words == expected.split()


KNOWN = {
    "flib": KnownMod(("0.9.0", "0.16.0", "0.1.01")),
    "old": KnownMod(("1.0.0",), deprecated=True),
    "empty": KnownMod(()),
    "gone": None,
}
STATES = [
    ("base >= 2.0", "required", ">= 2.0", "comes with the game", False),
    ("? space-age", "optional", "any", "comes with the game", False),
    ("flib", "required", "any", "0.16.0 on the portal", False),
    ("flib >= 0.16", "required", ">= 0.16", "0.16.0 on the portal", False),
    ("flib > 0.16.0", "required", "> 0.16.0", "no release fits; the newest is 0.16.0", True),
    ("~ flib < 0.9", "required, in any order", "< 0.9", "0.1.01 on the portal", False),
    ("flib <= 0.9", "required", "<= 0.9", "0.9.0 on the portal", False),
    ("flib = 0.1.1", "required", "= 0.1.1", "0.1.01 on the portal", False),
    ("+ old", "recommended", "any", "1.0.0 on the portal; deprecated", True),
    ("empty", "required", "any", "it has no release", True),
    ("gone", "required", "any", "not on the portal", True),
    ("(?) gone", "optional, hidden", "any", "not on the portal", False),
    ("! gone", "incompatible", "any", "not on the portal", False),
    ("! flib >= 9.0", "incompatible", ">= 9.0", "on the portal", False),
    ("Squeak Through >= 1.2", "required", ">= 1.2", "not looked up here", False),
]


@pytest.mark.parametrize(("text", "kind", "version", "state", "is_bad"), STATES)
def test_states_of_dependencies(
    text: str, kind: str, version: str, state: str, is_bad: bool
) -> None:
    html = dependencies_html([text], KNOWN)
    cells = [
        text_of(cell).strip().replace("&gt;", ">").replace("&lt;", "<")
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", html)
    ]
    assert cells[1:] == [kind, version, state]
    assert ('class="bad"' in html) == is_bad


@pytest.mark.parametrize(
    "text", [">= 1.0", "<script>", "", "a > b > c", "? " + "a " * 50_000 + "<", " " * 100_000 + "<"]
)
def test_what_is_no_dependency_is_shown_as_it_is(text: str) -> None:
    html = dependencies_html([text], {})
    assert "is no dependency" in html
    assert "<script>" not in html


def test_a_mod_of_the_same_portal_is_a_known_dependency(
    client: Client, portal: LocalPortal
) -> None:
    portal.seed_mod("wire", releases=["2.0.0"])
    needs = ReleaseSeed("1.0.0", dependencies=["base", "wire >= 1.0"])
    portal.seed_mod("lamp-post", releases=[needs])
    assert "2.0.0 is here" in part(client.get("/mod/lamp-post").text, "dependencies")


REMOTE = '<img src="https://img.example.org/a.png?x=1&amp;y=2" alt="a &quot;badge&quot;">'


def test_a_picture_of_another_server_is_a_box_with_its_name() -> None:
    box = without_remote(
        f'<p>{REMOTE}</p><img src="/assets/x.png"><img src="data:image/png;base64,">'
    )
    assert "picture on img.example.org: a &quot;badge&quot;" in box
    assert 'title="https://img.example.org/a.png?x=1&amp;y=2"' in box
    assert re.findall("<img[^>]*>", box) == [
        '<img src="/assets/x.png">',
        '<img src="data:image/png;base64,">',
    ]


def test_a_picture_of_the_gallery_in_the_text_is_no_other_server(
    client: Client, portal: LocalPortal, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", images=[png()])
    picture = client.get("/api/mods/lamp-post/full").json()["images"][0]["url"]
    portal.seed_mod("street", description=f"![At night]({picture})")
    text = part(client.get("/mod/street").text, "information")
    assert re.findall(r'<img src="([^"]*)" alt="At night">', text) == [
        picture.removeprefix(portal.url)
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("//img.example.org/a.png", "http://[::1", "HTTPS://A.example/", "https:/a.example/x"),
        *(" https://a.example/x", "\thttps://a.example/x", "ht\ntps://a.example/x"),
        *("/\\a.example/x", "\\\\a.example/x", "ftp://a.example/x"),
    ],
)
def test_every_address_of_another_server_counts(address: str) -> None:
    assert "<img" not in without_remote(f'<img alt="" src="{address}">')


def test_pages_ask_no_other_server_unless_they_may(connect: Connect, png: MakeBytes) -> None:
    description = "![badge](https://img.example.org/a.png) ![lamp](gallery/lamp.png)"
    for remote in (False, True):
        with LocalPortal(remote_pictures=remote) as portal:
            portal.seed_mod("lamp-post", description=description, images=[png()])
            answer = connect(portal).get("/mod/lamp-post")
            policy = answer.headers["Content-Security-Policy"]
            page = page_snapshot(portal, "lamp-post", remote_pictures=remote) or ""
        assert ("img-src 'self' https: http:" in policy) == remote
        assert ('src="https://img.example.org/a.png"' in answer.text) == remote
        assert ('src="https://img.example.org/a.png"' in page) == remote
        assert ("img-src data: https: http:" in page) == remote
        assert ("img-src data:;" in page) != remote
        assert 'src="data:image/png;base64,' in page  # the gallery
        assert 'href="/' not in page  # there is no portal behind the file
