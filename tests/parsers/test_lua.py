"""Reading Lua: which requires and paths a file has, and which of them are certain to run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.checks.rules.lua import compile_all
from factorio_release.parsers.lua.reader import read_lua

PIECES = [
    *(
        "require",
        "pcall",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "[[",
        "]]",
        "[==[",
        "]==]",
        "--",
        "--[[",
    ),
    *("\\", "\n", "\\z", "\r", ",", ";", "=", "..", ":", "::", "."),
    *(
        " function ",
        " if ",
        " end ",
        " do ",
        " repeat ",
        " until ",
        " return ",
        " and ",
        " or ",
        " goto ",
    ),
    *("data:extend", "hr_version = ", "'a.b'", '"__my-mod__/x.png"', "é", "\x00", "x", " 1 "),
]


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_is_read_and_every_place_is_in_it(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    read = read_lua(data)
    # Both are found without following what is behind the last require.
    assert read.requires == read.structure.requires
    assert read.computed == read.structure.computed
    for offset in [r.offset for r in read.requires] + [p.offset for p in read.paths]:
        line, column = read.place(offset)
        assert data[offset : offset + 1] in {b"'", b'"', b"["}
        start = data.split(b"\n")[line - 1]
        assert len(start.decode(errors="replace")) >= column


@pytest.mark.parametrize(
    "end", ["[", "(", "([", "'", "[=[", "[[", '("', "::", "(" * 300, "('a'", "='a'"]
)
def test_a_file_may_end_anywhere(end: str) -> None:
    assert read_lua(b"require" + end.encode()).paths == ()


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    file = read_lua(b"require '__/'" + data)
    assert file.requires[0].target == "__/"
    assert len(file.structure.requires) >= len(file.joined_paths) == 0


NAME = st.text("abcxyz_-", min_size=1, max_size=8)
COMMENTS = [
    "",
    " ",
    "\n",
    "--\n",
    " -- a note\n",
    "--[[ and ]]",
    "--[==[ ]] ' \" \n]==]",
    "--[ x\n--\n\t",
]


@given(
    NAME,
    st.sampled_from(['"{}"', "'{}'", "[[{}]]", "[=[{}]=]"]),
    st.sampled_from(["({})", " {}", "( {} )"]),
    st.sampled_from(COMMENTS),
    st.sampled_from(COMMENTS),
)
def test_every_way_to_write_a_require_is_found(
    name: str, quotes: str, call: str, before: str, inside: str
) -> None:
    argument = inside + quotes.format(name) + inside
    line = f"local a ={before} require{inside}" + call.format(argument)
    (found,) = read_lua(f"-- require('no')\n{line}\n".encode()).requires
    assert (found.target, found.certain) == (name, True)


# With "#" for any white space and comments.
CERTAIN = {
    "after a loop": "for i = 1, 2 do f(i) end#require#'a'",
    "after repeat": "repeat f() until g()#require#'a'",
    "after nested blocks": "while x do if y then z() end end#require 'a'",
    "after if": "if x then y() elseif z then w() else v() end require 'a'",
    "after the return of a function": "local function f() if x then return end end require 'a'",
    "after keywords as fields": "local t = {if_ = 1, ['end'] = 2} require 'a'",
    "after a label": "goto#done ::#done#:: require 'a'",
    "after a jump back": "::again:: if x then goto again end require 'a'",
    "in an argument": "f(x and y,#require#('a'))",
    "in a field": "t = {x and y;#require 'a'}",
    "in the second value": "local a, b = x and y,#require 'a'",
    "in the next statement": "local a = x and y#require 'a'",
    "in the next assignment": "local a = x and y local b = require 'a'",
    "in the next statement after a call": "local a = x and f(y)#b = require 'a'",
    "in the next statement after a number": "local a = x or 1e3#require 'a'",
    "in the next statement after a string": "local a = x or 's'#require 'a'",
    "in the first operand": "local a = require#'a'#and b",
    "in the condition of a loop": "local a = require('a') or {}",
    "a table beside": "t = {a = x and {1}, b =#require 'a'}",
    "a call": "require('a').f(x or y)",
    "after a local pcall": "local pcall = pcall require 'a'",
    "after a table with require": "local t = {require =#require, require 'a'}",
}
UNCERTAIN = {
    "after a return": "if x then return end#require#'a'",
    "after a jump": "if x then goto#done end#require 'a' ::done::",
    "in a function": "local function f() require 'a' end",
    "in a block": "do#require 'a' end",
    "in a table after and": "local t = x and#{#require 'a'}",
    "after and": "x = mods.y and#require('a')",
    "after or": "x = y or#(#require#'a')",
    "after and, in a call": "x = y and#f(z,#require 'a')",
    "after and and an operator": "x = y and#1 +#require 'a'",
    "after and not": "x = y and not#require 'a'",
    "in a second pair of parentheses": "x = y and (z)#(require 'a')",
    "in an index": "x = y and z[#require 'a']",
    "in a table of a table": "x = y and {{},{z =#require 'a'}}",
    "at the end of a long operand": "x = y and z.a.b['c']:d(1, {})#.. require 'a'",
    "in a condition": "if require 'a' then end",
    "after a jump over a label": "if x then goto a end ::b:: require 'a' ::a::",
}


@pytest.mark.parametrize("space", [" ", "-- and\n", "--[[ end ]]", "--[==[\n]]]==]\n--\n"])
@pytest.mark.parametrize("source", CERTAIN.values(), ids=CERTAIN)
def test_what_certainly_runs(source: str, space: str) -> None:
    (found,) = read_lua(source.replace("#", space).encode()).requires
    assert found.certain


@pytest.mark.parametrize("space", [" ", "-- , ;\n", "--[[ = ]]", "--[==[\n]]]==]\n--\n"])
@pytest.mark.parametrize("source", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_may_not_run(source: str, space: str) -> None:
    (found,) = read_lua(source.replace("#", space).encode()).requires
    assert not found.certain


class Chunk:
    """Writes a random chunk of valid Lua, and whether each of its requires is certain to run."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.tokens: list[str] = []
        self.certain: list[bool] = []

    def choose(self, *choices: str) -> str:
        return self.data.draw(st.sampled_from(choices))

    def repeat(self) -> range:
        return range(self.data.draw(st.integers(0, 2)))

    def write(self, *tokens: str) -> None:
        self.tokens += tokens

    def text(self) -> str:
        spaces = [" ", "\n", " -- and , = ;\n", " --[[ end ) or ]]", " --[=[ ]] \n]=] "]
        chosen = self.data.draw(st.lists(st.sampled_from(spaces), min_size=7, max_size=7))
        return "".join(token + chosen[number % 7] for number, token in enumerate(self.tokens))

    def block(self, depth: int, *, runs: bool) -> None:
        for _ in self.repeat():
            self.statement(depth, runs=runs)

    def statement(self, depth: int, *, runs: bool) -> None:
        kind = self.choose(
            "local", "set", "call", "if", "while", "for", "repeat", "do", "function", ";"
        )
        if kind in {"local", "set"}:
            self.write(
                *(
                    [
                        "local",
                        "a",
                        "=",
                    ]
                    if kind == "local"
                    else ["t", ".", "x", "="]
                )
            )
            self.expressions(depth, runs=runs)
        elif kind == "call":
            self.write("f", "(")
            self.expressions(depth, runs=runs)
            self.write(")")
        elif kind == ";":
            self.write(";")
        elif depth > 0:
            self.compound(kind, depth - 1, runs=runs)

    def compound(self, kind: str, depth: int, *, runs: bool) -> None:
        if kind == "if":
            self.write("if")
            self.expression(
                depth, runs=False
            )  # the reader does not tell the condition from the block
            self.write("then")
            self.block(depth, runs=False)
            self.write("else")
        elif kind == "while":
            self.write("while")
            self.expression(depth, runs=runs)
            self.write("do")
        elif kind == "for":
            self.write("for", "i", "=")
            self.expression(depth, runs=runs)
            self.write(",", "9", "do")
        else:
            self.write(
                *{
                    "repeat": ["repeat"],
                    "do": ["do"],
                    "function": ["function", "g", "(", "...", ")"],
                }[kind]
            )
        self.block(depth, runs=False)
        if kind == "repeat":
            self.write("until")
            self.expression(depth, runs=runs)
        else:
            self.write("end")

    def expressions(self, depth: int, *, runs: bool) -> None:
        self.expression(depth, runs=runs)
        for _ in self.repeat():
            self.write(",")
            self.expression(depth, runs=runs)

    def expression(self, depth: int, *, runs: bool) -> None:
        self.operand(depth, runs=runs)
        for _ in self.repeat():
            operator = self.choose("and", "or", "+", "..", "==", "<")
            self.write(operator)
            runs = runs and operator not in {"and", "or"}
            self.operand(depth, runs=runs)

    def operand(self, depth: int, *, runs: bool) -> None:
        kind = self.choose(
            "x", "1e3", "...", "'s'", "nil", "require", "not", "-", "(", "{", "f", "[", "function"
        )
        if kind == "require":
            name = f"'{len(self.certain)}'"
            self.write("require", *(["(", name, ")"] if self.choose("(", "") else [name]))
            self.certain.append(runs)
        elif kind in {"not", "-"}:
            self.write(kind)
            self.operand(depth, runs=runs)
        elif depth > 0 and kind in "({f[function":
            self.nested(kind, depth - 1, runs=runs)
        else:
            self.write("x" if kind in "({f[function" else kind)

    def nested(self, kind: str, depth: int, *, runs: bool) -> None:
        if kind == "function":
            self.write("function", "(", "...", ")")
            self.block(depth, runs=False)
            self.write("end")
            return
        before = {"(": ["("], "{": ["{", "k", "="], "f": ["x", ".", "f", "("], "[": ["x", "["]}[
            kind
        ]
        after = {"(": ")", "{": "}", "f": ")", "[": "]"}[kind]
        self.write(*before)
        self.expression(depth, runs=runs)
        self.write(after)


@given(st.data())
def test_any_chunk_is_followed(data: st.DataObject) -> None:
    chunk = Chunk(data)
    for _ in range(data.draw(st.integers(1, 4))):
        chunk.statement(3, runs=True)
    source = chunk.text()
    assert compile_all([f"local function chunk(...) {source} end".encode()]) == [""]
    found = read_lua(source.encode()).requires
    assert found == read_lua(source.encode()).structure.requires
    assert [(require.target, require.certain) for require in found] == [
        (str(number), certain) for number, certain in enumerate(chunk.certain)
    ]


@pytest.mark.parametrize("space", [" ", "--[[]]", "-- x\n\n--\n" + " " * 80])
@pytest.mark.parametrize(
    "source",
    [
        "loader.#require('a')",
        "loader#:#require('a')",
        "pcall#(#require,#'a')",
        "pcall(function()#require 'a' end)",
        "xpcall(#function() return#require('a') end, f)",
        "require#()",
        "require = 1 require 'a'",
        "function#require(x) end require 'a'",
        "local#require#=#f require 'a'",
    ],
)
def test_what_is_no_require_of_the_game(source: str, space: str) -> None:
    read = read_lua(source.replace("#", space).encode())
    assert (read.requires, read.computed) == ((), ())


@pytest.mark.parametrize("space", ["", " ", "--[[]]", "-- x\n\n--\n" + " " * 80])
def test_a_computed_require_keeps_its_beginning(space: str) -> None:
    source = "require#(#'lib.'#..#name) require#(#name) require#(#) require#(#('a'):rep(2))"
    read = read_lua(source.replace("#", space).encode())
    assert (read.requires, read.computed) == ((), ("lib.", "", ""))


PATHS = {
    "data:extend({{icon =#'__m__/a.png'}})": (True, True),
    "data : extend#{{icon =#'__m__/a.png'}}": (True, True),
    "database{{icon =#'__m__/a.png'}}": (True, False),
    "data:extend{{icon = '__m__/a'#..#x}}": (False, True),
    "data:extend{{icon = '__m__/a.png'}} x = '__m__/a.png'": (True, True),
    "if x then data:extend{{icon = '__m__/a.png'}} end": (True, False),
    "data:extend{{hr_version#=#{icon =#'__m__/a.png'}}}": (True, False),
    "data:extend{x and#{icon = '__m__/a.png'}}": (True, False),
    "data:extend{icon = x or#'__m__/a.png'}": (True, False),
    "data.raw.x.icon =#'__m__/a.png'": (True, False),
}


@pytest.mark.parametrize("space", [" ", "--[[]]", "-- x\n\n--\n" + " " * 80])
@pytest.mark.parametrize("source", PATHS)
def test_paths_and_where_they_are(source: str, space: str) -> None:
    read = read_lua(source.replace("#", space).encode())
    path = read.paths[0]
    place = read.structure.strings[path.offset]
    is_certain = place.certain and place.extending and not place.unread
    assert (path.whole, is_certain) == PATHS[source]


@pytest.mark.parametrize("space", ["", " ", "--[[]]", "-- x\n\n--\n" + " " * 80])
def test_the_end_of_a_joined_path_is_no_path(space: str) -> None:
    assert read_lua(f"x = y ..{space}'__m__/a.png'".encode()).paths == ()


def test_nesting_that_lua_itself_refuses_is_not_read() -> None:
    assert len(read_lua(b"f(" * 150 + b"require 'a'").requires) == 1
    assert read_lua(b"f(" * 10_000 + b"require 'a'").requires == ()
