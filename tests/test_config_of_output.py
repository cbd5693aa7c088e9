"""Which config file counts for what a build has made: a folder that git ignores, or a zip elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.cli.mod_configs import configs_of
from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "factorio-release.yml"


def info(name: str) -> str:
    return json.dumps(
        {"name": name, "version": "1.0.0", "title": "t", "author": "a", "factorio_version": "2.0"}
    )


# The files that git tracks, and the config of `out` with the mod lamps: its own, and the shared one.
FOUND = {
    "at the root": ({CONFIG: ""}, ("", CONFIG)),
    "beside the source": ({f"src/{CONFIG}": "", "src/info.json": "lamps"}, (f"src/{CONFIG}", "")),
    "beside a template": ({f"src/{CONFIG}": "", "src/info.json.in": "x"}, (f"src/{CONFIG}", "")),
    "both": (
        {CONFIG: "", f"src/{CONFIG}": "", "src/info.json": "lamps"},
        (f"src/{CONFIG}", CONFIG),
    ),
    "a source with a name for development": (
        {f"src/{CONFIG}": "", "src/info.json": "lamps-dev"},
        (f"src/{CONFIG}", ""),
    ),
    "two configs, of which none is the mod's": (
        {f"a/{CONFIG}": "", f"b/{CONFIG}": "", "a/info.json.in": "x"},
        ("", ""),
    ),
    "the config of another mod": (
        {f"a/{CONFIG}": "", "a/info.json": "belts", "b/info.json": "tools"},
        ("", ""),
    ),
    "two sources of that name": (
        {f"a/{CONFIG}": "", "a/info.json": "lamps", "b/info.json": "lamps"},
        ("", ""),
    ),
}


def make(root: Path, files: dict[str, str]) -> None:
    root.mkdir()
    git(root, "init", "-q")
    for path, content in (files | {".gitignore": "/out/\n"}).items():
        (root / path).parent.mkdir(exist_ok=True)
        is_info = path.endswith("/info.json")
        (root / path).write_text(info(content) if is_info else content)
    git(root, "add", ".")
    (root / "out").mkdir()
    (root / "out" / "info.json").write_text(info("lamps"))


@pytest.mark.parametrize("case", FOUND)
def test_an_output_folder_has_the_config_of_its_source(tmp_path: Path, case: str) -> None:
    files, (own, shared) = FOUND[case]
    root = tmp_path / "repository"
    make(root, files)
    found = configs_of(root / "out")
    assert (found.own, found.shared) == (
        root / own if own else None,
        root / shared if shared else None,
    )


def test_the_output_folder_is_no_source_of_itself(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    make(root, {f"src/{CONFIG}": "", "src/info.json": "belts", ".gitignore": ""})
    git(root, "add", ".", "--force")
    assert configs_of(root / "out").own is None
