from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.dependency import (
    OPERATORS,
    PREFIXES,
    DependencyError,
    parse_dependency,
)
from factorio_release.parsers.version import parse_version


@pytest.mark.parametrize(
    ("text", "prefix", "name", "operator", "version"),
    [
        ("base", "", "base", "", ""),
        ("base>=1.1.0", "", "base", ">=", "1.1.0"),
        ("? Squeak Through >= 1.2", "?", "Squeak Through", ">=", "1.2"),
        ("(?)Renai", "(?)", "Renai", "", ""),
        ("!a-b_c <2.0", "!", "a-b_c", "<", "2.0"),
        ("~ 200 Inventory Size", "~", "200 Inventory Size", "", ""),
        ("+ flib  =  0.01.2", "+", "flib", "=", "0.01.2"),
        ("+~flib <= 65535.65535.65535", "+~", "flib", "<=", "65535.65535.65535"),
        ("a>1.0", "", "a", ">", "1.0"),
    ],
)
def test_reads_a_dependency(text: str, prefix: str, name: str, operator: str, version: str) -> None:
    read = parse_dependency(text)
    assert (read.prefix, read.name, read.operator, str(read.version or "")) == (
        prefix,
        name,
        operator,
        version,
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        (" base", 1),
        ("?", 2),
        ("? ", 3),
        ("?? a", 2),
        ("(!) a", 1),
        (">= 2.0", 1),
        ("!>= 2.0", 2),
        ("base => 2.0", 6),
        ("flib == 0.16", 6),
        ("flib ~> 0.16", 6),
        ("fl!b >= 0.16", 3),
        ("flib ! 0.16", 6),
        ("?\ta", 2),
        ("a\tb", 2),
        ("base 2.0", 7),
        ("flib >=", 8),
        ("flib >= ", 9),
        ("flib >= x", 9),
        ("flib >= 0.16.x", 14),
        ("flib >= 0.16.", 14),
        ("flib >= 0", 9),
        ("flib >= 1.2.3.4", 14),
        ("flib >= 70000.0", 9),
        ("flib >= 0.0.70000", 13),
        ("a >= 1.0, < 2.0", 9),
        ("a >= 1.0 ", 9),
        ("a ", 2),
        ("a>=1.0 ? b", 8),
        ("bäse", 2),
    ],
)
def test_refuses_a_dependency_at_the_column_of_the_error(text: str, column: int) -> None:
    with pytest.raises(DependencyError) as refused:
        parse_dependency(text)
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        ("a", "0.0.1 9.9.9", ""),
        ("a >= 1.2", "1.2.0 1.10.0", "1.1.9"),
        ("a > 1.2", "1.2.1", "1.2.0"),
        ("a < 1.2", "1.1.9", "1.2.0"),
        ("a <= 1.2", "1.2.0", "1.2.1"),
        ("a = 1.02", "1.2.0", "1.2.1"),
        ("! a = 1.2", "1.2.0 1.2.1", ""),
    ],
)
def test_accepts_versions(text: str, accepted: str, refused: str) -> None:
    read = parse_dependency(text)
    assert all(read.accepts(parse_version(version)) for version in accepted.split())
    assert not any(read.accepts(parse_version(version)) for version in refused.split())


def test_required_and_built_in_dependencies() -> None:
    required = {prefix for prefix in PREFIXES if parse_dependency(f"{prefix}flib").required}
    assert required == {"", "~"}
    assert parse_dependency("? space-age").built_in
    assert not parse_dependency("space-age-2").built_in


@given(st.text() | st.text("?!(~+) ab-_<>=.01,\t"))
def test_any_text_is_read_or_refused_at_a_column_inside_it(text: str) -> None:
    try:
        read = parse_dependency(text)
    except DependencyError as error:
        column = error.column
    else:
        column = 1
        assert read.text == text
        assert (read.version is None) == (read.operator == "")
    assert 1 <= column <= len(text) + 1


NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,9}( [A-Za-z0-9_-]{1,9}){0,2}", fullmatch=True)
VERSIONS = st.lists(st.integers(0, 65535), min_size=2, max_size=3).map(
    lambda numbers: ".".join(map(str, numbers))
)


@given(
    st.sampled_from(PREFIXES),
    st.sampled_from(["", " "]),
    NAMES,
    st.sampled_from(OPERATORS),
    VERSIONS,
)
def test_any_dependency_by_the_grammar_is_read(
    prefix: str, space: str, name: str, operator: str, version: str
) -> None:
    if prefix == "" or (prefix == "+" and name.startswith("~")):
        space = ""
    read = parse_dependency(f"{prefix}{space}{name}{space}{operator}{space}{version}")
    assert (read.prefix, read.name, read.operator, str(read.version)) == (
        prefix,
        name,
        operator,
        version,
    )
