"""A pattern that is compiled when it is first used behaves as one of `re`."""

from __future__ import annotations

import re

import pytest

from factorio_release.lazy_pattern import lazy_pattern


def test_has_what_a_pattern_has() -> None:
    for name in ("pattern", "flags", "groups", "groupindex"):
        lazy, plain = lazy_pattern("(?P<a>x)+", re.DOTALL), re.compile("(?P<a>x)+", re.DOTALL)
        assert getattr(lazy, name) == getattr(plain, name)
    lazy_bytes = lazy_pattern(rb"\s++")
    assert [found.span() for found in lazy_bytes.finditer(b"a  b c")] == [(1, 3), (4, 5)]
    assert lazy_bytes.match(b"  a", 1)
    assert lazy_bytes.sub(b"-", b"a b") == b"a-b"
    assert not lazy_bytes.fullmatch(b"a")


def test_is_compiled_at_the_first_use() -> None:
    broken = lazy_pattern("(")
    with pytest.raises(re.error):
        broken.search("x")
