from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.version import parse_version
from tests.support.changelogs import SEPARATOR
from tests.support.work import calls

MAX_CALLS_PER_LINE = 60
SAMPLE = f"""{SEPARATOR}
Version: 1.1.0 the second
Date: 2026-11-22

  Features:
    - Lamps, with <light> and `<code>`.
      They shine.

        - at night
  Bugfixes:
    - No dark spots.
{SEPARATOR}
Version: 1.0.0

"""


def test_reads_sections_with_their_lines() -> None:
    read = read_changelog(SAMPLE.encode())
    assert read.problems == ()
    first, second = read.sections
    assert (first.version_text, str(first.version), first.line) == ("1.1.0 the second", "1.1.0", 2)
    assert (first.date, first.date_line, first.first, first.last) == ("2026-11-22", 3, 1, 11)
    assert [(c.name, c.line) for c in first.categories] == [("Features", 5), ("Bugfixes", 10)]
    (entry,) = first.categories[0].entries
    assert (entry.line, entry.text) == (
        6,
        "Lamps, with <light> and `<code>`.\nThey shine.\n  - at night",
    )
    assert (second.line, second.date, second.date_line, second.categories) == (13, "", 0, ())
    assert (second.first, second.last) == (12, 13)


def test_finds_the_section_of_a_version() -> None:
    read = read_changelog(SAMPLE.encode())
    assert read.section(parse_version("1.00.0")) is read.sections[1]
    assert read.section(parse_version("2.0.0")) is None


def test_writes_release_notes() -> None:
    section = read_changelog(SAMPLE.replace("\n", "\r\n").encode()).sections[0]
    assert section.as_text() == (
        "Features:\n  - Lamps, with <light> and `<code>`.\n    They shine.\n      - at night\n"
        "\nBugfixes:\n  - No dark spots."
    )
    assert section.as_markdown() == (
        "### Features\n\n- Lamps, with \\<light> and `<code>`.\n  They shine.\n    - at night\n"
        "\n### Bugfixes\n\n- No dark spots."
    )


@pytest.mark.parametrize(
    ("entry", "markdown"),
    [
        ("Thanks to @kat-e, @org/team.", "Thanks to `@kat-e`, `@org/team`."),
        ("Fixes #12 (GH-7, other/mod#3, !5).", "Fixes `#12` (`GH-7`, other/mod`#3`, `!5`)."),
        ("Write to me@example.org", "Write to me@example.org"),
        ("See https://example.org/@kat/a#12, `@b` #", "See https://example.org/@kat/a#12, `@b` #"),
        ("Colour #12ab, &#64; and 5!", "Colour #12ab, &#64; and 5!"),
        ("A lone ` before @kat", r"A lone \` before `@kat`"),
        (r"An escaped \<b> and <b>", r"An escaped \<b> and \<b>"),
    ],
)
def test_release_notes_call_nobody_and_lead_to_no_issue(entry: str, markdown: str) -> None:
    """A forge notifies whoever a release's page names, and links numbers to its own issues."""
    text = SAMPLE.replace("No dark spots.", entry)
    assert read_changelog(text.encode()).sections[0].as_markdown().endswith(f"\n- {markdown}")


def test_reads_on_after_an_error() -> None:
    text = SAMPLE.replace("  Features:", "  Features").replace("    - No", "\t- No")
    read = read_changelog(text.encode())
    assert [(p.code, p.line) for p in read.problems] == [
        ("changelog-category", 5),
        ("changelog-entry", 11),
    ]
    assert read.sections == read_changelog(SAMPLE.encode()).sections


@given(st.binary() | st.text("- \t\n\r:VersionDate0.1a\uff1a").map(str.encode))
def test_any_bytes_are_read_and_every_place_is_in_the_text(data: bytes) -> None:
    read = read_changelog(data)
    lines = read.text.split("\n")
    for problem in read.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    for section in read.sections:
        assert 1 <= section.first <= section.line <= section.last <= len(lines)
        section.as_markdown()


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs", "Cs"]), min_size=1
)
TEXT = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@st.composite
def changelogs(draw: st.DrawFn) -> str:
    """Write a changelog by the documented grammar."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    empty = st.sampled_from([[], [""], ["", ""]])
    lines = list(draw(empty))
    numbers = st.integers(0, 65535)
    versions = draw(
        st.lists(st.tuples(numbers, numbers, numbers).filter(any), unique=True, max_size=3)
    )
    for version in versions or [(1, 0, 0)]:
        lines += [SEPARATOR, "Version: " + ".".join(map(str, version)), *draw(empty)]
        lines += draw(st.just([]) | TEXT.map(lambda text: [f"Date: {text}"]))
        texts = iter(draw(st.lists(TEXT, unique=True, max_size=8)))
        for name in draw(st.lists(WORDS.filter(lambda word: not word.startswith("-")), max_size=3)):
            lines += [f"  {name}:", *draw(empty)]
            lines += [f"    - {text}" for text in (next(texts, None),) if text]
            lines += [
                f"      {text}"
                for text in (next(texts, None),)
                if text and lines[-1].startswith("    - ")
            ]
    return end.join(lines) + draw(st.sampled_from(["", end]))


@given(changelogs())
def test_a_changelog_by_the_grammar_has_no_problems(text: str) -> None:
    assert read_changelog(text.encode()).problems == ()


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode() * 500,
        b"\n" * 100_000,
        b" " * 100_000,
        b"-" * 100_000,
        b"Version: 1.0.0\n" * 6_000,
        b"Version:" + b" " * 100_000 + b"x",
        f"{SEPARATOR}\nVersion: 1.0.0\n  A:\n".encode() + b"    - same\n" * 9_000,
        b"    -" * 20_000,
        b"\xff\n" * 40_000,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_large_file_takes_a_bounded_number_of_calls_a_line(data: bytes) -> None:
    """A bounded number of calls a line: no line costs more than another."""
    lines = data.count(b"\n") + 1
    read_changelog(data)  # the expressions are compiled at their first use
    assert calls(lambda: read_changelog(data)) <= MAX_CALLS_PER_LINE * lines + 200
