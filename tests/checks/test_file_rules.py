"""What is packaged: one case that fires and one that does not for each code."""

from __future__ import annotations

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.mod_page import ModPage
from factorio_release.parsers.problem import Problem
from tests.checks.memory_mod import Case, findings, memory_mod, png

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
CALLS_LIB = 'require("lib.util2")\n'
NAMES_ICON = 'data:extend{{type = "item", icon = "__my-mod__/icon.png"}}\n'
SECOND_MOD = '{"name": "other", "version": "1.0.0", "factorio_version": "2.0"}'
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAx0yJp6nqz1n\n"
TOKEN = "ghp_" + "a1B2" * 9

CASES = [
    Case(
        "refused-extension",
        {"tools/pack.SH": ""},
        {"tools/pack.lua": ""},
        "tools/pack.SH",
        says="portal refuses",
    ),
    Case("backslash", {"graphics\\icon.png": png()}, {"graphics/icon.png": png()}, "graphics\\icon.png"),
    Case(
        "windows-name", {"a/con.lua": ""}, {"a/contact.lua": ""}, "a/con.lua", says="'con.lua' names a device"
    ),
    Case("windows-name", {"a?.png": png()}, {"a!.png": png()}, "a?.png", says="'?' is not allowed"),
    Case("windows-name", {"a./b.png": png()}, {".a/b.png": png()}, "a./b.png", says="end with a dot"),
    Case("case-twins", {"A.lua": "", "a.lua": ""}, {"A.lua": "", "b.lua": ""}, "a.lua"),
    Case("long-path", {"x" * 170 + ".png": png()}, {"x" * 160 + ".png": png()}, says="characters long"),
    Case("stage-file-case", {"Data.lua": ""}, {"data.lua": ""}, "Data.lua", says="looks for data.lua"),
    Case("stage-file-case", {"Data.lua": ""}, {"Data.lua": "", "control.lua": "require('Data')"}, "Data.lua"),
    Case("stage-file-case", {"Locale/en/a.cfg": "a=b"}, {"locale/en/a.cfg": "a=b"}, "Locale/en/a.cfg"),
    Case("shown-file-case", {"Changelog.txt": ""}, {"changelog.txt": ""}, "Changelog.txt"),
    Case("shown-file-case", {"Thumbnail.PNG": png()}, {"thumbnail.png": png()}, "Thumbnail.PNG"),
    Case(
        "secret",
        {"control.lua": "-- one\nlocal key = 'S3cretKey!'"},
        {"control.lua": "local key = 'S3cret'"},
        "control.lua",
        2,
        secrets=("S3cretKey!",),
    ),
    Case(
        "secret",
        {"a.png": png() + b"x" * 9000 + b"S3cretKey!"},
        {"a.png": png()},
        "a.png",
        secrets=("S3cretKey!",),
    ),
    Case("secret", {"a.txt": "UzNjcmV0S2V5IQ=="}, {"a.txt": ""}, "a.txt", secrets=("S3cretKey!",)),
    Case("secret-like", {"a.txt": f"\n\n{TOKEN}"}, {"a.txt": "ghp_short"}, "a.txt", 3, says="GitHub token"),
    Case("secret-like", {"key.pem": PEM}, {"key.pem": "-----BEGIN PUBLIC KEY-----"}, "key.pem", 1),
    Case(
        "secret-like",
        {"player-data.json": '{"service-token": "' + "0a" * 15 + '"}'},
        {"player-data.json": '{"service-token": ""}'},
        says="service token",
    ),
    Case(
        "litter",
        {"node_modules/x/a.js": "", "node_modules/y.js": ""},
        {"modules/y.js": ""},
        says="(and 1 more)",
    ),
    Case("litter", {"a/Thumbs.db": "", "b.lua~": ""}, {"thumbs.lua": ""}, "a/Thumbs.db", times=2),
    Case("source-art", {"g/a.xcf": "", "g/b.xcf": "", "c.psd": ""}, {"g/a.png": png()}, "c.psd", times=2),
    Case("nested-archive", {"old.zip": ""}, {"scenarios/x/blueprint.zip": ""}, "old.zip"),
    Case(
        "nested-archive",
        {"save.zip": "", "data.lua": ""},
        {"save.zip": "", "data.lua": "x = '__my-mod__/save.zip'"},
        "save.zip",
    ),
    Case("nested-mod", {"lib/info.json": SECOND_MOD}, {"scenarios/a/info.json": SECOND_MOD}, "lib/info.json"),
    Case("nested-mod", {"lib/info.json": SECOND_MOD}, {"lib/info.json": "{}"}, "lib/info.json"),
    Case("text-encoding", {"a.lua": b"--\n--  \xe9"}, {"a.lua": "--\n--  é"}, "a.lua", 2, 5),
    Case("text-encoding", {"a.lua": b"x = '\xff'"}, {"a.dat": b"\xff"}, "a.lua", 1, 6),
    Case("lfs-pointer", {"icon.png": LFS}, {"icon.png": png()}, "icon.png", says="LFS pointer"),
    Case(
        "media-broken", {"icon.png": "", "data.lua": NAMES_ICON}, {"icon.png": png(), "data.lua": NAMES_ICON}
    ),
    Case(
        "media-type", {"a.png": b"\xff\xd8\xff\xe0"}, {"a.png": png(), "b.jpg": b"\xff\xd8\xff\xe0"}, "a.png"
    ),
    Case("media-type", {"a.ogg": b"ID3\x03"}, {"a.ogg": b"OggS\x00"}, "a.ogg", says="MP3 file, not Ogg"),
    Case("media-type", {"a.png": "later"}, {"a.png": LFS}, "a.png", says="not a PNG file"),
    Case(
        "thumbnail-type",
        {"thumbnail.jpg": b"\xff\xd8\xff"},
        {"thumbnail.png": png(144, 144)},
        "thumbnail.jpg",
    ),
    Case(
        "thumbnail-size", {"thumbnail.png": png(300, 144)}, {"thumbnail.png": png(144, 144)}, says="300x144"
    ),
    Case("source-without-build", {"control.ts": ""}, {"control.ts": "", "control.lua": ""}, "control.ts"),
    Case("source-without-build", {"src/main.ts": ""}, {"src/main.d.ts": ""}, says="no Lua made from it"),
    Case(
        "source-without-build",
        {},
        {"control.lua": ""},
        "control.ts",
        left_out={"control.ts": "package.ignore **/*.ts"},
    ),
    Case("stage-file-left-out", {}, {}, "data.lua", stated=("game-file-left-out data.lua",)),
    Case("shown-file-left-out", {}, {}, "changelog.txt", stated=("game-file-left-out changelog.txt",)),
    Case(
        "submodule-empty",
        {"control.lua": CALLS_LIB},
        {"lib/util2.lua": ""},
        "lib",
        stated=("submodule-empty lib",),
    ),
    Case("submodule-left-empty", {}, {}, "wiki", stated=("submodule-empty wiki",)),
]

STATED = [
    *("no-git", "merge-conflict", "symlink-outside", "symlink-broken", "symlink-loop"),
    "duplicate-path",
    *("include-outside", "extra-outside", "extra-missing", "pattern-unusable", "pattern-unmatched"),
    "pattern-ignored",
    *("file-name-encoding", "file-missing", "file-special"),
    *("zip-top-folder", "zip-name", "zip-symlink", "zip-encrypted"),
]


def named(case: Case) -> str:
    return f"{case.code}: {' '.join(case.fires) or 'nothing'}"[:60]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_wrong_is_found_and_what_is_right_is_not(case: Case) -> None:
    stated = tuple(
        Problem("as stated", text.partition(" ")[2], code=text.partition(" ")[0]) for text in case.stated
    )
    broken = memory_mod(case.fires, info=case.info, left_out=case.left_out, stated=stated)
    found = findings(case.code, broken, secrets=case.secrets)
    assert len(found) == case.times
    first = found[0]
    assert not case.file or first.file == case.file
    assert first.line == case.line or not case.line
    assert first.column == case.column or not case.column
    assert case.says in first.message
    assert first.hint or stated
    assert not any(secret in f"{f.message} {f.hint}" for secret in case.secrets for f in found)
    sound = memory_mod(case.silent, info=case.info, left_out={} if case.left_out else None)
    assert findings(case.code, sound, secrets=case.secrets) == []


@pytest.mark.parametrize("code", STATED)
def test_what_collecting_the_files_stated_is_passed_on(code: str) -> None:
    problem = Problem("it is so", "some/file", 3, 4, "do this", code)
    (found,) = findings(code, memory_mod({}, stated=(problem,)))
    assert (found.message, found.file, found.line, found.column, found.hint) == (
        "it is so",
        "some/file",
        3,
        4,
        "do this",
    )
    assert findings(code, memory_mod({})) == []


@pytest.mark.parametrize(
    ("page", "fires"),
    [
        (ModPage(description="See S3cretKey! there"), True),
        (ModPage(homepage="https://example.com/UzNjcmV0S2V5IQ"), True),
        (ModPage(description="See there", faq="", tags=("trains",)), False),
    ],
)
def test_secret_on_page(page: ModPage, fires: bool) -> None:
    context = CheckContext(secrets=("S3cretKey!",))
    found = [
        one for one in run_checks(memory_mod({}), context, page=page).findings if one.code == "secret-on-page"
    ]
    assert bool(found) is fires
    assert not any("S3cretKey!" in f"{one.message} {one.hint}" for one in found)
