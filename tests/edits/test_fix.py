from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.edits.fix import FileFix, fixes, locale_fixes, unified_diff
from factorio_release.mod.mod import ModDescription
from factorio_release.parsers.changelog.reader import read_changelog
from tests.checks.memory_mod import memory_mod

TODAY = "2026-03-04"
INFO = json.dumps({"name": "my-mod", "version": "1.2.3"}).encode()
HEAD = f"{'-' * 99}\nVersion: 1.2.3\n"


def fixed(info: bytes, changelog: bytes | None = None, date: str = "") -> dict[str, FileFix]:
    return {fix.path: fix for fix in fixes(ModDescription(info, changelog), date)}


def changelog_after(text: str, date: str = "") -> str:
    fix = fixed(INFO, text.encode(), date).get("changelog.txt")
    return fix.after.decode() if fix else text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  Info:\n\t- a\n\t\t- b\n\t- c\n", "  Info:\n    - a\n      - b\n    - c\n"),
        ("  Info:\n\t\t- a\n\t\t- b\n", "  Info:\n    - a\n    - b\n"),
        ("  Info:\n     - a\n   - b\n- c\n", "  Info:\n    - a\n    - b\n    - c\n"),
        ("  Info:\n    -a\n    -  b\n    * c\n", "  Info:\n    - a\n    - b\n    - c\n"),
        (
            "  Info:\n    - a\n    more\n\tand more\n",
            "  Info:\n    - a\n      more\n      and more\n",
        ),
        ("  Fixes\n    - a\n  What is new\n", "  Fixes:\n    - a\n  What is new\n"),
        ("  Info: \n    - a \n  新增\uff1a\n    - b\t\n", "  Info:\n    - a\n  新增:\n    - b\n"),
        (" Info:\n    - a\n", "  Info:\n    - a\n"),
        ("    Bugfixes:\n    - a\n", "  Bugfixes:\n    - a\n"),
        (
            "  - Changes\n    - a\n  - Fixes:\n    - b\n",
            "  Changes:\n    - a\n  - Fixes:\n    - b\n",
        ),
        (
            f"  Info:\n    - a\n{'=' * 40}\nVersion: 1.2.2\n",
            f"  Info:\n    - a\n{'-' * 99}\nVersion: 1.2.2\n",
        ),
        ("  Info:\n    - a\n \t\n    - b\n", "  Info:\n    - a\n\n    - b\n"),
        ("date: 5 May\n  Info:\n    - a\n", "Date: 5 May\n  Info:\n    - a\n"),
        ("  Info:\r\n    -a\r\n    - b", "  Info:\r\n    - a\r\n    - b"),
        ("  Info:\n      - a\n      - b\n", "  Info:\n    - a\n    - b\n"),
        ("  Info:\n      a\n      more\n", "  Info:\n    - a\n      more\n"),
        ("  Info:\n    - a\n      - b\n", "  Info:\n    - a\n      - b\n"),
        ("  Info:\n    -- a\n    -- b\n", "  Info:\n    - a\n    -- b\n"),
        ("  Info:\n    - a\n    - b\n\n    - a\n", "  Info:\n    - a\n    - b\n\n"),
        ("  Info:\n    - a\n      b\n    - a\n\n      b\n", "  Info:\n    - a\n      b\n\n"),
        (f"  Info:\n    - a\n\n{'-' * 99}\n", "  Info:\n    - a\n\n"),
    ],
)
def test_fixes_the_lines_of_a_section(before: str, after: str) -> None:
    assert changelog_after(HEAD + before) == HEAD + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Version: 1.2.3\r\n", f"{'-' * 99}\r\nVersion: 1.2.3\r\n"),
        (f"{'-' * 98}\nVersion: 1.2.3\n", HEAD),
        (f" {'-' * 99} \n\nVersion 1.2.3\n", HEAD),
        (f"\ufeff{HEAD}", HEAD),
        (f"{'-' * 99}\nVersion:  1.2.3\n", HEAD),
        (f"{HEAD}  Info:\n    - a\n".replace("\n", "\r"), f"{HEAD}  Info:\n    - a\n"),
    ],
)
def test_fixes_separators_and_versions(before: str, after: str) -> None:
    assert changelog_after(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "# Changes\n\n- one \n  Two\n",  # no changelog in the game's sense: nothing is certain
        HEAD + "  Info:\n    - a sentence\n  that goes on\n    - b\n",  # text or category?
        HEAD + "  Info: all in one line\n",
        f"{'-' * 99}\nVersion: 1.2.2\nDate:\n",
        HEAD + "  Info:\n    - a\tb\n",
        HEAD + "  Info:\n    - a\n      b\n    - a\n      c\n",
        HEAD + "  Info:\n    - a\n  Fixes:\n    - a\n",
        HEAD + "      - a\n",
        f"{'-' * 99}\nVersion: 1.2.4\nDate: ????\n{HEAD}Date: 1999\n",  # a later section is still open
        f"{'-' * 20}\n\n",
    ],
)
def test_keeps_lines_without_one_certain_correction(text: str) -> None:
    assert changelog_after(text) == text


@pytest.mark.parametrize("dated", ["Date: ????\n", ""])
def test_sets_the_date_of_the_present_version_on_request_alone(dated: str) -> None:
    changelog = f"{HEAD}{dated}  Info:\r\n    - a\r\n"
    assert changelog_after(changelog) == changelog
    assert changelog_after(changelog, TODAY) == f"{HEAD}Date: 2026-03-04\n  Info:\r\n    - a\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{\r\n "a": [1, 2,],\r\n}\r\n', b'{\r\n "a": [1, 2]\r\n}\r\n'),
        (b'\xef\xbb\xbf{"a": 1}', b'{"a": 1}'),
        ('{"a": "é,}", \t}'.encode(), '{"a": "é,}" \t}'.encode()),
        (b'{"a": 1, // why\n}', b'{"a": 1 // why\n}'),
    ],
)
def test_fixes_info_json(before: bytes, after: bytes) -> None:
    assert fixed(before) == {"info.json": FileFix("info.json", before, after)}


@pytest.mark.parametrize("info", [b'{"a": 1,,}', b'{"a" 1,}', b'{"a": "\xff",}', b'{"a": [1,}'])
def test_keeps_an_info_json_that_is_not_certain(info: bytes) -> None:
    assert fixed(info) == {}


def test_a_diff_shows_what_changes() -> None:
    fix = fixed(INFO, (HEAD + "  Info:\n    -a").encode())["changelog.txt"]
    assert unified_diff(fix).splitlines() == [
        "--- a/changelog.txt",
        "+++ b/changelog.txt",
        "@@ -1,4 +1,4 @@",
        f" {'-' * 99}",
        " Version: 1.2.3",
        "   Info:",
        "-    -a",
        "\\ No newline at end of file",
        "+    - a",
        "\\ No newline at end of file",
    ]


LINES = st.one_of(
    st.sampled_from(
        ["-" * 99, "-" * 98, "Version: 1.2.3", "version 1.0.0", "Date: ????", "Date:", "", "\t "]
    ),
    st.builds(
        "".join,
        st.tuples(
            st.text(" \t", max_size=8),
            st.sampled_from(["", "-", "- ", "-  ", "* "]),
            st.text("ab:\uff1a -\t", max_size=6) | st.sampled_from(["Fixes", "Info"]),
            st.sampled_from(["", ":", "\uff1a", ": ", " "]),
        ),
    ),
)
TEXTS = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(LINES, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)


DATES = st.sampled_from(["", TODAY])


@given(TEXTS | st.text(), DATES)
def test_a_second_fix_changes_nothing(text: str, date: str) -> None:
    once = changelog_after(text, date)
    assert changelog_after(once, date) == once


@given(TEXTS, DATES)
def test_a_fix_brings_no_new_kind_of_error(text: str, date: str) -> None:
    # What could not be read before may be there twice, or hold a tab.
    seen_now = {
        "changelog-entry-twice",
        "changelog-version-twice",
        "changelog-version-form",
        "changelog-tab",
    }
    before = {problem.code for problem in read_changelog(text.encode()).problems}
    if before == {"changelog-separator"}:
        return  # of a file without any dashes only this is reported
    after = {
        problem.code for problem in read_changelog(changelog_after(text, date).encode()).problems
    }
    assert after - before - seen_now == set()


@given(st.binary(max_size=200))
def test_any_bytes_are_the_before_of_their_fixes(data: bytes) -> None:
    for fix in fixed(data, data).values():
        assert fix.before == data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a]\nx =1\n y\t= 2\r\nz=3 ", "[a]\nx=1\n y= 2\r\nz=3 "),
        ("\u00a0x=1\nx\u200by =a\u200b=b", "x=1\nxy=a\u200b=b"),
        ("\ufeff[a]\nx =1", "\ufeff[a]\nx=1"),
        ("[a]\rx =1\r", "[a]\nx=1\n"),
        ("[a]\nx =1\nx\t=2\n[b]\nx =3", "[a]\nx=1\nx\t=2\n[b]\nx=3"),
    ],
)
def test_fixes_keys_of_translations(before: str, after: str) -> None:
    mod = memory_mod({"locale/de/a.cfg": before.encode()})
    assert locale_fixes(mod) == (FileFix("locale/de/a.cfg", before.encode(), after.encode()),)


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nx=1\nx =2",  # the section would have the key twice
        "[a]\nx =1\nx =2",  # it has the key twice: which of the two is meant is not known
        "=1",
        "<<<<<<< HEAD\nx =1\n=======\n>>>>>>> side\n",
        "<html>\n<p a =1>",
        "# x =1\n[x =1]",
    ],
)
def test_keeps_translations_without_one_certain_correction(text: str) -> None:
    assert locale_fixes(memory_mod({"locale/de/a.cfg": text.encode()})) == ()


def test_keeps_translations_that_are_not_utf8_or_that_the_game_does_not_read() -> None:
    files = {"locale/de/a.cfg": "ä =1".encode("latin-1"), "locale/a.cfg": b"x =1"}
    assert locale_fixes(memory_mod(files)) == ()
