"""What the portal refuses is an error in `check`: generated info.json files, zips and pages.

The embedded portal inspects them by code of its own. The other way round, an error that the portal does
not share must be one of the game's, which `GAME_ONLY` lists.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factorio_release.checks import CheckContext, run_checks
from factorio_release.findings import Severity
from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.inspection import inspect_zip
from tests.checks.memory_mod import INFO, memory_mod

if TYPE_CHECKING:
    from pathlib import Path

# Errors about an info.json that the portal takes: what the game refuses.
GAME_ONLY = {
    "dependency-syntax",
    "info-factorio-version",  # above 65535
    "info-field",  # without factorio_version the game assumes one that no current game loads
    "info-name",
    "info-title",  # more than 100 characters
    "info-type",
    "json-syntax",  # NaN and numbers without end: the portal's reader takes them
}


def portal_refuses(content: bytes, name: str, path: Path) -> str:
    """Return the portal's refusal of a zip with this info.json, empty where it takes it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("my-mod_1.2.3/info.json", content)
    try:
        inspect_zip(path, name)
    except Refusal as refusal:
        return refusal.message
    return ""


def errors_of(content: bytes) -> tuple[str, set[str]]:
    """Return the mod's name as the program reads it, and the codes of the errors."""
    mod = memory_mod({"info.json": content})
    found = run_checks(mod, CheckContext()).findings
    return mod.name, {one.code for one in found if one.severity is Severity.ERROR}


def assert_same_answer(content: bytes, path: Path) -> None:
    name, errors = errors_of(content)
    refusal = portal_refuses(content, name, path)
    assert not refusal or errors, f"the portal refuses it ({refusal}), check finds no error"
    if not refusal:
        assert errors <= GAME_ONLY, "the portal takes it"


LINES = st.sampled_from(
    ["", " ", "a", "x" * 100, "x" * 250, "x" * 251, "\u00a0", "é", "a\n", "\0", "😀"]
)
NUMBERS = st.sampled_from(
    ["0", "1", "01", "65535", "65536", "99999", "000001", "٣", "", "-1", " 1", "1 "]
)
VERSIONS = st.lists(NUMBERS, min_size=1, max_size=4).map(".".join) | LINES
ODD: st.SearchStrategy[Any] = st.sampled_from([None, 1, 1.5, True, [], {}, [1], ["a"], "2.0"])
FIELDS = {
    "name": st.sampled_from(["my-mod", "My Mod", "a", "", "x" * 101, "tränen", " a", "a\n"]) | ODD,
    "version": VERSIONS | ODD,
    "title": LINES | ODD,
    "author": LINES | st.sampled_from(["x" * 1000, "x" * 1001]) | ODD,
    "factorio_version": VERSIONS | ODD,
    "description": LINES | st.just("x" * 501) | ODD,
    "homepage": LINES | ODD,
    "dependencies": st.lists(st.sampled_from(["base", "? a >= 1.0", "", "a =>"]) | ODD, max_size=2)
    | ODD,
    "quality_required": ODD,
    "unknown": ODD,
}
INFOS = st.fixed_dictionaries({}, optional=FIELDS).flatmap(
    lambda changed: st.sets(st.sampled_from(sorted(FIELDS)), max_size=1).map(
        lambda without: {k: v for k, v in {**INFO, **changed}.items() if k not in without}
    )
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same") / "my-mod_1.2.3.zip"


@settings(max_examples=120)
@given(info=INFOS)
def test_the_fields_of_info_json(info: dict[str, Any], place: Path) -> None:
    assert_same_answer(json.dumps(info, ensure_ascii=False).encode(), place)


TEXT = json.dumps(INFO, indent=1)
TEXTS = {
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "Latin-1": TEXT.replace("demo", "é").encode("latin-1"),
    "nothing": b"",
    "blanks": b" \n",
    "a list": b"[]",
    "NaN": TEXT.replace('"demo"', '"demo", "a": NaN').encode(),
    "a number too large": TEXT.replace('"demo"', '"demo", "a": 1e999').encode(),
    "many digits": TEXT.replace('"demo"', '"demo", "a": ' + "1" * 5000).encode(),
    "a key twice": TEXT.replace('"demo"', '"demo", "author": ""').encode(),
    "a key twice, the first is wrong": TEXT.replace('"demo"', '"", "author": "demo"').encode(),
    "half a character": TEXT.replace("demo", "\\ud800").encode(),
    "a tab in a string": TEXT.replace("demo", "a\tb").encode(),
    "deep": TEXT.replace('"demo"', '"demo", "a": ' + "[" * 5000 + "]" * 5000).encode(),
    "a no-break space": TEXT.replace('"demo"', '\u00a0"demo"').encode(),
    "a form feed": TEXT.replace('"demo"', '\f"demo"').encode(),
    "CR": TEXT.replace("\n", "\r").encode(),
    "text behind it": TEXT.encode() + b"x",
    "a NUL behind it": TEXT.encode() + b"\0",
    "a comment": TEXT.encode() + b"// x",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_text_of_info_json(kind: str, place: Path) -> None:
    assert_same_answer(TEXTS[kind], place)
