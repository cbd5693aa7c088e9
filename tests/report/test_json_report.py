import json

from factorio_release.report.formats import render
from factorio_release.report.model import Report


def test_the_report_has_the_promised_shape(full_report: Report) -> None:
    record = json.loads(render(full_report, "json"))
    assert record == full_report.record() | {
        "mods": [json.loads(json.dumps(m.record())) for m in full_report.mods]
    }
    assert list(record) == ["tool", "mods", "exit_code"]
    assert [change["kind"] for change in record["mods"][0]["plan"]] == [
        "release",
        "add-image",
        "order-images",
        "edit-details",
    ]
    assert [(step["name"], step["status"]) for step in record["mods"][0]["steps"]] == [
        ("check", "done"),
        ("release", "failed"),
        ("images", "skipped"),
        ("details", "not-run"),
    ]


def test_check_has_a_shape_of_its_own(full_report: Report) -> None:
    record = json.loads(render(full_report, "json", check=True))
    assert {name: record[name] for name in ("errors", "warnings")} == {"errors": 2, "warnings": 1}
    big, small = record["mods"]
    assert list(small) == ["mod", "version", "path", "findings"]
    assert list(big["findings"][0]) == [
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "hint",
        "docs",
    ]
    assert big["error"] == "InvalidApiKey: the key is not known"


def test_json_is_ascii(full_report: Report) -> None:
    render(full_report, "json").encode("ascii")
