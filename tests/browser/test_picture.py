"""The rehearsed page of the example mod, looked at in a real browser."""

import importlib.util
import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("picture", ROOT / "scripts" / "picture.py")
assert _SPEC
assert _SPEC.loader
picture = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(picture)
NO_BROWSER = 77


def rows_of(png: bytes) -> tuple[int, list[bytes]]:
    """Return the width and the unfiltered-enough rows of a PNG: equal rows stay equal."""
    width, height, _, color = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[color]
    data, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    flat = zlib.decompress(data)
    length = width * channels + 1
    return width, [flat[index * length : (index + 1) * length] for index in range(height)]


@pytest.mark.browser
def test_a_browser_shows_the_page(tmp_path: Path) -> None:
    shot = tmp_path / "page.png"
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "picture.py"), str(shot)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == NO_BROWSER:
        pytest.skip(f"the picture was not taken: {done.stdout.strip()}")
    assert done.returncode == 0, done.stderr
    width, rows = rows_of(shot.read_bytes())
    assert (width, len(rows)) == (1200, 1500)
    # A blank page, or one without its pictures, has few different rows.
    assert len(set(rows)) > 900


@pytest.mark.browser
def test_the_address_chooses_the_tab(tmp_path: Path) -> None:
    browser = next((found for name in picture.BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("there is no Chromium")
    page = picture.rehearse(tmp_path / "dist")
    seen: dict[str, list[bytes]] = {}
    for part in ("", "#information", "#changelog", "#dependencies"):
        shot = tmp_path / f"page{len(seen)}.png"
        picture.photograph(page, shot, browser, tmp_path / "profile", part)
        seen[part] = rows_of(shot.read_bytes())[1]
    bar = 40  # rows: the bar at the top, which no tab moves out of sight
    assert seen[""][:bar] == seen["#changelog"][:bar] == seen["#dependencies"][:bar]
    assert seen["#changelog"] != seen["#dependencies"] != seen[""] != seen["#changelog"]
    # The tab that is named and the one that comes first by itself are the same.
    assert seen[""] == seen["#information"]


def test_readme_shows_a_picture_of_it_and_the_recording() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = [one for one in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme) if "://" not in one]
    assert shown == ["docs/images/terminal.svg", "docs/images/example-page.png"]
    assert (ROOT / shown[1]).read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_recording_is_what_the_program_shows_today(tmp_path: Path) -> None:
    """Otherwise run `python scripts/recording.py`, and look at what has changed."""
    command = [
        sys.executable,
        str(ROOT / "scripts" / "recording.py"),
        str(tmp_path / "terminal.svg"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    now = (tmp_path / "terminal.svg").read_text("utf-8")
    assert now == (ROOT / "docs" / "images" / "terminal.svg").read_text("utf-8")
    words = "".join(ET.fromstring(now).itertext())
    for part in (
        "changelog.txt:5:1: error",
        "1 can be fixed",
        "fixed changelog.txt",
        "[y/N] y",
        "pushed v1.3.0",
    ):
        assert part in words
