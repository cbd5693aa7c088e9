"""A plan in one line a change: what is counted, what is shown, what is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.forges import FORGES
from factorio_release.live.models import LiveMod
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.page.source_urls import SourceUrls
from factorio_release.plan import Desired, EditDetails, Plan, make_plan
from factorio_release.report.plan_changes import plan_changes

if TYPE_CHECKING:
    from factorio_release.plan import FieldValue

TEXT = "".join(f"line {number}\n" for number in range(10))


def lines_of(before: FieldValue, after: FieldValue, name: str = "description") -> list[str]:
    edit = EditDetails({name: before}, {name: after})
    return [f"{line.sign} {line.text}" for line in plan_changes(Plan("m", (edit,)))]


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (TEXT.replace("line 3", "other 3"), "1 line changed"),
        (TEXT.replace("line 3", "other").replace("line 8", "other"), "2 lines changed"),
        (TEXT + "more\nand more\n", "2 lines added"),
        (TEXT.replace("line 4\nline 5\n", ""), "2 lines removed"),
        (
            TEXT.replace("line 1\n", "a\nb\n").replace("line 9", ""),
            "1 line changed, 1 added, 1 removed",
        ),
    ],
)
def test_a_text_is_shown_by_how_many_lines_change(after: str, counts: str) -> None:
    assert lines_of(TEXT, after) == [f"~ description: {counts}"]


@pytest.mark.parametrize(
    ("name", "before", "after", "line"),
    [
        ("description", "", TEXT, "+ description: 10 lines"),
        ("description", TEXT, "", "- description: 10 lines removed"),
        ("homepage", "", "https://a.example", "+ homepage: https://a.example"),
        ("homepage", "https://a.example", "", "- homepage: https://a.example removed"),
        ("deprecated", False, True, "~ deprecated: no → yes"),
        ("deprecated", True, False, "~ deprecated: yes → no"),
        ("tags", (), ("power",), "+ tags: power"),
        ("summary", "a" * 70, "b" * 80, "~ summary: 70 characters become 80"),
    ],
)
def test_a_short_value_is_shown_and_a_long_one_counted(
    name: str, before: FieldValue, after: FieldValue, line: str
) -> None:
    assert lines_of(before, after, name) == [line]


def pinned(ref: str, forge: str) -> SourceUrls:
    return SourceUrls("https://code.example/o/r", FORGES[forge], ref)


@pytest.mark.parametrize("forge", sorted(FORGES))
@pytest.mark.parametrize(
    ("old", "new"), [("v1.0.0", "v1.1.0"), ("a" * 40, "v1.1.0"), ("release/1.0", "release/1.1")]
)
@pytest.mark.parametrize("edited", [0, 1])
def test_the_pin_of_a_link_is_no_difference(forge: str, old: str, new: str, edited: int) -> None:
    """The text is sent, because a file behind a link has changed; only what the author edited is shown."""

    def text(ref: str, words: str) -> str:
        source = pinned(ref, forge)
        return f"[a]({source.page('a.md')})\n![b]({source.raw('b.png')})\n{words}\n[c]({source.folder('')})\n"

    live = LiveMod("m", EMPTY_PAGE._replace(description=text(old, "old")))
    words = ("old", "new")[edited]
    desired = Desired("m", None, ModPage(description=text(new, words)), source=pinned(new, forge))
    (line,) = plan_changes(make_plan(desired, live))
    assert (
        line.text
        == (
            "description: new pins for its links, because files behind them have changed",
            "description: 1 line changed",
        )[edited]
    )
    changed = [one for one in line.diff if one[0] in "+-"]
    assert changed == [[], ["-old", "+new"]][edited]


def test_a_removed_image_is_shown_with_its_address() -> None:
    images = tuple(
        GalleryImage(digit * 40, url=f"https://assets.example/{digit}.png") for digit in "abc"
    )
    live = LiveMod("m", EMPTY_PAGE._replace(images=images))
    kept = (GalleryImage("c" * 40, "c.png"), GalleryImage("d" * 40, "d.png"))
    plan = make_plan(Desired("m", None, ModPage(images=kept), prune=True), live)
    assert [f"{line.sign} {line.text}" for line in plan_changes(plan)] == [
        "+ add the image d.png",
        "- remove the image aaaaaaaa (https://assets.example/a.png)",
        "- remove the image bbbbbbbb (https://assets.example/b.png)",
    ]
