"""Somebody else's client, FMTK, does its work against the embedded portal."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
import requests

from factorio_release.local_portal import DEMO_KEY, LocalPortal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.conftest import Program
    from tests.fmtk.conftest import Fmtk

pytestmark = pytest.mark.npm

INFO = {
    "name": "lamp-post",
    "version": "1.2.3",
    "title": "Lamp post",
    "author": "demo",
    "factorio_version": "2.0",
    "description": "Light at night",
    "homepage": "https://example.org/lamps",
    "dependencies": ["base >= 2.0"],
    "package": {
        "ignore": ["gallery/**", "README.md", "FAQ.md"],
        "gallery": ["gallery/b-d*.png", "gallery/a-*.png", "gallery/b-rain.png"],
        "readme": "README.md",
        "faq": "FAQ.md",
        "markdown": {"base_url": "https://example.org/raw/"},
    },
}
CHANGELOG = "-" * 99 + "\nVersion: 1.2.3\nDate: 2026-11-22\n  Changes:\n    - Brighter.\n"
README = """# Lamp post

A **bright** lamp, see [the manual](docs/manual.md).

![At night](gallery/c-night.png)
"""


def _png(shade: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" + bytes([shade, shade]))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


PICTURES = {
    name: _png(n) for n, name in enumerate(["a-day.png", "b-dusk.png", "b-rain.png", "c-night.png"])
}
IDS = {name: hashlib.sha1(content).hexdigest() for name, content in PICTURES.items()}


@pytest.fixture
def mod(tmp_path: Path) -> Path:
    folder = tmp_path / "lamp-post"
    (folder / "gallery").mkdir(parents=True)
    texts = {
        "info.json": json.dumps(INFO, indent=2),
        "changelog.txt": CHANGELOG,
        "README.md": README,
        "FAQ.md": "# FAQ\n\n## Why?\n\nBecause it is dark.\n",
        "control.lua": "-- nothing yet\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    for name, content in PICTURES.items():
        (folder / "gallery" / name).write_bytes(content)
    return folder


@pytest.fixture
def portal() -> Iterator[LocalPortal]:
    with LocalPortal(cache_seconds=0) as running:
        yield running
        assert running.defects == []


def _full(portal: LocalPortal) -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(
        f"{portal.url}/api/mods/lamp-post/full", timeout=10
    ).json()
    return answer


def test_its_package_is_uploaded_and_becomes_the_release(
    mod: Path, portal: LocalPortal, fmtk: Fmtk
) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    packaged = fmtk(mod, portal.url, "package", "--outdir", ".")
    built = mod / "lamp-post_1.2.3.zip"
    assert packaged.returncode == 0, packaged.stdout
    uploaded = fmtk(mod, portal.url, "upload", built.name, "lamp-post")
    assert (uploaded.returncode, "Published lamp-post" in uploaded.stdout) == (0, True), (
        uploaded.stdout
    )
    release = _full(portal)["releases"][-1]
    assert release["version"] == "1.2.3"
    assert release["sha1"] == hashlib.sha1(built.read_bytes()).hexdigest()
    assert release["info_json"] == {"factorio_version": "2.0", "dependencies": ["base >= 2.0"]}
    assert _full(portal)["changelog"] == CHANGELOG
    with zipfile.ZipFile(built) as archive:
        assert "lamp-post_1.2.3/control.lua" in archive.namelist()
    finish = next(record for record in portal.log if record.endpoint == "finish_upload")
    assert (finish.files["file"].filename, finish.had_key) == ("lamp-post.zip", True)


def test_its_details_arrive_with_the_gallery_in_order(
    mod: Path, portal: LocalPortal, fmtk: Fmtk
) -> None:
    portal.seed_mod(
        "lamp-post", title="Old", category="utilities", images=[_png(99), PICTURES["b-rain.png"]]
    )
    answer = fmtk(mod, portal.url, "details")
    assert (answer.returncode, "Details updated" in answer.stdout) == (0, True), answer.stdout
    full = _full(portal)
    shown = {key: full[key] for key in ("title", "summary", "homepage", "category")}
    assert shown == {
        "title": "Lamp post",
        "summary": "Light at night",
        "homepage": "https://example.org/lamps",
        "category": "utilities",
    }
    # One file a pattern: FMTK reads the matches of one pattern at once, and the fastest comes first.
    order = ["b-dusk.png", "a-day.png", "b-rain.png", "c-night.png"]
    assert [image["id"] for image in full["images"]] == [IDS[name] for name in order]
    night = full["images"][-1]["url"]
    assert "[the manual](https://example.org/raw/docs/manual.md)" in full["description"]
    assert f"![At night]({night})" in full["description"]
    assert "# Lamp post" not in full["description"]
    # A form of Node's fetch carries every line end of a text as CRLF.
    assert full["faq"] == "## Why?\r\n\r\nBecause it is dark.\r\n"
    page = requests.get(f"{portal.url}/mod/lamp-post", timeout=10).text
    assert f'src="{night.removeprefix(portal.url)}"' in page


def test_its_second_run_uploads_no_image_again(mod: Path, portal: LocalPortal, fmtk: Fmtk) -> None:
    portal.seed_mod("lamp-post")
    fmtk(mod, portal.url, "details")
    before, first = portal.state.snapshot(), len(portal.log)
    fmtk(mod, portal.url, "details")
    assert portal.state.snapshot() == before
    assert not [
        record for record in portal.log[first:] if record.endpoint in {"images_add", "finish_image"}
    ]


@pytest.mark.parametrize(
    ("arguments", "key", "message"),
    [
        (["upload", "lamp-post_1.2.3.zip", "lamp-post"], "wrong", "Missing or invalid API key"),
        (["upload", "lamp-post_1.2.3.zip", "nobody"], None, "Unknown Mod"),
    ],
)
def test_it_shows_the_portals_message(
    *,
    mod: Path,
    portal: LocalPortal,
    fmtk: Fmtk,
    arguments: list[str],
    key: str | None,
    message: str,
) -> None:
    portal.seed_mod("lamp-post")
    fmtk(mod, portal.url, "package", "--outdir", ".")
    answer = fmtk(mod, portal.url, *arguments, **({"key": key} if key else {}))
    assert message in answer.stdout
    assert portal.state.mods["lamp-post"].releases == []


def test_ours_finds_nothing_to_change_after_its_details(
    mod: Path, portal: LocalPortal, fmtk: Fmtk, program: Program
) -> None:
    portal.seed_mod("lamp-post", images=[_png(99)])
    assert "Details updated" in fmtk(mod, portal.url, "details").stdout
    ran = program("page", str(mod), "--plan", "--portal-url", portal.url)
    assert (ran.code, ran.mod["plan"]) == (0, []), ran.out


def test_ours_brings_about_what_its_details_would_have(
    mod: Path, portal: LocalPortal, fmtk: Fmtk, program: Program
) -> None:
    portal.seed_mod("lamp-post", images=[_png(99)])
    key = {"FACTORIO_API_KEY": DEMO_KEY}
    assert program("page", str(mod), "--yes", "--portal-url", portal.url, env=key).code == 0
    ours = _full(portal)
    fmtk(mod, portal.url, "details")
    theirs = _full(portal)
    assert [image["id"] for image in ours["images"]] == [image["id"] for image in theirs["images"]]
    for field in ("title", "summary", "homepage", "description", "faq"):
        assert ours[field].split() == theirs[field].split(), field
