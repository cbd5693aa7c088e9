from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.info import read_info
from factorio_release.parsers.json.document import read_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return {path}.union(*(paths(part, (*path, key)) for key, part in parts))


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_any_json_is_read(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 cannot encode
        return
    read = read_json(data, "x")
    if not read.problems:
        assert read.value == value
        assert set(read.places) == paths(value)
    else:
        assert "half a character" in read.problems[0].message


@given(st.binary() | st.text("{}[]\",:'\\/*#01.eE-+truefalsn \n\t\u201c\ufeff").map(str.encode))
def test_any_bytes_are_read_and_valid_json_as_json_reads_it(data: bytes) -> None:
    read = read_json(data, "x")
    assert read.complete or read.problems
    if not read.problems:
        assert read.value == json.loads(data)
    lines = read.text.split("\n")
    for problem in read.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.file == "x"


def test_places_count_characters_and_lines() -> None:
    read = read_json('{\r\n  "ä": "😀", "b": [\r\n    1]}'.encode(), "x")
    assert read.places[("b",)] == (2, 18)
    assert read.places["b", 0] == (3, 5)
    assert read.key_places[("b",)] == (2, 13)


@pytest.mark.parametrize(
    ("literal", "index", "column"),
    [('"abc"', 2, 4), (r'"\u0041\n\"x"', 3, 12), ('"\\ud83d\\ude00x"', 1, 14)],
)
def test_places_inside_a_string_count_escapes_as_written(
    literal: str, index: int, column: int
) -> None:
    assert read_json(literal.encode(), "x").place_inside((), index) == (1, column)


def test_keeps_what_was_read_before_it_stops() -> None:
    read = read_json(b'{"a": {"b": 1}, "c": [1}', "x")
    assert (read.value, read.complete, len(read.problems)) == ({"a": {"b": 1}}, False, 1)


def test_reads_on_after_an_error() -> None:
    text = '{"a": 1\n "b": \'x\', // why\n "c": [True, 2,],\n "a": 0.1.2",\n}'
    read = read_json(text.encode(), "x")
    assert read.complete
    assert read.value == {"a": "0.1.2", "b": "x", "c": [True, 2]}
    assert [(p.code, p.line, p.column) for p in read.problems] == [
        ("json-syntax", 1, 8),
        ("json-syntax", 2, 7),
        ("json-comment", 2, 12),
        ("json-syntax", 3, 8),
        ("json-trailing-comma", 3, 15),
        ("json-duplicate-key", 4, 2),
        ("json-syntax", 4, 7),
        ("json-trailing-comma", 4, 13),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"1" * 10_000,
        b'"' + b"\t" * 300_000,
        b"1," * 300_000,
        b'{"a":1,' * 100_000,
        b'{"a":1,' + b'"a":1,' * 100_000,
        b"/*" * 300_000,
        b"\\" * 500_000,
        b"\xff" * 300_000,
        b"\xff\xfe" + b"\x00" * 300_001,
    ],
    ids=lambda data: repr(data[:8]),
)
def test_large_and_deep_texts_are_read_or_refused(data: bytes) -> None:
    started = time.process_time()
    assert read_json(data, "x").problems
    assert time.process_time() - started < 30


def test_a_field_of_another_type_is_absent() -> None:
    info = read_info(b'{"name": "a", "title": 5, "dependencies": ["base", "x ="], "package": []}')
    assert (info.name, info.title, info.summary, info.version, info.package) == (
        "a",
        "",
        "",
        None,
        {},
    )
    assert info.place("dependencies", 9, "x") == info.place("dependencies") == (1, 43)
    assert info.place("nothing") == (1, 1)
    assert info.key_place("title") == (1, 15)
    good, bad = info.dependencies
    assert good.dependency is not None
    assert (bad.dependency, bad.position, bad.line, bad.column) == (None, 1, 1, 56)
