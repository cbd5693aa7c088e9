"""Reports to render: one with everything in it, and ones full of a hostile text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from factorio_release.archive import Archive, ArchivedFile
from factorio_release.checks import IgnoredFinding
from factorio_release.findings import Finding, Severity
from factorio_release.mod_page import GalleryImage
from factorio_release.plan import (
    AddImage,
    AddRelease,
    EditDetails,
    OrderImages,
    Plan,
    PlannedPackage,
    Publish,
)
from factorio_release.report.model import (
    ModReport,
    Public,
    Report,
    Status,
    Step,
    StepName,
    StepStatus,
)

INFO = '{\n  "name": "big-mod",\n\t"version": "1.0"\n}\n'


def finding(code: str = "version-format", **more: object) -> Finding:
    known = {
        "severity": Severity.ERROR,
        "message": "the version has two numbers where three are wanted",
        "file": "big-mod/info.json",
        "line": 3,
        "column": 13,
        "hint": "write 1.0.0",
    }
    return Finding(code, **(known | more))  # type: ignore[arg-type]  # the table above has the types


def package(path: str = "dist/big-mod_1.2.0.zip") -> Archive:
    files = (
        ArchivedFile("data.lua", 1200, 300),
        ArchivedFile("graphics/big.png", 5_000_000, 4_900_000),
        ArchivedFile("info.json", 120, 80),
    )
    return Archive(
        path=Path(path),
        name="big-mod_1.2.0.zip",
        size=4_901_234,
        sha1="a" * 40,
        sha256="b" * 64,
        files=files,
        compressor="libdeflate",
    )


def plan() -> Plan:
    planned = PlannedPackage("1.2.0", "big-mod_1.2.0.zip", "a" * 40, 4_901_234)
    images = [str(number) * 40 for number in range(5)]
    return Plan(
        "big-mod",
        (
            AddRelease(planned, "1.1.9"),
            AddImage(GalleryImage(images[4], "overview.png")),
            OrderImages(
                tuple(images[:4]),
                (images[2], images[0], images[1], images[4]),
                {images[3]: "https://assets.example.org/3.png"},
            ),
            EditDetails(
                {
                    "summary": "Old",
                    "description": "# Big\n\nOld text\n",
                    "tags": ("trains",),
                    "faq": "x",
                },
                {
                    "summary": "New",
                    "description": "# Big\n\nNew text\n",
                    "tags": ("trains", "power"),
                    "faq": "",
                },
            ),
        ),
        ("the portal does not allow removing all tags",),
    )


@pytest.fixture
def finding_of() -> Callable[..., Finding]:
    return finding


@pytest.fixture
def full_report() -> Report:
    findings = (
        finding("long-line", severity=Severity.HINT, hint=""),
        finding("thumbnail-missing", severity=Severity.WARNING, file="", line=0, column=0),
        finding(),
    )
    steps = (
        Step(StepName.CHECK, StepStatus.DONE),
        Step(StepName.RELEASE, StepStatus.FAILED, "InvalidApiKey: the key is not known"),
        Step(StepName.IMAGES, StepStatus.SKIPPED, "no image is declared"),
        Step(StepName.DETAILS, StepStatus.NOT_RUN, "the release failed"),
    )
    mod = ModReport(
        mod="big-mod",
        version="1.2.0",
        path="big-mod",
        status=Status.FAILED,
        factorio_version="2.0",
        package=package(),
        packed=tuple((file.path, file.size) for file in package().files),
        left_out=(("big-mod/.github/ci.yml", "excluded by the rules"),),
        plan=plan(),
        steps=steps,
        findings=findings,
        ignored=(IgnoredFinding(finding("thumbnail-size", line=0, column=0), "square on purpose"),),
        warnings=("the growth of the package is 40 %",),
        error="InvalidApiKey: the key is not known",
        hint="create a key with the usage 'ModPortal: Upload Mods'",
        public=Public.YES,
        missing=("the page's description",),
        todo="`factorio-release page` finishes the page",
        url="https://mods.factorio.com/mod/big-mod",
        notes="### Changes\n- **Bold** entry\n",
        exit_code=4,
        sources={"big-mod/info.json": INFO},
    )
    fine = ModReport("small-mod", "0.1.0", "small-mod", Status.UNCHANGED, plan=Plan("small-mod"))
    return Report((mod, fine), exit_code=4)


@pytest.fixture
def new_mod_report() -> Report:
    planned = PlannedPackage("1.2.0", "big-mod_1.2.0.zip", "a" * 40, 120)
    fields: dict[str, str | bool | tuple[str, ...]] = {
        "category": "content",
        "deprecated": False,
        "description": "\n".join(f"line {number}" for number in range(80)),
    }
    publish = Publish(planned, fields)
    return Report(
        (ModReport("big-mod", "1.2.0", ".", Status.PLANNED, plan=Plan("big-mod", (publish,))),)
    )
