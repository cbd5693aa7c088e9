"""The form of a plan file is a contract: this is what is written, and docs/plan-file.md names all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from factorio_release.disk.upload_content import PrivateFile, UploadContent
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import EMPTY_PAGE, GalleryImage, ModPage
from factorio_release.parsers.version import parse_version
from factorio_release.plan import Desired, PlannedPackage
from factorio_release.plan_file.entry import IdleMod, PlanEntry, SavedPlan
from factorio_release.plan_file.reading import read_plan
from factorio_release.plan_file.records import record_of

GUIDE = (Path(__file__).parents[2] / "docs" / "plan-file.md").read_text("utf-8")
ZIP, PICTURE, OLD = "a" * 40, "b" * 40, "c" * 40
LIVE = LiveMod(
    "lamp-post",
    EMPTY_PAGE._replace(
        title="Lamp", tags=("trains",), images=(GalleryImage(OLD, url="https://a/c"),)
    ),
    (LiveRelease("0.9.0", "9" * 40),),
)
DESIRED = Desired(
    "lamp-post",
    PlannedPackage("1.0.0", "lamp-post_1.0.0.zip", ZIP, 10),
    ModPage(
        title="Lamp",
        tags=("trains", "power"),
        deprecated=False,
        images=(GalleryImage(PICTURE, "b.png", content_type="image/png"),),
    ),
    title="Lamp",
    summary="Light.",
    prune=True,
    version=parse_version("1.0.0"),
)
WRITTEN: dict[str, Any] = {
    "mod": "lamp-post",
    "version": "1.0.0",
    "path": "mods/lamp-post",
    "changes": [
        {"kind": "release", "before": "0.9.0", "after": "1.0.0"},
        {"kind": "add-image", "before": None, "after": PICTURE, "name": "b.png"},
        {"kind": "order-images", "before": [OLD], "after": [PICTURE], "removed": [OLD]},
        {
            "kind": "edit-details",
            "before": {"tags": ["trains"]},
            "after": {"tags": ["trains", "power"]},
        },
    ],
    "package": {
        "file": "packages/lamp-post_1.0.0.zip",
        "size": 10,
        "sha1": ZIP,
        "sha256": "d" * 64,
    },
    "images": [{"file": f"images/{PICTURE}", "size": 5, "sha1": PICTURE}],
    "desired": {
        "release": True,
        "title": "Lamp",
        "summary": "Light.",
        "page": {
            "title": "Lamp",
            "tags": ["trains", "power"],
            "deprecated": False,
            "images": [{"id": PICTURE, "name": "b.png", "content-type": "image/png"}],
        },
        "prune": True,
        "ordered": True,
        "sync-older": False,
        "page-failure": "warn",
    },
    "seen": {
        "releases": [{"version": "0.9.0", "sha1": "9" * 40}],
        "page": {
            "title": "Lamp",
            "summary": "",
            "description": "",
            "faq": "",
            "category": "",
            "tags": ["trains"],
            "license": "",
            "homepage": "",
            "source_url": "",
            "deprecated": False,
            "images": [{"id": OLD, "url": "https://a/c"}],
        },
    },
}


@pytest.fixture
def document() -> dict[str, Any]:
    private = PrivateFile()
    entry = PlanEntry(
        DESIRED,
        LIVE,
        "mods/lamp-post",
        UploadContent("lamp-post_1.0.0.zip", 10, ZIP, private),
        "d" * 64,
        {PICTURE: UploadContent("b.png", 5, PICTURE, private)},
        "warn",
    )
    idle = IdleMod("big-mod", "2.0.0", "mods/big-mod")
    return record_of(SavedPlan("https://mods.factorio.com", (entry,), (idle,)))


def test_what_is_written(document: dict[str, Any]) -> None:
    assert document["format"] == 1
    assert document["portal"] == "https://mods.factorio.com"
    mod, idle = document["mods"]
    assert mod == WRITTEN
    assert idle == {"mod": "big-mod", "version": "2.0.0", "path": "mods/big-mod", "changes": []}


def test_what_is_written_is_read_again(document: dict[str, Any]) -> None:
    read = read_plan(json.loads(json.dumps(document)))
    (mod,) = read.mods
    assert (mod.desired, mod.seen, mod.path) == (DESIRED, LIVE, "mods/lamp-post")
    assert (mod.package.sha1, mod.sha256, [*mod.images]) == (ZIP, "d" * 64, [PICTURE])
    assert (mod.page_failure, mod.changes) == ("warn", WRITTEN["changes"])
    assert read.idle == (IdleMod("big-mod", "2.0.0", "mods/big-mod"),)


def test_the_guide_names_every_key() -> None:
    section = GUIDE.partition("## The form of the file")[2]
    named = set(re.findall(r"`([a-z0-9-]+)`", section))
    keys = (
        WRITTEN.keys()
        | WRITTEN["package"].keys()
        | WRITTEN["desired"].keys()
        | WRITTEN["seen"].keys()
    )
    assert keys <= named


def spoilt(path: str, value: Any) -> dict[str, Any]:
    """Return the document with another value at a path such as `desired.page.tags`."""
    mod = json.loads(json.dumps(WRITTEN))
    *parents, last = path.split(".")
    inner = mod
    for one in parents:
        inner = inner[int(one)] if isinstance(inner, list) else inner[one]
    inner[last] = value
    return {"format": 1, "portal": "https://mods.factorio.com", "mods": [mod]}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("mod", 1, "mods[0].mod is not what it must be"),
        ("mod", "a/b", "mods[0].mod is not"),
        ("mod", ".hidden", "mods[0].mod is not"),
        ("mod", "x" * 101, "mods[0].mod is not"),
        ("version", "1.0", "'1.0' has 2 numbers"),
        ("changes", {}, "mods[0].changes is no list"),
        ("changes", [{}] * 600, "is no list of at most 510"),
        ("package", None, "mods[0].package is no object"),
        ("package.size", True, "mods[0].package.size is no number of bytes"),
        ("package.sha256", "d" * 63, "mods[0].package.sha256 is not"),
        ("images.0.sha1", "B" * 40, "mods[0].images[0].sha1 is not"),
        ("images.0.file", "../x", "mods[0].images[0].file is not images/"),
        ("desired.page-failure", "ignore", "mods[0].desired.page-failure is not"),
        ("desired.page.tags", "trains", "mods[0].desired.page.tags is no list"),
        ("desired.page.tags", ["\ud800"], "mods[0].desired.page.tags is no list"),
        ("desired.page.title", "\ud800", "mods[0].desired.page.title is not what it must be"),
        ("desired.page.deprecated", "no", "mods[0].desired.page.deprecated is neither"),
        ("desired.page.owner", "me", "mods[0].desired.page.owner is no field of a page"),
        ("seen", [], "mods[0].seen is no object"),
        ("seen.page", {}, "mods[0].seen.page lacks a field"),
        ("seen.releases", [{"version": "1", "sha1": "x"}], "mods[0].seen.releases[0].sha1 is not"),
    ],
)
def test_what_is_wrong_is_named(path: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_plan(spoilt(path, value))
