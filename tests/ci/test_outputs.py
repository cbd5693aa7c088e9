import json
from pathlib import Path

import pytest

from factorio_release.archive import Archive
from factorio_release.ci.outputs import OUTPUTS, outputs_of
from factorio_release.report.model import ModReport, Report, Status


def mod_report(
    name: str = "big-mod", status: Status = Status.UPLOADED, *, changed: bool = True
) -> ModReport:
    return ModReport(
        mod=name,
        version="1.2.0",
        path=name,
        status=status,
        changed=changed,
        factorio_version="2.0",
        package=Archive(
            Path(f"/repo/dist/{name}_1.2.0.zip"),
            f"{name}_1.2.0.zip",
            7,
            "a1",
            "b2",
            (),
            "libdeflate",
        ),
        url=f"https://mods.factorio.com/mod/{name}",
        download_url=f"https://mods.factorio.com/download/{name}/1",
        notes="- one\n",
    )


def test_one_mod_fills_every_output() -> None:
    files = {"report": "/repo/out/report.json", "summary": "dist/summary.md"}
    outputs = outputs_of(Report((mod_report(),)), files, Path("/repo"))
    mods = json.loads(outputs.pop("mods"))
    assert outputs == {
        "mod": "big-mod",
        "version": "1.2.0",
        "status": "uploaded",
        "changed": "true",
        "zip": "dist/big-mod_1.2.0.zip",
        "zip-name": "big-mod_1.2.0.zip",
        "zip-size": "7",
        "zip-sha1": "a1",
        "zip-sha256": "b2",
        "url": "https://mods.factorio.com/mod/big-mod",
        "download-url": "https://mods.factorio.com/download/big-mod/1",
        "factorio-version": "2.0",
        "notes": "- one\n",
        "report": "out/report.json",
        "summary": "dist/summary.md",
        "plan": "",
        "plan-sha256": "",
    }
    assert mods[0]["mod"] == "big-mod"
    assert mods[0]["zip"] == "dist/big-mod_1.2.0.zip"


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ((Status.UPLOADED, Status.FAILED), "failed"),
        ((Status.UNCHANGED, Status.UPDATED), "updated"),
        ((Status.UNCHANGED, Status.UNCHANGED), "unchanged"),
        ((), "failed"),
    ],
)
def test_several_mods_have_one_status(statuses: tuple[Status, ...], whole: str) -> None:
    mods = tuple(mod_report(f"m{n}", status, changed=n == 1) for n, status in enumerate(statuses))
    outputs = outputs_of(Report(mods))
    assert tuple(outputs) == OUTPUTS
    assert outputs["status"] == whole
    assert outputs["changed"] == ("true" if mods else "false")
    assert outputs["mod"] == outputs["zip"] == ""
    assert [mod["mod"] for mod in json.loads(outputs["mods"])] == [mod.mod for mod in mods]


def test_without_a_package_the_names_are_there() -> None:
    report = Report((ModReport("m", "1.0.0", ".", Status.CHECKED),))
    outputs = outputs_of(report)
    assert tuple(outputs) == OUTPUTS
    assert (outputs["zip"], outputs["changed"]) == ("", "false")
