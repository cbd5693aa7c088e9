from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.locale import read_locale


def test_reads_sections_keys_and_comments() -> None:
    read = read_locale("a=1\r\n; no\n# no\n[item-name]\n lamp = L=ä__1__ \n\nlamp=\n".encode())
    assert read.problems == ()
    assert read.sections == (("item-name", 4),)
    assert [(e.section, e.key, e.name, e.value, e.line) for e in read.entries] == [
        ("", "a", "a", "1", 1),
        ("item-name", "lamp ", "lamp", " L=ä__1__ ", 5),
        ("item-name", "lamp", "lamp", "", 7),
    ]


def test_reads_one_side_of_a_conflict() -> None:
    read = read_locale(
        b"a=1\n<<<<<<< HEAD\nb=ours\n||||||| base\nb=old\n=======\nb=theirs\n>>>>>>> side\nc=3\n"
    )
    assert [(e.key, e.value, e.line) for e in read.entries] == [
        ("a", "1", 1),
        ("b", "ours", 3),
        ("c", "3", 9),
    ]
    assert [(p.code, p.line) for p in read.problems] == [("locale-syntax", 2)]


def test_reports_any_other_line() -> None:
    read = read_locale(b"\xef\xbb\xbf[a\n  words\nkey=\xff\n")
    assert [(p.code, p.line, p.column) for p in read.problems] == [
        ("locale-bom", 1, 1),
        ("locale-encoding", 3, 5),
        ("locale-syntax", 1, 1),
        ("locale-syntax", 2, 3),
    ]


@given(st.binary() | st.text("[]=#; \na").map(str.encode))
def test_any_bytes_are_read(data: bytes) -> None:
    read = read_locale(data)
    lines = read.text.split("\n")
    assert all(1 <= problem.line <= len(lines) for problem in read.problems)
    assert all(lines[entry.line - 1].strip() for entry in read.entries)
