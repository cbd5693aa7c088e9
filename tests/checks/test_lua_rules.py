"""Compiling Lua: many files in two threads, and files that were made to do harm."""

from __future__ import annotations

import pytest

from tests.checks.memory_mod import findings, memory_mod


def test_much_lua_is_compiled_by_two_threads_and_each_message_keeps_its_file() -> None:
    lines = b"x = 1 + 1 -- a line\n" * 4000
    files = {f"lib/{n}.lua": lines + (b"end" if n % 7 == 3 else b"") for n in range(40)}
    found = findings("lua-syntax-unused", memory_mod(files))
    assert sorted(f.file for f in found) == sorted(f"lib/{n}.lua" for n in range(40) if n % 7 == 3)
    assert {f.line for f in found} == {4001}


def test_lua_is_compiled_and_never_run() -> None:
    endless = memory_mod({"control.lua": b"while true do end", "data.lua": b"error('ran')"})
    assert findings("lua-syntax", endless) == []


@pytest.mark.parametrize(
    "source", [b"\x1bLua\x52\x00", b"(" * 300, b"x = " + b"{" * 300, b"\xff\x00"]
)
def test_hostile_chunks_end_in_a_message(source: bytes) -> None:
    found = findings("lua-syntax", memory_mod({"control.lua": source}))
    assert len(found) == 1
    assert "\n" not in found[0].message
