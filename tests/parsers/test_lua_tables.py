"""Tables and constants of Lua as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.lua.reader import read_lua
from factorio_release.parsers.lua.tables import read_arguments
from tests.parsers.test_lua import PIECES

if TYPE_CHECKING:
    from factorio_release.parsers.lua.tables import Table, Value


def values(table: Table) -> dict[Any, Any]:
    return {field.key: value(field.value) for field in table.fields}


def value(one: Value) -> Any:
    if one.table is not None:
        return values(one.table)
    if one.text is not None:
        return one.text
    return one.source if one.number is None else one.number


def argument(source: str) -> Any:
    (table,) = read_arguments(source.encode(), [0])
    return values(table)


TABLES: dict[str, Any] = {
    "({})": {},
    "{}": {},
    "({'a', \"b\", [[c]]; 'd'})": {1: "a", 2: "b", 3: "c", 4: "d"},
    "{a = 1, ['b c'] = -2.5e1, [3] = 0x10}": {"a": 1, "b c": -25, 3: 16},
    "{a = 'x' .. y, b = f(1, {2}), c = not d}": {
        "a": b"'x' .. y",
        "b": b"f(1, {2})",
        "c": b"not d",
    },
    "{a = function(x, y) if x then return {1, 2} end end, b = 1}": {
        "a": b"function(x, y) if x then return {1, 2} end end",
        "b": 1,
    },
    "{a = {b = {'c'}}, -- note, }\n d = 'e' --[[ } ]] }": {"a": {"b": {1: "c"}}, "d": "e"},
    "{a = {} and 1, b = {}}": {"a": b"{} and 1", "b": {}},
    "{[x] = 1, [f(2)] = 3, a = 4}": {None: 3, "a": 4},
    "{a = 'x\\\\y', b = 'x\\ny', c == 1}": {"a": "x\\y", "b": b"'x\\ny'", 1: b"c == 1"},
    "{a = 1, a = 2}": {"a": 2},
    "({a = 1}, b)": {"a": 1},
}


@pytest.mark.parametrize("source", TABLES)
def test_a_table_is_read_as_it_is_written(source: str) -> None:
    assert argument(source) == TABLES[source]


@pytest.mark.parametrize("source", ["", "'a'", "(f())", "({} .. x)", "(x", "("])
def test_another_argument_is_no_table(source: str) -> None:
    assert list(read_arguments(source.encode(), [0])) == []


def test_a_call_inside_an_argument_is_left_out() -> None:
    source = b"({ data:extend({'in'}) }) data:extend({'behind'})"
    offsets = [0, source.index(b"({'in"), source.index(b"({'behind")]
    first, second = read_arguments(source, offsets)
    assert (len(first.fields), values(second)) == (1, {1: "behind"})


@given(st.lists(st.sampled_from([*PIECES, "{a =", "}", "{"])).map("".join) | st.text())
def test_any_text_has_arguments(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    for table in read_arguments(data, range(0, len(data), 3)):
        assert 0 <= table.offset < len(data)


def test_a_deep_table_is_not_followed_to_its_end() -> None:
    (table,) = read_arguments(b"{" * 5000, [0])
    assert len(table.fields) == 1


JOINED = {
    "local p = '__m__/a/'\nx = p .. 'b.png'": ["__m__/a/b.png"],
    "local m = 'm'\nlocal p = '__' .. m .. '__/'\nx = {p .. 'b.png', p .. 'c' .. '.png'}": [
        "__m__/",
        "__m__/b.png",
        "__m__/c.png",
    ],
    "local p = '__m__/' -- where\nlocal t = {p = p .. 'a'}": ["__m__/a"],
    "  local p = '__m__/'\nx = p .. 'b.png'": [],
    "local p = '__m__/'\np = f()\nx = p .. 'b.png'": [],
    "local p = '__m__/'\nlocal p = '__n__/'\nx = p .. 'b.png'": [],
    "local p = '__m__/'\nfor p in f() do x = p .. 'b.png' end": [],
    "local p = '__m__/'\nfor k, p in f() do x = p .. 'b.png' end": [],
    "local p = '__m__/'\nlocal function f(a, p) x = p .. 'b.png' end": [],
    "local p = '__m__/'\nlocal a, p = f()\nx = p .. 'b.png'": [],
    "local p = '__m__/'\nx = p .. n .. 'b.png'": [],
    "local p = '__m__/'\nx = p .. 'b' .. f(1)": [],
    "local p = '__m__/'\nx = y .. p .. 'b'": [],
    "local p = '__m__/'\nx = y.p .. 'b'": [],
    "local p = f('__m__/')\nx = p .. 'b.png'": [],
}


@pytest.mark.parametrize("source", JOINED)
def test_a_path_is_followed_through_variables_that_never_change(source: str) -> None:
    file = read_lua(source.encode())
    assert [path.text for path in file.joined_paths] == JOINED[source]
    for path in file.joined_paths:
        assert source[path.offset] == "'"
