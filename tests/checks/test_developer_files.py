"""Pictures of the page that are in the package, in a real repository with a config."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.checks import CheckContext, run_checks
from tests.checks.memory_mod import memory_mod
from tests.conftest import png
from tests.support.git import git
from tests.support.in_process import run_here
from tests.support.work import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.mod.mod import Mod


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


@pytest.mark.parametrize("readme", ["a folder", "a link", "larger than a page"])
def test_a_readme_that_cannot_be_read_stops_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    readme: str,
) -> None:
    info = {"name": "lamps", "version": "1.0.0", "title": "Lamps", "author": "a"}
    (tmp_path / "info.json").write_text(json.dumps(info | {"factorio_version": "2.0"}))
    (tmp_path / "factorio-release.yml").write_text("exclude: [README.md]\n")
    (tmp_path / "shot.png").write_bytes(png() + bytes(20_000))
    link = "![](shot.png)\n"
    place = tmp_path / "README.md"
    if readme == "a folder":
        place.mkdir()
    elif readme == "a link":
        (tmp_path.parent / "elsewhere.md").write_text(link)
        try:
            place.symlink_to(tmp_path.parent / "elsewhere.md")
        except OSError:
            pytest.skip("links need a right here")
    else:
        place.write_text(link + "x" * 600_000)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    monkeypatch.chdir(tmp_path)
    answer = run_here(capsys, "check", "--format", "json")
    assert answer.code == 0, answer.err
    assert "readme-pictures" not in answer.codes
    if readme != "a folder":
        place.unlink()
        place.write_text(link)
        assert "readme-pictures" in run_here(capsys, "check", "--format", "json").codes


def test_the_hint_for_a_finished_zip_is_to_build_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    info = {"name": "lamps", "version": "1.0.0", "title": "Lamps", "author": "a"}
    with zipfile.ZipFile(tmp_path / "lamps_1.0.0.zip", "w") as file:
        file.writestr("lamps_1.0.0/info.json", json.dumps(info | {"factorio_version": "2.0"}))
        for path in ("data.lua", "tests/a.lua", "Thumbs.db", ".luarc.json", "tools/a.py"):
            file.writestr(f"lamps_1.0.0/{path}", "")
    monkeypatch.chdir(tmp_path)
    found = run_here(capsys, "check", "lamps_1.0.0.zip", "--format", "json").findings
    hints = {one["hint"] for one in found if one["code"] not in {"changelog-missing", "info-field"}}
    assert hints >= {
        'Build the zip without them: ["tests/**"].',
        'Build the zip without them: ["Thumbs.db"].',
        'Build the zip without them: [".luarc.json"].',
        'Build the zip without them: ["tools/**"].',
    }


CODES = {"test-files", "gallery-files", "readme-pictures", "tool-files", "litter", "debug-flag"}
# By what there is much of: the files of a mod with that number of it.
MANY: dict[str, Callable[[int], dict[str, bytes]]] = {
    "test folders": lambda n: (
        {f"a{i}/tests/a{i}.lua": b"" for i in range(n)} | {f"a{i}/a.lua": b"" for i in range(n)}
    ),
    "tests by name": lambda n: (
        {f"a{i}/b{i}_test.lua": b"" for i in range(n)} | {f"a{i}/a.lua": b"" for i in range(n)}
    ),
    "tests by name beside much Lua": lambda n: {
        "control.lua": b"".join(b"require('lib.a%d')\n" % i for i in range(n)),
        **{f"lib/a{i}.lua": b"" for i in range(n)},
        **{f"lib/b{i}_test.lua": b"" for i in range(n)},
    },
    "pairs of names": lambda n: (
        {f"{f}/b{i}_test.lua": b"" for i in range(n) for f in "cd"}
        | {"c/a.lua": b"", "d/a.lua": b""}
    ),
    "pictures of a README": lambda n: (
        {f"p/{i}.png": b"x" * 99 for i in range(n)}
        | {"README.md": b"".join(b"![](p/%d.png)" % i for i in range(n)), "p/a.lua": b""}
    ),
    "debug flags": lambda n: {
        "control.lua": b"".join(
            b"debug_%d = true\nif debug_%d then end\n" % (i, i) for i in range(n)
        )
    },
    "kinds of litter": lambda n: {f"a{i}/.DS_Store": b"" for i in range(n)},
}


@pytest.mark.parametrize("many", MANY)
def test_the_work_grows_with_the_files(many: str) -> None:
    def work(number: int) -> Callable[[], object]:
        mod: Mod = memory_mod(MANY[many](number))
        return lambda: run_checks(mod, CheckContext(), codes=CODES)

    assert_linear(work, 110)
