"""The game's public data and its API document from a host that means harm."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any

import pytest

from factorio_release.load.api import PrototypeApi
from factorio_release.load.game_data import game_data
from factorio_release.load.game_files import GameDataError, read_game_files
from factorio_release.load.references import broken_references
from tests.support import mini_game

VERSION = mini_game.VERSION


def archive(*members: tarfile.TarInfo) -> bytes:
    """Return the miniature game, and after it members of three bytes."""
    packed = io.BytesIO(gzip.decompress(mini_game.archive()))
    with tarfile.open(fileobj=packed, mode="a") as tar:
        for member in members:
            if member.isreg():
                member.size = 3
            tar.addfile(member, io.BytesIO(b"x=1"))
    return gzip.compress(packed.getvalue())


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", **pax: str) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    made.pax_headers = {key.replace("_", "."): value for key, value in pax.items()}
    return made


@pytest.mark.parametrize(
    "one",
    [
        member("f/base/data.lua", tarfile.SYMTYPE, "/etc/hostname"),
        member("f/base/data.lua", tarfile.LNKTYPE, "../secret.lua"),
        member("f/base/data.lua", tarfile.CHRTYPE),
        member("f/base/data.lua", tarfile.FIFOTYPE),
        member("f/../../x.lua"),
        member("/x.lua"),
    ],
)
def test_what_is_no_file_of_the_game_changes_nothing(one: tarfile.TarInfo) -> None:
    base = read_game_files(mini_game.archive(), VERSION)["base"]
    assert read_game_files(archive(one), VERSION)["base"] == base


def test_a_sparse_file_is_refused() -> None:
    """It is as large as its header says: 4 GiB for 3 bytes, in memory."""
    sparse = member(
        "f/base/x.lua",
        GNU_sparse_major="0",
        GNU_sparse_minor="1",
        GNU_sparse_name="f/base/x.lua",
        GNU_sparse_size="1000000",
        GNU_sparse_map="0,3",
    )
    with pytest.raises(GameDataError, match=r"'f/base/x.lua', which is a sparse file"):
        read_game_files(archive(sparse), VERSION)


def deep(part: str, inner: Any, depth: int, **more: Any) -> Any:
    for _ in range(depth):
        inner = {**more, part: [inner] if part in {"subkeys", "options"} else inner}
    return inner


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("stage", "runtime", "it is no"),
        ("application_version", 5, "it is no"),
        ("defines", {}, "it is no"),
        ("types", None, "it is no"),
        ("defines", [5], r"defines\[0\]"),
        ("defines", [{"name": 5}], r"defines\[0\]"),
        ("defines", [{"name": "a"}, {"name": "b", "order": "x"}], r"defines\[1\]"),
        ("defines", [{"name": "a", "values": 5}], r"defines\[0\]"),
        ("defines", [deep("subkeys", {"name": "a"}, 60, name="a")], r"defines\[0\]"),
        ("types", [{"name": "A", "type": 5}], r"types\[0\]"),
        ("types", [{"name": "A", "description": 5}], r"types\[0\]"),
        ("types", [{"name": "A", "type": {"complex_type": 5}}], r"types\[0\]"),
        ("types", [{"name": "A", "type": {"complex_type": "array"}}], r"types\[0\]"),
        ("types", [{"name": "A", "type": {"complex_type": "union", "options": 5}}], r"types\[0\]"),
        ("types", [{"name": "A", "type": deep("value", "x", 60, complex_type="array")}], r"types\[0\]"),
        ("prototypes", [{"name": "A", "parent": []}], r"prototypes\[0\]"),
        ("prototypes", [{"name": "A", "properties": [{"name": "x"}]}], r"prototypes\[0\]"),
        ("prototypes", [{"name": "A", "properties": [[]]}], r"prototypes\[0\]"),
    ],
)  # fmt: skip
def test_a_document_of_another_form_is_refused(part: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PrototypeApi(json.dumps({**mini_game.API, part: value}).encode())


def test_a_type_that_is_made_of_itself_has_no_values() -> None:
    union = {"complex_type": "union", "options": ["Self", "ItemID"]}
    types = [
        *mini_game.API["types"],
        {"name": "Self", "type": {"complex_type": "union", "options": ["Self"]}},
        {"name": "Same", "type": "Same"},
    ]
    item = {
        "name": "ItemPrototype",
        "typename": "item",
        "properties": [{"name": "x", "type": union}],
    }
    api = PrototypeApi(json.dumps({**mini_game.API, "types": types, "prototypes": [item]}).encode())
    found = broken_references(game_data({"item": {"a": {"x": "gone"}}}), api)
    assert [one.value for one in found] == ["gone"]
