"""Mods to package: a folder without git, written file by file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.mod.mod import load_mod

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from factorio_release.mod.mod import Mod

    MakeMod = Callable[..., Mod]

INFO = {
    "name": "my-mod",
    "version": "1.2.3",
    "title": "T",
    "author": "a",
    "factorio_version": "2.0",
}


def write_mod(folder: Path, files: Mapping[str, bytes], **info: str) -> Mod:
    for path, content in {"info.json": json.dumps(INFO | info).encode(), **files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return load_mod(folder)


@pytest.fixture
def make_mod(tmp_path: Path) -> MakeMod:
    """Writes a mod into a folder of its own, `mod` unless `folder` says otherwise."""

    def make(files: Mapping[str, bytes], folder: str = "mod", **info: str) -> Mod:
        return write_mod(tmp_path / folder, files, **info)

    return make
