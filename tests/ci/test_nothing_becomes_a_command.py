"""Text from a mod or from the portal, in every place of a report and every rendering, stays text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factorio_release.archive import Archive, ArchivedFile
from factorio_release.checks import IgnoredFinding
from factorio_release.findings import Finding, Severity
from factorio_release.mod_page import GalleryImage
from factorio_release.plan import (
    AddImage,
    AddRelease,
    EditDetails,
    Gallery,
    OrderImages,
    Plan,
    PlannedPackage,
    Publish,
)
from factorio_release.report.formats import render
from factorio_release.report.model import (
    ModReport,
    Public,
    Report,
    Status,
    Step,
    StepName,
    StepStatus,
)
from factorio_release.report.package_content import render_listing
from factorio_release.report.preview import question, render_preview
from factorio_release.report.summary import render_summary
from factorio_release.report.text import render_text
from factorio_release.settings.options import FORMATS

LINES = Path(__file__).with_name("nasty.txt").read_text("utf-8").splitlines()
NASTY = [
    *LINES,
    *(f"harmless\n{line}" for line in LINES[:8]),
    *(f"harmless\r{line}" for line in LINES[:4]),
    "\u3000::error::wide space",
    "\u2028::error::separator",
    "\x85::error::next line",
    "\x1b[2J\x1b]0;title\x07",
    "\u202egnp.lua",
    "lone\ud800surrogate",
    "nul\0",
    ":",
    "##",
]
PIECES = st.lists(
    st.sampled_from(
        ["::", ":", "##[", "##", "[", "]", "error", "add-mask", " ", "\n", "\r", "%0A", "x"]
    )
)


def full_of(text: str) -> Report:
    finding = Finding(text, Severity.ERROR, text, text, 1, 2, text)
    package = PlannedPackage(text, text, text, 1)
    archive = Archive(
        Path(text.replace("\0", "")), text, 1, text, text, (ArchivedFile(text, 1, 1),), text
    )
    plan = Plan(
        text,
        (
            Publish(package, {"title": text, "description": f"{text}\n{text}", "tags": (text,)}),
            AddRelease(package, text),
            AddImage(GalleryImage(text, text)),
            OrderImages((text, "a"), ("b", text)),
            EditDetails({text: f"a\n{text}"}, {text: f"b\n{text}", "faq": text}),
        ),
        (text,),
        gallery=Gallery((GalleryImage(text, text, url=f"https://{text}"),), ()),
    )
    mod = ModReport(
        mod=text,
        version=text,
        path=text,
        status=Status.FAILED,
        package=archive,
        left_out=((text, text),),
        plan=plan,
        steps=(
            Step(StepName.RELEASE, StepStatus.FAILED, text),
            Step(StepName.IMAGES, StepStatus.SKIPPED, text),
        ),
        findings=(finding,),
        ignored=(IgnoredFinding(finding, text),),
        warnings=(text,),
        error=text,
        hint=text,
        public=Public.NO,
        before=text,
        missing=(text,),
        todo=text,
        packed=((text, 1),),
        url=text,
        download_url=text,
        notes=text,
        sources={text: f"{text}\n{text}"},
    )
    return Report((mod, mod), exit_code=4)


def planned_of(report: Report) -> Report:
    return Report(tuple(mod._replace(status=Status.PLANNED) for mod in report.mods))


def renderings(report: Report) -> dict[str, str]:
    shown = {form: render(report, form) for form in FORMATS}
    shown["colour"] = render_text(report, color=True, whole=True)
    shown["preview"] = render_preview(report, whole=True)
    shown["question"] = question(planned_of(report), "https://mods.factorio.com") + "\n"
    shown["check-json"] = render(report, "json", check=True)
    shown["summary"] = render_summary(report)
    shown["listing"] = render_listing(report)
    return shown


@pytest.mark.parametrize("text", NASTY)
def test_the_runner_gets_only_our_annotations(
    text: str, runner_hears: Callable[[str], list[Any]]
) -> None:
    for form, log in renderings(full_of(text)).items():
        allowed = {"error", "warning", "notice"} if form == "github" else set()
        heard = runner_hears(log)
        assert {command.name for command in heard} <= allowed, form
        log.encode("utf-8")
        if form != "colour":
            assert not set(log) & set("\x1b\x07\0\r\x85\u2028\u202e"), form


@given(PIECES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_of_text_do_not_join_to_a_command(
    runner_hears: Callable[[str], list[Any]], pieces: list[str]
) -> None:
    for form, log in renderings(full_of("".join(pieces))).items():
        if form != "github":
            assert runner_hears(log) == [], form


@pytest.mark.parametrize("text", NASTY)
def test_the_text_of_an_annotation_adds_no_property(
    text: str, runner_hears: Callable[[str], list[Any]]
) -> None:
    for command in runner_hears(render(full_of(text), "github")):
        assert set(command.properties) <= {"title", "file", "line", "col"}
        assert command.properties.get("line", "1") == "1"
