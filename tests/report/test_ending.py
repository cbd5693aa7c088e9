"""The end of a run in words: every combination says what is public, what is not, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from factorio_release.plan import AddRelease, EditDetails, Plan, PlannedPackage, Publish
from factorio_release.report.ending import answers, headline, outcome, things_to_do
from factorio_release.report.model import ModReport, Public, Report, Status, failed_report
from factorio_release.report.preview import question, render_preview
from factorio_release.report.text import render_text

URL = "https://mods.factorio.com/mod/lamp"


def mod_of(status: Status = Status.FAILED, **more: Any) -> ModReport:
    return ModReport("lamp", "1.1.0", ".", status)._replace(**more)


@pytest.mark.parametrize(
    ("public", "more", "ended", "told"),
    [
        (
            Public.YES,
            {"url": URL, "missing": ("the image a.png", "the page's faq"), "changed": True},
            "failed, but 1.1.0 is public; its page is not finished",
            {"public": f"lamp 1.1.0, {URL}", "not public": "the image a.png, the page's faq"},
        ),
        (
            Public.YES,
            {"url": URL},
            "failed, but 1.1.0 is public",
            {"public": f"lamp 1.1.0, {URL}"},
        ),
        (
            Public.NO,
            {"url": URL, "before": "1.0.0"},
            "failed; 1.1.0 is not public",
            {"public": f"lamp 1.0.0, as before, {URL}", "not public": "lamp 1.1.0"},
        ),
        (
            Public.NO,
            {},
            "failed; 1.1.0 is not public",
            {"public": "nothing: the portal does not have lamp", "not public": "lamp 1.1.0"},
        ),
        (
            Public.UNKNOWN,
            {},
            "failed; whether 1.1.0 is public is not known",
            {"public": "whether lamp 1.1.0 is public is not known"},
        ),
        (
            Public.OTHER,
            {"url": URL},
            "failed; 1.1.0 is public with other content",
            {"public": f"lamp 1.1.0, with other content than here, {URL}"},
        ),
        (
            Public.AS_BEFORE,
            {},
            "failed; nothing was written",
            {"public": "the same as before: nothing of lamp was written to the portal"},
        ),
        (
            Public.AS_BEFORE,
            {"url": URL, "before": "1.0.0", "changed": True, "missing": ("the page's faq",)},
            "failed; the page is not finished",
            {"public": f"lamp 1.0.0, {URL}", "not public": "the page's faq"},
        ),
    ],
)
def test_a_failed_run_says_what_is_public(
    public: Public, more: dict[str, Any], ended: str, told: dict[str, str]
) -> None:
    mod = mod_of(public=public, todo="run it again", **more)
    assert outcome(mod) == ended
    assert dict(answers(mod)) == told | {"to do": "run it again"}


def test_a_run_that_went_well_leaves_nothing_to_do() -> None:
    mod = mod_of(Status.UPLOADED, public=Public.YES, url=URL)
    assert answers(mod) == (("public", f"lamp 1.1.0, {URL}"), ("to do", "nothing"))


@pytest.mark.parametrize("status", [Status.CHECKED, Status.BUILT, Status.FAILED, Status.REHEARSED])
def test_a_run_without_the_portal_has_nothing_to_say_of_it(status: Status) -> None:
    assert answers(mod_of(status)) == ()


@pytest.mark.parametrize("status", Status)
def test_the_outcome_begins_with_the_status(status: Status) -> None:
    assert outcome(mod_of(status)).startswith(str(status))


@pytest.mark.parametrize("code", [1, 2, 3, 130])
def test_a_run_without_a_mod_says_it_too(code: int) -> None:
    (mod,) = failed_report("wrong", code, may_write=True).mods
    assert [label for label, _ in answers(mod)] == ["public", "to do"]
    assert answers(failed_report("wrong", code).mods[0]) == ()


def test_the_headline_of_several_mods_counts_how_they_ended() -> None:
    statuses = (Status.PUBLISHED, Status.FAILED, Status.PUBLISHED, Status.SKIPPED)
    mods = tuple(mod_of(status, mod=str(number)) for number, status in enumerate(statuses))
    assert headline(Report(mods)) == "4 mods: 1 failed, 2 published, 1 skipped"


def test_after_several_mods_the_last_lines_say_what_to_do() -> None:
    again = "run the same command again"
    mods = (
        mod_of(mod="a", public=Public.NO, todo=again),
        mod_of(Status.UPLOADED, mod="b", public=Public.YES),
        mod_of(mod="c", public=Public.NO, todo=again),
        mod_of(mod="d", public=Public.NO, todo="fix it"),
    )
    text = render_text(Report(mods))
    assert text.splitlines()[-2:] == [f"to do: a, c: {again}", "to do: d: fix it"]
    assert text.count("to do") == 2
    assert things_to_do(Report((mods[1], mods[1]))) == ("nothing",)


PACKAGE = PlannedPackage("1.1.0", "lamp_1.1.0.zip", "a" * 40, 100)
NEW = Plan("lamp", (Publish(PACKAGE), EditDetails({"tags": ()}, {"tags": ("power",)})))
RELEASE = Plan("lamp", (AddRelease(PACKAGE, "1.0.0"),))
PAGE = Plan("lamp", (EditDetails({"faq": "a"}, {"faq": "b"}),))


def planned(name: str, plan: Plan, **more: Any) -> ModReport:
    return mod_of(Status.PLANNED, mod=name, path=name, plan=plan)._replace(**more)


@pytest.mark.parametrize(
    ("mods", "asked"),
    [
        ((planned("a", NEW),), "publish a 1.1.0 as a new mod"),
        ((planned("a", RELEASE),), "upload a 1.1.0 as a new release"),
        ((planned("a", PAGE),), "update the page of a"),
        (
            (planned("a", NEW), planned("b", RELEASE), planned("c", NEW), planned("d", PAGE)),
            (
                "publish a 1.1.0 and c 1.1.0 as new mods; upload b 1.1.0 as a new release; "
                "update the page of d"
            ),
        ),
        (
            (planned("a", NEW), planned("b", NEW, status=Status.FAILED), planned("c", Plan("c"))),
            "publish a 1.1.0 as a new mod",
        ),
    ],
)
def test_the_question_names_what_is_written_and_where(
    mods: tuple[ModReport, ...], asked: str
) -> None:
    warning, line = question(Report(mods), "https://mods.factorio.com").split("\n")
    assert line == f"{asked} on mods.factorio.com? [y/N] "
    assert ("for good" in warning) == ("1.1.0" in asked)


def test_several_mods_have_one_table() -> None:
    mods = (
        planned("a", NEW),
        planned("b", RELEASE),
        planned("c", PAGE),
        planned("d", Plan("d"), status=Status.UNCHANGED),
        planned("e", NEW, status=Status.FAILED, error="not released: it requires x"),
    )
    assert render_preview(Report(mods)).splitlines()[-6:] == [
        "mod  version  findings  plan",
        "a    1.1.0    none      publish as a new mod; 1 change of the page",
        "b    1.1.0    none      upload as a new release; the portal has 1.0.0",
        "c    1.1.0    none      update the page: 1 change",
        "d    1.1.0    none      unchanged",
        "e    1.1.0    none      failed: not released: it requires x",
    ]
