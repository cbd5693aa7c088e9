"""A settled desired state gives the same plan again, without the repository and this machine's memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.forges import FORGES
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.live.normal_form import digest, digest_of_order
from factorio_release.live.portal_forms import OwnForm, PortalForms
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.page.image_references import has_image_reference, image_reference
from factorio_release.page.source_urls import SourceUrls
from factorio_release.parsers.version import parse_version
from factorio_release.plan import Desired, PlannedPackage, make_plan
from factorio_release.plan_file.records import changes_record
from factorio_release.plan_file.settled import settled

PACKAGE = PlannedPackage("1.2.0", "lamp_1.2.0.zip", "a" * 40, 1000)
OLD, NEW = "b" * 40, "c" * 40
SOURCE = SourceUrls("https://github.com/o/r", FORGES["github"], NEW)


def image(number: int) -> GalleryImage:
    return GalleryImage(f"{number:040x}", f"{number}.png", url=f"https://a.example/{number}.png")


IMAGES = st.lists(st.sampled_from([image(number) for number in range(4)]), unique=True).map(tuple)
TEXTS = st.sampled_from(
    [
        "",
        "Text",
        "Text \n",
        f"![x]({image_reference(image(1).id)})",
        "![x](https://a.example/1.png)",
    ]
    + [SourceUrls(SOURCE.home, SOURCE.forge, ref).page("a.md") for ref in (OLD, NEW)]
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Lamp", "Other"]),
    "description": TEXTS,
    "faq": TEXTS,
    "category": st.sampled_from(["", "no-category", "utilities"]),
    "tags": st.sampled_from([(), ("trains",), ("trains", "power")]),
    "source_url": st.sampled_from(["", "https://a.example", "https://a.example/"]),
    "deprecated": st.booleans(),
    "images": IMAGES,
}
DECLARED = st.fixed_dictionaries({name: st.none() | one for name, one in FIELDS.items()})
# A text on the portal has addresses, and never a reference to an image.
PAGES = st.fixed_dictionaries(FIELDS).filter(
    lambda page: not any(has_image_reference(page[name]) for name in ("description", "faq"))
)
VERSIONS = st.lists(st.sampled_from(["1.1.0", "1.2.0", "1.3.0"]), unique=True)


@st.composite
def forms(draw: st.DrawFn, declared: dict[str, Any], page: dict[str, Any]) -> PortalForms:
    """What an earlier run may have learnt: that the portal shows one value for another."""
    names = draw(st.lists(st.sampled_from(["description", "tags", "title"]), unique=True))
    fields = {
        name: OwnForm(digest(name, declared[name]), digest(name, page[name]), draw(st.booleans()))
        for name in names
        if declared[name] is not None
    }
    order = tuple(one.id for one in declared["images"] or ())
    learnt = OwnForm(digest_of_order(order), digest_of_order([one.id for one in page["images"]]))
    return PortalForms(
        fields,
        draw(st.sampled_from([{}, {image(0).id: image(3).id}])),
        draw(st.sampled_from([{}, {PACKAGE.sha1: "d" * 40}])),
        draw(st.none() | st.just(learnt)),
    )


@given(st.data())
def test_the_plan_is_the_same_again(data: st.DataObject) -> None:
    declared, page = data.draw(DECLARED), data.draw(PAGES)
    versions = data.draw(st.none() | VERSIONS)
    sha1 = data.draw(st.sampled_from(["a" * 40, "d" * 40]))
    live = None
    if versions is not None:
        releases = tuple(LiveRelease(version, sha1) for version in versions)
        live = LiveMod("lamp", EMPTY_PAGE._replace(**page), releases)
    desired = Desired(
        "lamp",
        PACKAGE,
        ModPage(**declared),
        "Lamp",
        "Light.",
        prune=data.draw(st.booleans()),
        ordered=data.draw(st.booleans()),
        version=parse_version("1.2.0"),
        sync_older=data.draw(st.booleans()),
        skip_existing=True,
        waits=data.draw(st.booleans()),
        forms=data.draw(forms(declared, page)),
        source=data.draw(st.none() | st.just(SOURCE)),
        changed=lambda _ref, _path: False,
    )
    plan = make_plan(desired, live)
    if not plan.changes:
        return
    again = make_plan(settled(desired, plan, live), live)
    assert changes_record(again) == changes_record(plan)


def test_a_text_that_differs_in_its_pins_alone_stays() -> None:
    """Whether the files behind the links have changed is a question to git, which is not there any more."""
    texts = {ref: SourceUrls(SOURCE.home, SOURCE.forge, ref).page("a.md") for ref in (OLD, NEW)}
    live = LiveMod("lamp", EMPTY_PAGE._replace(title="Lamp", description=texts[OLD]))
    desired = Desired(
        "lamp",
        PACKAGE,
        ModPage(description=texts[NEW]),
        version=parse_version("1.2.0"),
        source=SOURCE,
        changed=lambda _ref, _path: False,
    )
    plan = make_plan(desired, live)
    assert [change.kind for change in plan.changes] == ["release"]
    assert [one.kind for one in make_plan(replace(desired, source=None), live).changes] != [
        "release"
    ]
    assert settled(desired, plan, live).page.description == texts[OLD]


@pytest.mark.parametrize("waits", [False, True])
def test_a_version_that_waits_is_not_released_later(waits: bool) -> None:
    live = LiveMod("lamp", EMPTY_PAGE, (LiveRelease("1.1.0", "a" * 40),))
    desired = Desired(
        "lamp", PACKAGE, ModPage(faq="New"), version=parse_version("1.2.0"), waits=waits
    )
    plan = make_plan(desired, live)
    assert (settled(desired, plan, live).package is None) is waits
