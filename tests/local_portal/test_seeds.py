"""Mods from seeds, and changes that no request made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import LocalPortal, ReleaseSeed, bare_zip, load_seed_file
from factorio_release.local_portal.state.seeds import ModSeed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_portal.conftest import Client, MakeBytes


def test_a_seed_file_with_everything(
    tmp_path: Path,
    portal: LocalPortal,
    client: Client,
    png: MakeBytes,
    mod_zip: MakeBytes,
) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png())
    (tmp_path / "mod.zip").write_bytes(mod_zip(version="1.1.0"))
    mod = {
        "name": "lamp-post",
        "owner": "somebody",
        "title": "Lamp",
        "tags": ["power"],
        "deprecated": True,
        "score": 12.5,
        "thumbnail": "pictures/a.png",
        "images": ["pictures/a.png"],
        "releases": ["1.0.0", {"version": "1.1.0", "zip": "mod.zip", "released_at": 1000}],
    }
    path = tmp_path / "seed.json"
    path.write_text(json.dumps({"mods": [mod], "reserved": ["gone-mod"]}), "utf-8")
    assert load_seed_file(portal.state, path) == ["lamp-post"]
    full = client.full()
    assert (full["owner"], full["tags"], full["deprecated"], full["score"]) == (
        "somebody",
        ["power"],
        True,
        12.5,
    )
    assert full["releases"][1]["released_at"] == "1970-01-01T00:16:40.000000Z"
    assert client.call("init_publish", {"mod": "gone-mod"}).json()["error"] == "ModAlreadyExists"
    portal.change_mod("lamp-post", title="Changed since")
    assert load_seed_file(portal.state, path) == []
    assert client.full()["title"] == "Changed since"


def test_a_seed_of_a_wrong_image(portal: LocalPortal) -> None:
    with pytest.raises(ValueError, match="PNG"):
        portal.seed_mod("lamp-post", images=[b"text"])


def test_the_bare_zip_is_accepted(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    content = bare_zip(ModSeed("lamp-post"), ReleaseSeed("1.0.0"))
    assert client.upload(content).json() == {"success": True}
    assert content == bare_zip(ModSeed("lamp-post"), ReleaseSeed("1.0.0"))


def test_others_change_a_mod(client: Client, portal: LocalPortal, png: MakeBytes) -> None:
    portal.seed_mod("lamp-post", images=[png(), png(shade=1)])
    before = client.full()["images"]
    images = portal.state.mods["lamp-post"].images
    portal.change_mod("lamp-post", deprecated=True, images=images[::-1])
    full = client.full()
    assert full["images"] == before[::-1]
    assert full["deprecated"] is True
    portal.state.delete_mod("lamp-post", reserve=True)
    assert client.get("/api/mods/lamp-post").status_code == 404
    assert client.call("init_publish", {"mod": "lamp-post"}).json()["error"] == "ModAlreadyExists"


def test_a_key_with_an_unknown_usage() -> None:
    with pytest.raises(ValueError, match="no such key usage: fly"):
        LocalPortal(keys={"k": ["fly"]})
