"""What the portal refuses is an error in `check`: generated info.json files, zips and pages.

The embedded portal inspects them by code of its own. The other way round, an error that the portal does
not share must be one of the game's, which `GAME_ONLY` lists.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factorio_release.checks import CheckContext, run_checks
from factorio_release.errors import ModError
from factorio_release.findings import Severity
from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.images import image_extension
from factorio_release.local_portal.state.inspection import inspect_zip
from factorio_release.local_portal.state.rules import read_details
from factorio_release.mod.mod import load_mod
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.page.declared import DeclaredPage
from factorio_release.page.desired import read_page
from factorio_release.page.image_file import read_image
from factorio_release.parsers.info import read_info
from tests.checks.memory_mod import INFO, memory_mod
from tests.conftest import png

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
@example(info={**INFO, "author": "x" * 1001})
@example(info={**INFO, "title": "x" * 251})
@example(info={**INFO, "version": "000001.0.0"})
@example(info={**INFO, "factorio_version": "000002.0"})
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


ADDRESSES = st.sampled_from(
    [
        "",
        "https://example.org",
        "https://example.org/" + "x" * 236,
        "https://example.org/" + "x" * 237,
        "HTTP://EXAMPLE.ORG/a?b#c",
        "https://",
        "https:///a",
        "https://:80/",
        "https://?a",
        "https://#a",
        "https://[::1",
        "https://[::1]/",
        "ftp://example.org",
        "example.org",
        "//example.org",
        "https:example.org",
        "https:/example.org",
        " https://example.org",
        "https://exa mple.org",
        "https://example.org/\u00a0",
        "https://example.org/\u200b",
        "https://example.org\n",
        "https://user:word@example.org",
        "https://münchen.example",
        "javascript:alert(1)",
    ]
)
PAGES = st.fixed_dictionaries(
    {},
    optional={
        "title": LINES,
        "summary": LINES | st.sampled_from(["x" * 500, "x" * 501]),
        "category": st.sampled_from([*CATEGORIES, "", "general", "Utilities", "content "]),
        "tags": st.lists(
            st.sampled_from([*TAGS, "train", "Trains", "", "trains "]), max_size=3
        ).map(tuple),
        "license": st.sampled_from(
            [
                *LICENSES,
                *LICENSES.values(),
                "",
                "CC0",
                "custom_" + "a" * 24,
                "custom_" + "a" * 23,
                "mit",
            ]
        ),
        "homepage": ADDRESSES,
        "source_url": ADDRESSES,
        "deprecated": st.booleans(),
    },
)


@settings(max_examples=200)
@given(values=PAGES)
def test_the_fields_of_a_page(values: dict[str, Any]) -> None:
    """Each field alone, as the client sends it."""
    info = read_info(json.dumps(INFO).encode())
    for name, value in values.items():
        page = read_page(DeclaredPage(**{name: value}), Path("/nowhere"), info, None)
        errors = {one.code for one in page.findings if one.severity is Severity.ERROR}
        refusal = refusal_of_field(name, getattr(page.page, name))
        assert not refusal or errors, f"the portal refuses {name} {value!r} ({refusal})"
        # The program refuses more addresses: those without a host, and those with a password.
        assert refusal or not errors or "url" in "".join(errors), (
            f"the portal takes {name} {value!r}"
        )


def refusal_of_field(name: str, value: Any) -> str:
    """Return the portal's refusal of a field in the form in which the client sends it."""
    form = [str(value)]
    if isinstance(value, bool):
        form = [str(value).lower()]
    elif isinstance(value, tuple):
        form = [*value]
    try:
        read_details({name: form})
    except Refusal as refusal:
        return refusal.message
    return ""


# The entries of a zip beside its info.json, by the name of what is odd about them.
ENTRIES = {
    "a stray folder": "other/",
    "a stray file in a folder": "other/x.lua",
    "a stray file": "x.lua",
    "a folder of its own": "my-mod_1.2.3/empty/",
    "the top folder": "my-mod_1.2.3/",
    "an executable": "my-mod_1.2.3/tools/run.EXE",
    "a script": "my-mod_1.2.3/tools/pack.py",
    "a folder like a script": "my-mod_1.2.3/tools.sh/",
    "a backslash": "my-mod_1.2.3\\x.lua",
    "a backslash inside": "my-mod_1.2.3/a\\x.lua",
    "an absolute path": "/my-mod_1.2.3/x.lua",
    "an absolute path elsewhere": "/etc/x.lua",
    "a way up": "my-mod_1.2.3/../x.lua",
    "a way up and back": "../my-mod_1.2.3/x.lua",
    "a dot": "./my-mod_1.2.3/x.lua",
    "no name in between": "my-mod_1.2.3//x.lua",
    "other case": "My-Mod_1.2.3/x.lua",
    "a drive": "C:/x.lua",
    "a folder of a Mac": "__MACOSX/my-mod_1.2.3/._x.lua",
    "a second info.json": "my-mod_1.2.3/info.json",
    "info.json in other case": "my-mod_1.2.3/INFO.json",
    "a deeper info.json": "my-mod_1.2.3/lib/info.json",
    "a harmless file": "my-mod_1.2.3/x.lua",
}
METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
# What the game or this project refuses of a zip that the portal takes.
ZIP_ONLY = {
    "zip-name",
    "duplicate-path",
    "zip-method",
    "case-twins",
    "windows-name",
    "zip-top-folder",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_of_a_zip(name: str, place: Path) -> None:
    assert_same_answer_to_zip([name], "deflated", place, has_info=True)


@settings(max_examples=25)
@given(
    names=st.lists(st.sampled_from(sorted(ENTRIES)), max_size=3, unique=True),
    method=st.sampled_from(sorted(METHODS)),
    has_info=st.booleans(),
)
def test_the_entries_of_a_zip(
    names: list[str], method: str, *, has_info: bool, place: Path
) -> None:
    assert_same_answer_to_zip(names, method, place, has_info=has_info)


def assert_same_answer_to_zip(names: list[str], method: str, path: Path, *, has_info: bool) -> None:
    with zipfile.ZipFile(path, "w", METHODS[method]) as archive:
        if has_info:
            archive.writestr("my-mod_1.2.3/info.json", json.dumps(INFO))
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = ENTRIES[name]  # its constructor would change some names
            entry.compress_type = METHODS[method]
            content = "" if entry.filename.endswith("/") else json.dumps(INFO)
            with warnings.catch_warnings(action="ignore"):  # of a name that is there already
                archive.writestr(entry, content)
    refusal = ""
    try:
        inspect_zip(path, "my-mod")
    except Refusal as refused:
        refusal = refused.message
    errors = errors_of_zip(path)
    assert not refusal or errors, f"the portal refuses it ({refusal}), check finds no error"
    assert refusal or errors <= ZIP_ONLY, "the portal takes it"


def errors_of_zip(path: Path) -> set[str]:
    try:
        mod = load_mod(path)
        found = run_checks(mod, CheckContext()).findings
    except ModError as error:
        return {str(error)}
    if mod.files.bundle:
        mod.files.bundle.close()
    return {one.code for one in found if one.severity is Severity.ERROR}


GIF = (
    b"GIF89a"
    + (8).to_bytes(2, "little") * 2
    + b"\x00\x00\x00,\x00\x00\x00\x00\x08\x00\x08\x00\x00\x02\x02D\x01\x00;"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080008000801011100ffd9")
IMAGES = [png(), png(width=1), GIF, JPEG, b"RIFF....WEBP" + bytes(30), b"<svg>", b"BM" + bytes(60)]


@settings(max_examples=150)
@given(image=st.sampled_from(IMAGES), size=st.integers(0, 80), zeros=st.booleans())
def test_an_image_of_the_gallery(image: bytes, size: int, *, zeros: bool, place: Path) -> None:
    """Cut off, and perhaps with zeros in place of the rest, as a download that broke off leaves it."""
    content = image[:size] + (bytes(len(image)) if zeros else b"")
    file = place.with_name("image.png")
    file.write_bytes(content)
    if image_extension(content[:64]) is None:
        assert read_image(file).problem
