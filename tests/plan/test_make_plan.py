"""The plan as values: what is decided for every state of the portal, and that carrying it out ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.errors import PortalRefused, VersionTaken
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.live.normal_form import normal_form
from factorio_release.live.portal_forms import PortalForms
from factorio_release.mod_page import (
    CATEGORIES,
    DETAIL_FIELDS,
    EMPTY_PAGE,
    LICENSES,
    TAGS,
    GalleryImage,
    ModPage,
)
from factorio_release.page.image_references import image_reference
from factorio_release.parsers.version import parse_version
from factorio_release.plan import (
    AddImage,
    AddRelease,
    Desired,
    EditDetails,
    OrderImages,
    PlannedPackage,
    Publish,
    learn,
    make_plan,
)

if TYPE_CHECKING:
    from factorio_release.plan import (
        Plan,
    )

PACKAGE = PlannedPackage("1.2.0", "lamp_1.2.0.zip", "a" * 40, 1000)


def image(number: int) -> GalleryImage:
    return GalleryImage(
        f"{number:040x}", f"{number}.png", url=f"https://assets.example/{number}.png"
    )


def live(*versions: str, sha1: str = "a" * 40, **page: Any) -> LiveMod:
    releases = tuple(LiveRelease(version, sha1) for version in versions)
    return LiveMod("lamp", EMPTY_PAGE._replace(title="Lamp", **page), releases)


def desired_mod(
    package: PlannedPackage | None = PACKAGE,
    *,
    prune: bool = False,
    ordered: bool = True,
    **page: Any,
) -> Desired:
    return Desired("lamp", package, ModPage(**page), "Lamp", "Light.", prune=prune, ordered=ordered)


def kinds(plan: Plan) -> list[str]:
    return [change.kind for change in plan.changes]


def carried_out(plan: Plan, desired: Desired, before: LiveMod | None) -> LiveMod:
    """Return the portal's state after a plan, as the portal's documents have it."""
    mod = before or LiveMod(
        "lamp", EMPTY_PAGE._replace(title=desired.title, summary=desired.summary)
    )
    for change in plan.changes:
        page: dict[str, Any] = {}
        if isinstance(change, Publish | AddRelease):
            released = LiveRelease(change.package.version, change.package.sha1)
            mod = replace(mod, releases=(*mod.releases, released))
            page = dict(change.fields) if isinstance(change, Publish) else {}
        elif isinstance(change, EditDetails):
            page = dict(change.after)
        elif isinstance(change, AddImage):
            assert change.image.id not in {one.id for one in mod.page.images or ()}
            page = {"images": (*(mod.page.images or ()), change.image)}
        else:
            known = {one.id: one for one in mod.page.images or ()}
            page = {"images": tuple(known[one] for one in change.after)}
        mod = replace(mod, page=mod.page._replace(**page))
    return mod


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (None, ["publish"]),
        ([], ["release"]),
        (["1.1.0"], ["release"]),
        (["1.3.0"], ["release"]),
        (["1.2.0"], []),
        (["1.02.0"], []),
        (["odd", "1.2.0"], []),
    ],
)
def test_publish_release_or_nothing(versions: list[str] | None, expected: list[str]) -> None:
    assert (
        kinds(make_plan(desired_mod(), None if versions is None else live(*versions))) == expected
    )


def test_a_version_with_another_sum_is_taken() -> None:
    with pytest.raises(VersionTaken, match="with another SHA-1"):
        make_plan(desired_mod(), live("1.02.0", sha1="b" * 40))


def test_a_live_version_without_a_sum_is_a_notice() -> None:
    plan = make_plan(desired_mod(), live("1.2.0", sha1=""))
    assert plan.changes == ()
    assert ["is not known" in notice for notice in plan.notices] == [True]


def test_the_page_alone_of_a_mod_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PortalRefused) as caught:
        make_plan(desired_mod(None, title="Lamp"), None)
    assert caught.value.code == "UnknownMod"


def test_a_first_publish_sends_four_fields_with_the_zip_and_edits_the_rest() -> None:
    page: dict[str, Any] = {
        "description": "Text",
        "category": "tweaks",
        "license": "default_mit",
        "source_url": "https://a.example",
        "faq": "Q",
    }
    publish, edit = make_plan(desired_mod(**page, tags=("trains",)), None).changes
    assert isinstance(publish, Publish)
    assert set(publish.fields) == {"description", "category", "license", "source_url"}
    assert isinstance(edit, EditDetails)
    assert edit.after == {"faq": "Q", "tags": ("trains",)}


def test_what_is_not_declared_stays_and_what_is_empty_is_cleared() -> None:
    there = live("1.2.0", faq="Old", homepage="https://old.example", deprecated=True)
    assert make_plan(desired_mod(), there).changes == ()
    (edit,) = make_plan(desired_mod(faq="", deprecated=False), there).changes
    assert isinstance(edit, EditDetails)
    assert (edit.before, edit.after) == (
        {"faq": "Old", "deprecated": True},
        {"faq": "", "deprecated": False},
    )


@pytest.mark.parametrize(
    ("field", "here", "there"),
    [
        ("description", "a\nb\n", "a\r\nb"),
        ("category", "no-category", ""),
        ("tags", ("trains", "power"), ("power", "trains")),
        ("faq", "", "\n"),
    ],
)
def test_values_with_the_same_normal_form_are_no_change(field: str, here: Any, there: Any) -> None:
    assert make_plan(desired_mod(**{field: here}), live("1.2.0", **{field: there})).changes == ()


@pytest.mark.parametrize(
    ("here", "there", "left_alone"),
    [
        ("1.2.0", ["1.3.0", "1.2.0"], True),
        ("1.2.0", ["1.2.0", "1.1.9"], False),
        ("1.9.0", ["1.10.0"], True),
        ("1.10.0", ["1.9.0"], False),
        ("1.2.0", ["1.02.0"], False),
        ("1.2.0", ["1.2.01"], True),
        ("1.2.0", ["odd"], False),
        ("1.2.0", [], False),
    ],
)
@pytest.mark.parametrize("package", [PACKAGE, None])
def test_the_page_belongs_to_the_highest_version(
    here: str, there: list[str], left_alone: bool, package: PlannedPackage | None
) -> None:
    page: dict[str, Any] = {"faq": "Old words", "images": (image(1),)}
    desired = replace(desired_mod(package, **page), version=parse_version(here))
    portal = live(*there, faq="New words", images=(image(2),))
    plan = make_plan(desired, portal)
    page_kinds = [kind for kind in kinds(plan) if kind not in {"publish", "release"}]
    assert page_kinds == ([] if left_alone else ["add-image", "order-images", "edit-details"])
    assert any("`sync-older: true`" in notice for notice in plan.notices) is left_alone
    chosen = make_plan(replace(desired, sync_older=True), portal)
    assert "edit-details" in kinds(chosen)


def test_an_older_version_with_the_same_page_has_no_notice() -> None:
    desired = replace(desired_mod(faq="Words"), version=parse_version("1.2.0"))
    assert make_plan(desired, live("1.2.0", "1.3.0", faq="Words")).notices == ()


def test_tags_cannot_be_cleared_and_the_plan_says_so() -> None:
    plan = make_plan(desired_mod(tags=()), live("1.2.0", tags=("trains",)))
    assert plan.changes == ()
    assert "cannot remove the last tag" in plan.notices[0]


@pytest.mark.parametrize(
    ("here", "there", "prune", "expected", "after"),
    [
        ([1, 2], [], False, ["add-image", "add-image"], None),
        ([1, 2], [1, 2], False, [], None),
        ([2, 1], [1, 2], False, ["order-images"], [2, 1]),
        ([1, 3, 2], [1, 2], False, ["add-image", "order-images"], [1, 3, 2]),
        ([1], [1, 2], False, [], None),
        ([1], [1, 2], True, ["order-images"], [1]),
        ([1], [2, 1], False, ["order-images"], [1, 2]),
        ([], [1], True, ["order-images"], []),
        ([], [1], False, [], None),
        ([1, 1, 2], [], False, ["add-image", "add-image"], None),
    ],
)
def test_the_gallery(
    here: list[int], there: list[int], prune: bool, expected: list[str], after: list[int] | None
) -> None:
    desired = desired_mod(prune=prune, images=tuple(map(image, here)))
    plan = make_plan(desired, live("1.2.0", images=tuple(map(image, there))))
    assert kinds(plan) == expected
    orders = [change.after for change in plan.changes if isinstance(change, OrderImages)]
    assert orders == ([tuple(image(number).id for number in after)] if after is not None else [])
    extra = set(there) - set(here)
    assert bool(plan.notices) == (bool(extra) and not prune)


def test_images_that_only_a_text_shows_need_no_order() -> None:
    there = live("1.2.0", images=(image(2), image(1), image(9)))
    assert make_plan(desired_mod(ordered=False, images=(image(1), image(2))), there).changes == ()


def test_a_text_gets_the_addresses_of_its_gallery_images() -> None:
    text = f"![]({image_reference(image(1).id)})"
    shown = live("1.2.0", images=(image(1),), description="![](https://assets.example/1.png)")
    assert make_plan(desired_mod(description=text), shown).changes == ()
    publish, _, edit = make_plan(desired_mod(description=text, images=(image(1),)), None).changes
    assert isinstance(publish, Publish)
    assert publish.fields == {}
    assert isinstance(edit, EditDetails)


texts = st.text(alphabet="ab \n\r\tÄ#[", max_size=12)
fields = {
    "title": texts,
    "summary": texts,
    "description": texts,
    "faq": texts,
    "category": st.sampled_from(CATEGORIES),
    "tags": st.lists(st.sampled_from(TAGS[:4]), unique=True, max_size=3).map(tuple),
    "license": st.sampled_from(sorted(LICENSES)),
    "homepage": texts,
    "source_url": texts,
    "deprecated": st.booleans(),
}
galleries = st.lists(st.integers(1, 5).map(image), unique=True, max_size=5).map(tuple)
pages_here = st.fixed_dictionaries({}, optional={**fields, "images": galleries})
pages_there = st.fixed_dictionaries({**fields, "images": galleries})
versions_there = st.lists(st.sampled_from(["1.0.0", "1.2.0", "1.3.0"]), unique=True)


@given(
    pages_here,
    st.none() | st.tuples(versions_there, pages_there),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_after_a_plan_there_is_nothing_left_to_plan(
    here: dict[str, Any],
    there: tuple[list[str], dict[str, Any]] | None,
    prune: bool,
    ordered: bool,
    package: bool,
) -> None:
    before = (
        LiveMod("lamp", ModPage(**there[1]), tuple(LiveRelease(v, "a" * 40) for v in there[0]))
        if there
        else None
    )
    desired = desired_mod(
        PACKAGE if package or before is None else None, prune=prune, ordered=ordered, **here
    )
    plan = make_plan(desired, before)
    after = carried_out(plan, desired, before)
    assert make_plan(desired, after).changes == ()
    if before:
        untouched = [name for name in DETAIL_FIELDS if name not in here]
        assert all(getattr(after.page, name) == getattr(before.page, name) for name in untouched)
    kept = {one.id for one in (before.page.images or () if before else ())}
    if not (prune and ordered):
        assert kept <= {one.id for one in after.page.images or ()}


@st.composite
def portals_forms(draw: st.DrawFn) -> dict[str, Any]:
    """Return a portal's habits: what it makes of each kind of value."""
    return {
        "line_end": draw(st.sampled_from(["\n", "\r\n"])),
        "strips": draw(st.booleans()),
        "slash": draw(st.booleans()),
        "shouts": draw(st.frozensets(st.sampled_from(["title", "description", "faq"]))),
        "ignores": draw(st.frozensets(st.sampled_from(DETAIL_FIELDS))),
        "sorts_images": draw(st.booleans()),
        "encodes_images": draw(st.booleans()),
    }


def kept_by(portal: dict[str, Any], name: str, value: Any, before: Any) -> Any:
    """Return what such a portal shows after `value` was sent where it had `before`."""
    if name in portal["ignores"]:
        return before
    if name == "tags":
        return tuple(sorted(tag.title() for tag in value))
    if name in {"description", "faq", "title", "summary"}:
        lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = portal["line_end"].join(
            line.rstrip(" \t") if portal["strips"] else line for line in lines
        )
        return text.upper() if name in portal["shouts"] else text
    if name in {"homepage", "source_url"}:
        return (
            f"{value}/" if portal["slash"] and value and not value.endswith(("/", " ")) else value
        )
    return value


def shown_after(
    plan: Plan, before: LiveMod, portal: dict[str, Any]
) -> tuple[LiveMod, dict[str, str]]:
    """Return the mod after a plan of its page, and the ids that the portal gave to images."""
    page, given = before.page, {}
    for change in plan.changes:
        if isinstance(change, AddImage):
            new = change.image.id[::-1] if portal["encodes_images"] else change.image.id
            given[change.image.id] = new
            page = page._replace(images=(*(page.images or ()), change.image._replace(id=new)))
        elif isinstance(change, OrderImages):
            known = {one.id: one for one in page.images or ()}
            ids = [given.get(one, one) for one in change.after]
            page = page._replace(
                images=tuple(known[i] for i in (sorted(ids) if portal["sorts_images"] else ids)),
            )
        elif isinstance(change, EditDetails):
            kept = {n: kept_by(portal, n, v, getattr(page, n)) for n, v in change.after.items()}
            page = page._replace(**kept)
    return replace(before, page=page), given


@given(pages_here, pages_there, portals_forms(), st.booleans(), st.booleans())
def test_nothing_is_sent_again_to_a_portal_with_forms_of_its_own(
    here: dict[str, Any], there: dict[str, Any], portal: dict[str, Any], prune: bool, ordered: bool
) -> None:
    before = LiveMod("lamp", ModPage(**there), (LiveRelease("1.2.0", "a" * 40),))
    desired = desired_mod(PACKAGE, prune=prune, ordered=ordered, **here)
    plan = make_plan(desired, before)
    after, given = shown_after(plan, before, portal)
    forms = desired.forms._replace(images=given)
    left = make_plan(replace(desired, forms=forms), after)
    forms, notes = learn(forms, plan, left, before)
    again = make_plan(replace(desired, forms=forms), after)
    assert again.changes == ()
    assert bool(left.changes) == bool(notes)
    edits = [change for change in left.changes if isinstance(change, EditDetails)]
    assert sorted(forms.fields) == sorted(name for edit in edits for name in edit.after)


@given(pages_here, pages_there, st.booleans())
def test_a_portal_that_stores_normal_forms_needs_no_learning(
    here: dict[str, Any], there: dict[str, Any], slash: bool
) -> None:
    before = LiveMod("lamp", ModPage(**there), (LiveRelease("1.2.0", "a" * 40),))
    desired = desired_mod(PACKAGE, **here)
    plan = make_plan(desired, before)
    after = carried_out(plan, desired, before)
    normal: dict[str, Any] = {
        name: normal_form(name, getattr(after.page, name)) for name in DETAIL_FIELDS
    }
    assert make_plan(desired, replace(after, page=after.page._replace(**normal))).changes == ()


def test_a_learnt_form_counts_only_for_its_two_values() -> None:
    desired, before = desired_mod(faq="Words"), live("1.2.0", faq="Old")
    plan = make_plan(desired, before)
    forms, _ = learn(desired.forms, plan, plan, before)
    learnt = replace(desired, forms=forms)
    assert make_plan(learnt, before).changes == ()
    assert "faq" in make_plan(learnt, before).notices[0]
    assert make_plan(learnt, live("1.2.0", faq="Somebody's")).changes
    assert make_plan(replace(learnt, page=ModPage(faq="Other words")), before).changes


def test_an_image_whose_given_id_is_gone_is_added_under_its_own() -> None:
    """Somebody removed it: after the upload the portal may keep it under its SHA-1."""
    forms = PortalForms(images={image(1).id: image(7).id})
    desired = replace(desired_mod(images=(image(2), image(1))), forms=forms)
    there = make_plan(desired, live("1.2.0", images=(image(2), image(7))))
    assert there.changes == ()
    gone = make_plan(desired, live("1.2.0", images=(image(2),)))
    assert kinds(gone) == ["add-image"]
    back = make_plan(desired, live("1.2.0", images=(image(1), image(2))))
    (order,) = back.changes
    assert isinstance(order, OrderImages)
    assert order.after == (image(2).id, image(1).id)


def test_a_sum_that_the_portal_gave_counts_for_its_package_alone() -> None:
    """Two packages were sent and repacked: one is not the other."""
    forms = PortalForms(packages={"a" * 40: "b" * 40, "c" * 40: "d" * 40})
    desired = replace(desired_mod(), forms=forms)
    assert make_plan(desired, live("1.2.0", sha1="b" * 40)).changes == ()
    assert make_plan(desired, live("1.2.0", sha1="a" * 40)).changes == ()
    with pytest.raises(VersionTaken):
        make_plan(desired, live("1.2.0", sha1="d" * 40))


def test_only_a_field_that_was_sent_is_learnt() -> None:
    """A field that somebody changed during the run is no form of the portal's; neither is a lost image."""
    desired = desired_mod(faq="Words", summary="Light", images=(image(1), image(2)))
    sent = make_plan(desired, live("1.2.0", summary="Light", images=(image(2),)))
    after = make_plan(desired, live("1.2.0", summary="Theirs", faq="WORDS", images=(image(2),)))
    forms, notes = learn(desired.forms, sent, after, live("1.2.0"))
    assert set(forms.fields) == {"faq"}
    assert forms.gallery is None
    assert sum("run the same command again" in note for note in notes) == 2
