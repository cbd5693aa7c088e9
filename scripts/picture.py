"""Rehearses the example mod and takes a picture of the page that results, in headless Chromium.

    python scripts/picture.py [docs/images/example-page.png]

The picture in docs/images is reduced to 256 colours afterwards: it has a third of the bytes then.

Exits with 77 where there is no Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "example-page.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = 77
SIZE = "1200,1500"


def rehearse(folder: Path) -> Path:
    """Publish the example on the embedded portal and return the page kept beside the zip."""
    command = [sys.executable, "-m", "factorio_release", "rehearse", "examples/andon-lamps"]
    subprocess.run(
        [*command, "--output-dir", str(folder)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    return folder / "andon-lamps_page.html"


def photograph(page: Path, picture: Path, browser: str, profile: Path, part: str = "") -> None:
    """Take a picture of a page on disk, of its `part` (`#faq`); the browser asks nobody for anything."""
    quiet = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
    )
    command = [
        browser,
        *quiet,
        f"--window-size={SIZE}",
        f"--screenshot={picture}",
        page.as_uri() + part,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main(picture: Path) -> int:
    """Write the picture; return 77 when there is no browser to take it."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"none of {', '.join(BROWSERS)} is installed")
        return NO_BROWSER
    picture.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = rehearse(Path(folder) / "dist")
        photograph(page, picture.absolute(), browser, Path(folder) / "profile")
    print(f"{picture}: {picture.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
