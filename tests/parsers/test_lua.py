"""Reading Lua by its tokens: whatever the text is, it ends in a value, and places are places in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.lua import read_lua

PIECES = [
    *("require", "pcall", "(", ")", "{", "}", "'", '"', "[[", "]]", "[==[", "]==]", "--", "--[[", "\\", "\n"),
    *(
        " function ",
        " if ",
        " end ",
        " do ",
        " until ",
        " return ",
        " and ",
        "..",
        "=",
        "data:extend",
        "\\z",
        "\r",
    ),
    *("'a.b'", '"__my-mod__/x.png"', "hr_version = ", "é", "\x00", "x"),
]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    read = read_lua(data)
    for offset in [r.offset for r in read.requires] + [p.offset for p in read.paths]:
        line, column = read.place(offset)
        assert data[offset : offset + 1] in {b"'", b'"', b"["}
        start = data.split(b"\n")[line - 1]
        assert len(start.decode(errors="replace")) >= column


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    read_lua(b"require '__/'" + data)


NAME = st.text("abcxyz_-", min_size=1, max_size=8)


@given(
    NAME, st.sampled_from(['"{}"', "'{}'", "[[{}]]", "[=[{}]=]"]), st.sampled_from(["({})", " {}", "( {} )"])
)
def test_every_way_to_write_a_require_is_seen(name: str, quotes: str, call: str) -> None:
    line = "local a = require" + call.format(quotes.format(name))
    (found,) = read_lua(f"-- require('no')\n{line}\n".encode()).requires
    assert (found.target, found.certain) == (name, True)


@pytest.mark.parametrize(
    ("source", "certain"),
    [
        ("for i = 1, 2 do f(i) end require 'a'", True),
        ("repeat f() until g() require 'a'", True),
        ("while x do if y then z() end end require 'a'", True),
        ("if x then y() elseif z then w() else v() end require 'a'", True),
        ("local function f() if x then return end end require 'a'", True),
        ("if x then return end require 'a'", False),
        ("local function f() require 'a' end", False),
        ("do require 'a' end", False),
        ("local t = x and {require 'a'}", False),
        ("local t = {if_ = 1, ['end'] = 2} require 'a'", True),
        ("goto done ::done:: require 'a'", True),
    ],
)
def test_what_surely_runs_is_told_from_what_may_run(source: str, *, certain: bool) -> None:
    (found,) = read_lua(source.encode()).requires
    assert found.certain is certain


def test_a_computed_require_keeps_its_beginning() -> None:
    read = read_lua(b"require('lib.' .. name) require(name) require()")
    assert (read.requires, read.computed) == ((), ("lib.", ""))
