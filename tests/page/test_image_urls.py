"""The address of a gallery image comes from the portal: nothing but a plain one goes into Markdown."""

from __future__ import annotations

import pytest

from factorio_release.errors import AnswerUnclear
from factorio_release.live.models import LiveMod
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.page.image_references import image_reference
from factorio_release.plan import Desired, EditDetails, make_plan
from factorio_release.portal.mod_answer import live_mod

ID = "a" * 40
TEXT = f"![A lamp]({image_reference(ID)})"
GOOD = [
    f"https://assets-mod.factorio.com/assets/{ID}.png",
    "https://assets.example:8443/a/b_c-d~e.png",
    "http://127.0.0.1:8080/assets/a.png",
    "http://localhost/a.png",
]
BAD = [
    "https://assets.example/a.png) [click](https://elsewhere.example",
    "https://assets.example/a b.png",
    "https://assets.example/a.png\n\n# Heading",
    "https://assets.example/<script>",
    'https://assets.example/"onerror=x',
    "https://assets.example/(a)",
    "https://assets.example/a\\.png",
    "https://user:word@assets.example/a.png",
    "https://assets.example/a`b`",
    "https://assets.example/a*b*c_d_",
    "https:///a.png",
    "http://assets.example/a.png",
    "http://127.0.0.1.example/a.png",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "//assets.example/a.png",
    "/assets/a.png",
    "https://assets.example/a.png?x=1#y",
    "https://assets.example/" + "a" * 3000,
]


def plan_with(url: str) -> object:
    live = LiveMod("lamp", EMPTY_PAGE._replace(images=(GalleryImage(ID, url=url),)))
    (edit,) = make_plan(Desired("lamp", None, ModPage(description=TEXT)), live).changes
    assert isinstance(edit, EditDetails)
    return edit.after["description"]


@pytest.mark.parametrize("url", GOOD)
def test_a_plain_address_is_put_into_the_text(url: str) -> None:
    assert plan_with(url) == f"![A lamp]({url})"


@pytest.mark.parametrize("url", BAD)
def test_an_address_with_other_characters_is_refused(url: str) -> None:
    with pytest.raises(AnswerUnclear, match=ID):
        plan_with(url)


@pytest.mark.parametrize("image", ["", None, "../../x", "a" * 40 + "\n", "a" * 200, "a,b", 7])
def test_an_answer_with_an_unusable_image_id_is_refused(image: object) -> None:
    """Ids go back to the portal in a list with commas; one that is lost would be removed."""
    with pytest.raises(ValueError, match="image"):
        live_mod({"name": "lamp", "images": [{"id": image, "url": "https://assets.example/a.png"}]})
