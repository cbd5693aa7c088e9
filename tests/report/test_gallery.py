"""The gallery before and after, as pictures: from the plan to the summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyromark
import pytest

from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.plan import Desired, Gallery, make_plan
from factorio_release.report.gallery import gallery_block
from factorio_release.report.model import ModReport, Report, Status
from factorio_release.report.summary import render_summary

if TYPE_CHECKING:
    from tests.conftest import ModRepository, Program

A, B, C, D = (letter * 40 for letter in "abcd")
LIVE = tuple(GalleryImage(id_, url=f"https://assets.example.org/{id_[0]}.png") for id_ in (A, B))
RAW = "https://raw.example.org/"


def plan_for(*desired: GalleryImage, live: tuple[GalleryImage, ...] = LIVE, **more: Any) -> Any:
    page = EMPTY_PAGE._replace(images=live)
    mod = LiveMod("lamp", page, (LiveRelease("1.0.0", "e" * 40),))
    pictures = {image.id: f"{RAW}{image.name}" for image in desired}
    wanted = Desired("lamp", None, ModPage(images=desired), pictures=pictures, **more)
    return make_plan(wanted, mod)


def shown(images: tuple[GalleryImage, ...]) -> list[tuple[str, str]]:
    return [(image.name, image.url) for image in images]


def test_the_plan_knows_the_gallery_before_and_after() -> None:
    plan = plan_for(GalleryImage(C, "c.png"), GalleryImage(A, "a.png"), prune=True)
    a, b = LIVE[0].url, LIVE[1].url
    assert shown(plan.gallery.before) == [("a.png", a), ("", b)]
    assert shown(plan.gallery.after) == [("c.png", f"{RAW}c.png"), ("a.png", a)]


def test_what_is_kept_is_in_it() -> None:
    plan = plan_for(GalleryImage(C, "c.png"))
    assert [image.id for image in plan.gallery.after] == [C, A, B]
    plan = plan_for(GalleryImage(C, "c.png"), ordered=False)
    assert [image.id for image in plan.gallery.after] == [A, B, C]
    assert plan_for(GalleryImage(C, "c.png"), live=()).gallery.before == ()


def test_a_plan_that_leaves_the_gallery_alone_has_none() -> None:
    assert plan_for(GalleryImage(A, "a.png"), GalleryImage(B, "b.png")).gallery is None
    assert plan_for(ordered=False).gallery is None


def html_of(block: str) -> str:
    return pyromark.html(block, options=pyromark.Options.ENABLE_TABLES)


def test_pictures_are_in_two_rows_and_marked() -> None:
    after = (GalleryImage(C, "c_d*.png", url=f"{RAW}c.png"), LIVE[0], GalleryImage(D, "d.png"))
    html = html_of(gallery_block(Gallery(LIVE, after)))
    rows = re.findall(r"<tr>.*?</tr>", html)
    assert [re.findall(r'src="([^"]*)"', row) for row in rows] == [
        [LIVE[0].url, LIVE[1].url],
        [f"{RAW}c.png", LIVE[0].url],
    ]
    words = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    assert words[0] == "Before aaaaaaaa bbbbbbbb (removed)"
    assert words[1].replace("\\", "") == "After c_d*.png (new) aaaaaaaa d.png (new)"


def test_many_pictures_are_counted() -> None:
    images = tuple(GalleryImage(f"{number:040}", f"{number}.png") for number in range(30))
    block = gallery_block(Gallery((), images))
    assert "6 more images" in block
    assert "Before" not in block


HOSTILE = [
    'https://x/"><script>alert(1)</script>',
    "https://x/' onerror='alert(1)",
    "https://x/a.png)![y](https://y/z",
    "https://x/`</td></table>`\n\n# big",
    "javascript:alert(1)",
    "http://x/a.png",
    "data:image/svg+xml,<svg/>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_addresses_and_names_from_outside_stay_where_they_belong(text: str) -> None:
    block = gallery_block(Gallery((GalleryImage(A, text, url=text),), ()))
    tags = re.findall(r"<(/?[a-z]+)", block)
    assert set(tags) <= {
        "table",
        "/table",
        "tr",
        "/tr",
        "th",
        "/th",
        "td",
        "/td",
        "img",
        "br",
        "b",
        "/b",
    }
    assert tags.count("table") == tags.count("/table") == 1
    assert ("<img" in block) == text.startswith("https://")
    for source in re.findall(r'src="([^"]*)"', block):
        assert re.fullmatch(r"https://[A-Za-z0-9:/?=#%+,;~@._-]+", source)
    assert len(block.splitlines()) == 5


def test_the_summary_has_it_below_the_plan() -> None:
    plan = plan_for(GalleryImage(C, "c.png"))
    text = render_summary(Report((ModReport("lamp", "1.0.0", ".", Status.PLANNED, plan=plan),)))
    assert text.index("#### Plan") < text.index("#### Gallery")


def test_a_plan_in_a_ci_shows_the_images_of_its_commit(
    program: Program, repository: ModRepository, portal: Any, picture: Any
) -> None:
    portal.seed_mod("lamp-post", images=[picture(1)], releases=["0.9.0"])
    repository.config["images"] = ["gallery/new one.png"]
    repository.write("gallery/new one.png", picture(2))
    repository.save()
    repository.write("gallery/later.png", picture(3))  # in no commit: it is at no address
    repository.write("factorio-release.yml", "images: [gallery/*.png]\n")
    summary = program.folder / "summary"
    summary.touch()
    commit = repository.git("rev-parse", "HEAD").strip()
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "someone/lamp-post",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_SHA": commit,
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    ran = program("plan", str(repository.root), "--portal-url", portal.url, env=env)
    assert ran.code == 0, ran.err
    text = summary.read_text("utf-8")
    address = f"https://raw.githubusercontent.com/someone/lamp-post/{commit}/gallery/new%20one.png"
    assert f'<img src="{address}" width="160" alt="">' in text
    assert "later" in text
    assert "later.png" not in "".join(re.findall(r'src="[^"]*"', text))
