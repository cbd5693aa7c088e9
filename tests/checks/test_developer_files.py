"""Pictures of the page that are in the package, in a real repository with a config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.conftest import png
from tests.support.git import git
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_pictures_of_a_readme_above_the_mod_and_of_the_gallery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The README at the repository's root is in no package, and its pictures are."""
    mod = tmp_path / "src"
    (mod / "pictures").mkdir(parents=True)
    info = {"name": "lamps", "version": "1.0.0", "title": "Lamps", "author": "a"}
    (mod / "info.json").write_text(json.dumps(info | {"factorio_version": "2.0"}))
    (mod / "control.lua").write_text("")
    for number, name in enumerate(("readme", "gallery", "neither")):
        (mod / "pictures" / f"{name}.png").write_bytes(png(number) + bytes(20_000))
    (tmp_path / "README.md").write_text("![](src/pictures/readme.png)\n")
    (tmp_path / "factorio-release.yml").write_text("images: [src/pictures/gallery.png]\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    monkeypatch.chdir(tmp_path)
    found = {
        one["code"]: one["message"].split(" is ")[0]
        for one in run_here(capsys, "check", "src", "--format", "json").findings
        if one["code"] in {"gallery-files", "readme-pictures"}
    }
    assert found == {
        "gallery-files": "pictures/gallery.png",
        "readme-pictures": "pictures/readme.png",
    }
    built = run_here(capsys, "build", "src", "--format", "json")
    assert built.code == 0
    assert {"gallery-files", "readme-pictures"} <= built.codes
