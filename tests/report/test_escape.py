import re
import unicodedata

import pyromark
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factorio_release.report.escape import (
    json_in_log,
    markdown,
    markdown_code,
    markdown_fence,
    markdown_link,
    markdown_quote,
    terminal,
    terminal_lines,
)

ANY_TEXT = st.text(st.characters() | st.sampled_from("\n\r\t\x1b\u202e\ud800:#[`<>|&*_\\"))
GFM = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text: ü, 図, 👩‍🚀", "plain text: ü, 図, 👩‍🚀"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\rc\td", r"a\nb\rc d"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\x9b31m", r"\x9b31m"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("lone\ud800", r"lone\ud800"),
        ("::error::x", r":\:error::x"),
        ("  ::stop-commands::x", r"  :\:stop-commands::x"),
        ("\u3000::debug::x", "\u3000" + r":\:debug::x"),
        ("see a::b", "see a::b"),
        ("x ##[add-mask]y", r"x ##\[add-mask]y"),
    ],
)
def test_one_line_shows_what_is_hidden(text: str, shown: str) -> None:
    assert terminal(text) == shown


def test_several_lines_keep_their_ends_and_no_carriage_return() -> None:
    assert terminal_lines("a\r\n::b\n\x1b") == "a\n:\\:b\n\\x1b"


@given(ANY_TEXT)
def test_nothing_hidden_is_left(text: str) -> None:
    kept = {"\u200c", "\u200d"}
    for character in set(terminal(text)) - kept:
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}, repr(character)
        assert unicodedata.bidirectional(character) not in {
            "RLO",
            "LRO",
            "RLE",
            "LRE",
            "RLI",
            "LRI",
            "PDF",
        }
    terminal(text).encode()


@given(ANY_TEXT)
def test_escaping_twice_is_escaping_once(text: str) -> None:
    assert terminal(terminal(text)) == terminal(text)


def shown_by(source: str) -> str:
    """What a reader of the Markdown sees, as text; fails on any element beside the expected ones."""
    html = pyromark.html(source, options=GFM)
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "code"}, html
    return (
        re.sub("<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    )


@given(ANY_TEXT)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    expected = " ".join(terminal(text).split())
    shown = shown_by(f"a {markdown(text)} b").replace("&amp;", "&")
    assert " ".join(shown.split()) == " ".join(f"a {expected} b".split())


@given(ANY_TEXT, ANY_TEXT)
def test_a_link_leads_to_its_address_alone(label: str, path: str) -> None:
    html = pyromark.html(f"a {markdown_link(label, f'https://mods.example/{path}')} b", options=GFM)
    assert re.findall("<([a-z]+)", html) == ["p", "a"]
    assert '<a href="https://mods.example/' in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", ""]
)
def test_what_is_no_web_address_is_no_link(address: str) -> None:
    assert "<a" not in pyromark.html(markdown_link("page", address), options=GFM)


@given(ANY_TEXT)
def test_a_table_cell_stays_one_cell(text: str) -> None:
    html = pyromark.html(f"|a|b|\n|-|-|\n|{markdown_code(text)}|{markdown(text)}|\n", options=GFM)
    assert (html.count("<tr>"), html.count("<td>")) == (2, 2)
    assert html.count("<table>") == 1


@given(ANY_TEXT)
@example("```\n# heading\n````\n~~~")
def test_nothing_ends_a_fence_before_its_end(text: str) -> None:
    html = pyromark.html(f"{markdown_fence(text, 'diff')}\n\nafter\n", options=GFM)
    assert html.count("<pre>") == 1
    assert html.endswith("</pre>\n<p>after</p>\n")


@given(ANY_TEXT)
def test_nothing_outlives_a_quotation(text: str) -> None:
    html = pyromark.html(f"{markdown_quote(text)}\n\nafter\n", options=GFM)
    assert html.endswith("<p>after</p>\n")
    assert not re.search("<(img|script|details|div)", html)


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        (r"- With \<word> and <b>.", "With &lt;word&gt; and &lt;b&gt;."),
        ("- With `<word>` in code.", "With <code>&lt;word&gt;</code> in code."),
        ("- By `@kat`, for `#12`.", "By <code>@kat</code>, for <code>#12</code>."),
        (r"- A lone \` and `<b>`.", "A lone ` and <code>&lt;b&gt;</code>."),
        ("- ![a](https://x.example/a.png)", None),
    ],
)
def test_a_quotation_shows_what_the_changelog_has(notes: str, shown: str | None) -> None:
    html = pyromark.html(markdown_quote(notes), options=GFM)
    assert "<img" not in html
    assert "&amp;lt;" not in html
    if shown is not None:
        assert f"<li>{shown}</li>" in html


def test_json_keeps_its_meaning_when_the_old_command_is_broken_up() -> None:
    assert json_in_log('{"a": "##[x]"}') == r'{"a": "##\u005bx]"}'
