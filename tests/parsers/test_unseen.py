"""What nobody sees is spelled out, and nothing else is."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.unseen import folded_name, quoted, visible
from tests.checks.memory_mod import INFO
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

SPELLED = {
    "my\u00a0mod": "my<U+00A0>mod",
    "Corrections\u202f:": "Corrections<U+202F>:",
    "\u200b[item-name]": "<U+200B>[item-name]",
    "\ufeff{": "<U+FEFF>{",
    "cafe\u0301": "cafe<U+0301>",
    "a\rb\n": "a<U+000D>b<U+000A>",
    "a\tb": "a<U+0009>b",
    "\x1b[31m": "<U+001B>[31m",
    "a\u200db": "a<U+200D>b",
    "\u3000x": "<U+3000>x",
    "\u2028": "<U+2028>",
    "\u202egpj": "<U+202E>gpj",
    "\ud800": "<U+D800>",
}
LEFT = [
    "Zoë",
    "a b",
    "新增",
    "\u0645\u06cc\u200c\u062e\u0648",  # Persian needs the joiner
    "👩\u200d🔧",
    "क्षि",
    "a\u0328x\u0331",
    "£ «»“”…—",
    "",
]


@pytest.mark.parametrize("text", SPELLED)
def test_a_character_that_nobody_sees_is_spelled_out(text: str) -> None:
    assert visible(text) == SPELLED[text]
    assert quoted(text) == f"'{SPELLED[text]}'"


@pytest.mark.parametrize("text", [text for text in LEFT if unicodedata.is_normalized("NFC", text)])
def test_what_is_seen_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_the_result_is_one_line_of_printable_text(text: str) -> None:
    assert all(
        character.isprintable() or character in "\u200c\u200d" for character in visible(text)
    )
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cafe\u0301.png", "café.png"),
        ("Menu.png", "menu.PNG"),
        ("my\u00a0icon.png", "my icon.png"),
        ("icon\u200b.png", "icon.png"),
        ("\ufefficon.png", "icon.png"),
    ],
)
def test_names_that_look_the_same_have_the_same_fold(one: str, other: str) -> None:
    assert folded_name(one) == folded_name(other)


def test_names_that_look_different_do_not() -> None:
    assert folded_name("café.png") != folded_name("cafe.png")
    assert folded_name("a b") != folded_name("ab")


def test_a_key_of_the_config_file_that_is_not_known_is_spelled_out_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "info.json").write_text(json.dumps(INFO))
    (tmp_path / "factorio-release.yml").write_text("catego\u200bry: utilities\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    done = run_here(capsys, "check")
    assert "the key catego<U+200B>ry is not known (did you mean category?)" in done.err
