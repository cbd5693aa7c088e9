"""The changelog section of a new version: every other byte is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.edits.changelog_section import VersionStep, with_section
from factorio_release.errors import ModError
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.version import parse_version
from tests.support.changelogs import BOM, CORPUS, needs_corpus, section

if TYPE_CHECKING:
    from factorio_release.parsers.version import Version

LINE_ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from([b"", BOM])
NUMBERS = st.tuples(st.integers(0, 65535), st.integers(0, 65535), st.integers(1, 65535))


def version(text: str | tuple[int, ...]) -> Version:
    return parse_version(text if isinstance(text, str) else ".".join(map(str, text)))


OLD = section("1.1.0", "2026-01-01", "One.")
STEP = VersionStep(version("1.1.0"), version("1.2.0"))
DATED = VersionStep(version("1.1.0"), version("1.2.0"), date="2026-02-03")
ONE = frozenset([version("1.1.0")])
TAGGED = VersionStep(version("1.1.0"), version("1.2.0"), tagged=ONE, committed=ONE, rename=True)
COMMITTED = VersionStep(version("1.1.0"), version("1.2.0"), committed=ONE)
RENAME = VersionStep(version("1.1.0"), version("1.2.0"), committed=ONE, rename=True)
DATE_ALONE = VersionStep(version("1.1.0"), version("1.1.0"), date="2026-02-03", committed=ONE)
TAGGED_DATE = VersionStep(version("1.1.0"), version("1.1.0"), date="2026-02-03", tagged=ONE)
LOWER = VersionStep(version("1.1.0"), version("1.0.5"))
FIRST = VersionStep(None, version("0.0.1"))


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        pytest.param(OLD, STEP, section("1.2.0", "????") + OLD, id="a new one on top, open"),
        pytest.param(
            OLD, DATED, section("1.2.0", "2026-02-03") + OLD, id="a new one on top, dated"
        ),
        pytest.param("", STEP, section("1.2.0", "????"), id="the first of a new file"),
        pytest.param(
            "\n\n", FIRST, section("0.0.1", "????") + "\n\n", id="the first of an empty file"
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0"),
            STEP,
            section("1.2.0", "????", "Two.") + section("1.0.0"),
            id="an open one of the present version becomes it",
        ),
        pytest.param(
            section("1.1.0", "????", "Two."),
            TAGGED,
            section("1.2.0", "????") + section("1.1.0", "????", "Two."),
            id="one of a tagged version is not open",
        ),
        pytest.param(
            section("1.1.0", "????", "Two."),
            COMMITTED,
            section("1.2.0", "????") + section("1.1.0", "????", "Two."),
            id="one of a committed version may be public",
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0", "????"),
            RENAME,
            section("1.2.0", "????", "Two.") + section("1.0.0", "????"),
            id="one of a committed version is renamed on request",
        ),
        pytest.param(
            section("1.1.0", "????", "Two."),
            DATE_ALONE,
            section("1.1.0", "2026-02-03", "Two."),
            id="the present one gets a date",
        ),
        pytest.param(
            section("1.1.0", "????", "Two."),
            TAGGED_DATE,
            section("1.1.0", "????", "Two."),
            id="a tagged one gets no date",
        ),
        pytest.param(
            section("Unreleased", None, "Two.") + section("1.0.0"),
            DATE_ALONE,
            section("1.1.0", "2026-02-03", "Two.") + section("1.0.0"),
            id="one without a number becomes the present one",
        ),
        pytest.param(
            section("1.1.1", "TBD", "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-02-03", "Two.") + OLD,
            id="an open one between becomes it, dated",
        ),
        pytest.param(
            section("Unreleased", None, "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-02-03", "Two.") + OLD,
            id="one without a number becomes it",
        ),
        pytest.param(
            section("Unreleased", None, "Two.") + OLD,
            STEP,
            section("1.2.0", None, "Two.") + OLD,
            id="one without a number stays without a date",
        ),
        pytest.param(
            section("1.2.0", "????", "Two.") + OLD,
            STEP,
            section("1.2.0", "????", "Two.") + OLD,
            id="a section of the version exists",
        ),
        pytest.param(
            section("1.2.0", "????", "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-02-03", "Two.") + OLD,
            id="a section of the version gets the date",
        ),
        pytest.param(
            section("1.2.0", "2026-01-09", "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-01-09", "Two.") + OLD,
            id="a date is not replaced",
        ),
        pytest.param(
            section("2.0.0", "????", "Far.") + OLD,
            STEP,
            section("2.0.0", "????", "Far.") + section("1.2.0", "????") + OLD,
            id="an open one of a later version stays above",
        ),
        pytest.param(
            section("1.0.9", "????") + OLD,
            STEP,
            section("1.2.0", "????") + section("1.0.9", "????") + OLD,
            id="an undated one below the present version is released",
        ),
        pytest.param(
            OLD + section("1.0.0"),
            LOWER,
            OLD + section("1.0.5", "????") + section("1.0.0"),
            id="a lower version in its place",
        ),
        pytest.param(OLD, LOWER, OLD + section("1.0.5", "????"), id="the lowest at the end"),
        pytest.param(
            OLD.rstrip("\n"),
            LOWER,
            OLD + section("1.0.5", "????"),
            id="the lowest behind an open last line",
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0"),
            LOWER,
            section("1.0.5", "????", "Two.") + section("1.0.0"),
            id="an open one of the present version is taken back",
        ),
        pytest.param(
            f"{OLD.rstrip()} \n",
            STEP,
            f"{section('1.2.0', '????')}{OLD.rstrip()} \n",
            id="problems are kept",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("bom", [b"", BOM], ids=["", "bom"])
def test_the_section_of_a_new_version(
    before: str, step: VersionStep, after: str, end: str, bom: bytes
) -> None:
    if not before:
        end = "\n"  # an empty file has no line ends to keep
    assert (
        with_section(bom + before.replace("\n", end).encode(), step)
        == bom + after.replace("\n", end).encode()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello\n", "changelog.txt:1:1: text before the first line of 99 dashes"),
        (section("1.1.0") + "   - Crooked\n", "changelog.txt:4:1: an entry indented by 3 spaces"),
        (OLD + OLD, "already has a section"),
        (OLD + section("soon"), "the section 'soon' has no version yet"),
    ],
)
def test_a_changelog_that_the_game_drops_is_refused(text: str, message: str) -> None:
    with pytest.raises(ModError, match=re.escape(message)):
        with_section(text.encode(), STEP)


@st.composite
def changelogs(draw: Any) -> tuple[bytes, list[Any]]:
    """Return a changelog in the grammar, newest first, and its versions."""
    numbers = sorted(draw(st.lists(NUMBERS, unique=True, max_size=5)), reverse=True)
    dates = st.sampled_from([None, "????", "TBD", "2026-01-01", "1. 1. 2026"])
    texts = st.lists(st.sampled_from(["One.", "Two.", "Größer", "`a::b`"]), unique=True, max_size=3)
    text = "".join(section(str(version(one)), draw(dates), *draw(texts)) for one in numbers)
    return draw(BOMS) + text.replace("\n", draw(LINE_ENDS)).encode(), [
        version(one) for one in numbers
    ]


@given(changelogs(), NUMBERS, NUMBERS, st.booleans(), st.sampled_from(["", "2026-02-03"]))
def test_any_changelog_gets_its_section_and_keeps_every_other_line(
    made: tuple[bytes, list[Any]],
    present: tuple[int, ...],
    following: tuple[int, ...],
    may_be_public: bool,
    date: str,
) -> None:
    data, there = made
    committed = frozenset(there if may_be_public else ())
    step = VersionStep(version(present), version(following), date, committed=committed)
    after = with_section(data, step)
    changelog = read_changelog(after)
    assert [problem.code for problem in changelog.problems if problem.code != "changelog-bom"] == []
    assert changelog.section(step.following)
    assert len(changelog.sections) <= len(there) + 1
    assert with_section(after, step) == after
    assert (b"\r\n" in after) == (b"\r\n" in data)
    before_lines, after_lines = data.split(b"\n"), after.split(b"\n")
    touched = re.compile(rb"-{99}\r?|Version: .*|Date: .*|", re.DOTALL)
    kept = [line for line in before_lines if not touched.fullmatch(line.removeprefix(BOM))]
    assert [line for line in after_lines if not touched.fullmatch(line.removeprefix(BOM))] == kept
    assert after.startswith(BOM) == data.startswith(BOM)


@needs_corpus
def test_real_changelogs_get_a_section_or_are_refused() -> None:
    grown = 0
    for path in sorted(CORPUS.glob("changelogs/*.txt")):
        data = path.read_bytes()
        before = read_changelog(data)
        try:
            after = with_section(data, VersionStep(None, version("65000.1.2"), date="2026-02-03"))
        except ModError:
            assert before.problems, path.name
            continue
        added = len(read_changelog(after).sections) - len(before.sections)
        assert len(after.splitlines()) == len(data.splitlines()) + 3 * added, path.name
        assert added == 0 or data.removeprefix(BOM) in after, path.name
        assert read_changelog(after).problems == () or before.problems, path.name
        grown += 1
    assert grown > 100
