"""What is public after a run, what is missing and what to do, from what the run did: as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.apply.outcome import Outcome
from factorio_release.apply.standing import Facts, missing, page_exists, public_state, todo
from factorio_release.apply.writes import HiddenFile
from factorio_release.errors import (
    AnswerUnclear,
    Interrupted,
    NotReleased,
    PortalRefused,
    PortalUnreachable,
    ReleaseError,
    VersionTaken,
)
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage
from factorio_release.parsers.version import parse_version
from factorio_release.plan import AddImage, EditDetails, OrderImages, Plan, PlannedPackage, Publish
from factorio_release.report.model import Public, Step, StepName, StepStatus

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://mods.factorio.com/mod/lamp"
IMAGES = tuple(AddImage(GalleryImage(letter * 40, f"{letter}.png")) for letter in "ab")
PLAN = Plan(
    "lamp",
    (
        Publish(PlannedPackage("1.0.0", "lamp_1.0.0.zip", "c" * 40, 9)),
        *IMAGES,
        OrderImages((), ("b" * 40, "a" * 40)),
        EditDetails({"faq": "", "tags": ()}, {"faq": "x", "tags": ("power",)}),
    ),
)
WHOLE_PAGE = (
    "the images a.png and b.png",
    "the order of the gallery",
    "the page's faq and tags",
)


def facts(outcome: Outcome | None = None, *errors: ReleaseError, **more: Any) -> Facts:
    version = parse_version("1.0.0")
    made = Facts(
        "lamp",
        version,
        package=True,
        asked=True,
        live=None,
        plan=PLAN,
        outcome=outcome or Outcome(),
        errors=errors,
    )
    return made._replace(**more)


def after(*acts: Callable[[Outcome], object]) -> Outcome:
    outcome = Outcome()
    outcome.begun = True
    for act in acts:
        act(outcome)
    return outcome


def released(outcome: Outcome) -> None:
    outcome.accepted(StepName.RELEASE, "publish")
    outcome.done(StepName.RELEASE)


def one_image(outcome: Outcome) -> None:
    outcome.added.add("a" * 40)


def images_refused(outcome: Outcome) -> None:
    outcome.failed(StepName.IMAGES, PortalRefused("no"))


def details_done(outcome: Outcome) -> None:
    outcome.done(StepName.DETAILS)


def images_done(outcome: Outcome) -> None:
    outcome.done(StepName.IMAGES)


def sent(outcome: Outcome) -> None:
    outcome.sent_in_full(StepName.RELEASE)


def left_to_newer(outcome: Outcome) -> None:
    outcome.leave_page("the page belongs to 2.0.0")


LIVE = LiveMod("lamp", EMPTY_PAGE, (LiveRelease("1.0.0"),))
BUG = ReleaseError("a bug", "report it")
AGAIN = "run the same command again"
PAGE = "`factorio-release page` finishes the page"


@pytest.mark.parametrize(
    ("of", "public", "lacks", "next_step"),
    [
        pytest.param(facts(), Public.NO, WHOLE_PAGE, "`factorio-release release` makes", id="plan"),
        pytest.param(
            facts(package=False, plan=Plan("lamp", IMAGES)),
            Public.AS_BEFORE,
            WHOLE_PAGE[:1],
            "`factorio-release page` makes",
            id="plan of the page",
        ),
        pytest.param(
            facts(why_not="a pull request only plans"),
            Public.NO,
            WHOLE_PAGE,
            "nothing now: a pull request only plans",
            id="plan of a pull request",
        ),
        pytest.param(
            facts(after(released, images_done, details_done)), Public.YES, (), "", id="all done"
        ),
        pytest.param(
            facts(after(released, one_image, images_refused, details_done), PortalRefused("no")),
            Public.YES,
            ("the image b.png", "the order of the gallery"),
            f"correct what was refused; then {PAGE}",
            id="an image refused",
        ),
        pytest.param(
            facts(after(released, images_refused, details_done)),
            Public.YES,
            WHOLE_PAGE[:2],
            PAGE,
            id="an image refused, and page-failure warns",
        ),
        pytest.param(
            facts(after(released, left_to_newer)), Public.YES, (), "", id="left to a newer one"
        ),
        pytest.param(
            facts(after(released), PortalUnreachable("no answer")),
            Public.YES,
            WHOLE_PAGE,
            AGAIN,
            id="the network gone after the release",
        ),
        pytest.param(
            facts(after(released), Interrupted("interrupted")),
            Public.YES,
            WHOLE_PAGE,
            AGAIN,
            id="interrupted after the release",
        ),
        pytest.param(
            facts(after(released), BUG), Public.YES, WHOLE_PAGE, "report it", id="a bug after it"
        ),
        pytest.param(
            facts(after(sent), AnswerUnclear("who knows")),
            Public.UNKNOWN,
            WHOLE_PAGE,
            f"look at {URL} in some minutes, then {AGAIN}",
            id="the answer lost",
        ),
        pytest.param(
            facts(after(), HiddenFile("it is there, but hidden")),
            Public.UNKNOWN,
            WHOLE_PAGE,
            f"look at {URL}",
            id="the name taken and hidden",
        ),
        pytest.param(
            facts(after(released, images_refused, details_done), HiddenFile("an image is hidden")),
            Public.YES,
            WHOLE_PAGE[:2],
            AGAIN,
            id="an image hidden",
        ),
        pytest.param(
            facts(after(), PortalRefused("InvalidApiKey")),
            Public.NO,
            WHOLE_PAGE,
            f"correct what the error names, then {AGAIN}",
            id="the key refused",
        ),
        pytest.param(
            facts(None, VersionTaken("taken"), plan=None, live=LIVE),
            Public.OTHER,
            (),
            "`factorio-release bump patch`",
            id="the version out",
        ),
        pytest.param(
            facts(None, Interrupted("stopped", "begin again"), asked=False, plan=None),
            Public.AS_BEFORE,
            (),
            "begin again",
            id="interrupted before anything",
        ),
        pytest.param(
            facts(None, NotReleased("held", "see lib", exit_code=3)),
            Public.NO,
            WHOLE_PAGE,
            "see lib",
            id="held back",
        ),
        pytest.param(
            facts(blocked="errors", asked=False, plan=None),
            Public.AS_BEFORE,
            (),
            f"correct the errors, then {AGAIN}",
            id="findings before the portal was asked",
        ),
        pytest.param(
            facts(blocked="errors", plan=None, tag="v1.0.0"),
            Public.NO,
            (),
            "correct the errors, then commit, and set the tag again: this run uploaded nothing",
            id="findings of a tag",
        ),
        pytest.param(
            facts(blocked="errors and warnings", plan=None, live=LIVE),
            Public.YES,
            (),
            f"correct the errors and warnings, then {AGAIN}",
            id="findings of a version that is out",
        ),
    ],
)
def test_what_is_public_what_is_missing_and_what_to_do(
    of: Facts, public: Public, lacks: tuple[str, ...], next_step: str
) -> None:
    assert public_state(of) is public
    found = missing(of.outcome, of.plan) if of.plan else ()
    assert found == lacks
    told = todo(of, public, found, URL)
    assert told.startswith(next_step)
    assert bool(told) == bool(next_step)


def test_what_another_run_did_is_not_missing() -> None:
    """The plan was made before the other run; what it left is what this run still had to do."""
    outcome = after(released, details_done)
    outcome.left = Plan("lamp", PLAN.changes[-1:])
    assert missing(outcome, PLAN) == ()


def test_a_page_exists_once_its_mod_does() -> None:
    assert not page_exists(facts())
    assert not page_exists(facts(after(sent), AnswerUnclear("who knows")))
    assert page_exists(facts(after(released)))
    assert page_exists(facts(live=LIVE))
    outcome = Outcome()
    outcome.steps[StepName.RELEASE] = Step(StepName.RELEASE, StepStatus.FAILED)
    assert not page_exists(facts(outcome))
