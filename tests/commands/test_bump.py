"""`bump`: the two edits as values, every other byte kept, and the command over them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.edits.changelog_section import VersionStep, with_section
from factorio_release.edits.info_version import with_version
from factorio_release.errors import ModError
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
DASHES = "-" * 99
BOM = b"\xef\xbb\xbf"
LINE_ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from([b"", BOM])
NUMBERS = st.tuples(st.integers(0, 65535), st.integers(0, 65535), st.integers(1, 65535))


def version(text: str | tuple[int, ...]) -> Any:
    return parse_version(text if isinstance(text, str) else ".".join(map(str, text)))


# info.json


@st.composite
def info_files(draw: Any) -> bytes:
    """Return an info.json in any layout, with its version `0.1.01` anywhere among the keys."""
    fields = draw(st.dictionaries(st.text(max_size=4), st.text(max_size=6) | st.integers(), max_size=4))
    fields.pop("version", None)
    fields["package"] = {"version": "0.1.01"}
    items = draw(st.permutations([*fields.items(), ("version", "0.1.01")]))
    text = json.dumps(
        dict(items),
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (" , ", " : ")])),
        ensure_ascii=draw(st.booleans()),
    )
    ends = draw(LINE_ENDS)
    written: bytes = text.replace("\n", ends).encode("utf-8", "replace") + draw(
        st.sampled_from([b"", ends.encode()])
    )
    return draw(BOMS) + written  # type: ignore[no-any-return]  # draw is untyped


@given(info_files(), NUMBERS)
def test_nothing_but_the_version_changes_in_info_json(data: bytes, numbers: tuple[int, ...]) -> None:
    after = with_version(data, version(numbers))
    assert read_info(after).version == version(numbers)
    assert read_info(after).value == {**read_info(data).value, "version": str(version(numbers))}
    assert with_version(after, version("0.1.01")) == data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"version":"1.0.0",}', b'{"version":"1.2.3",}'),
        (b'{ // mine\n"version" :\t"1.0.0" }', b'{ // mine\n"version" :\t"1.2.3" }'),
        (rb'{"version": "\u0031.0.0"}', b'{"version": "1.2.3"}'),
        (b'{"version": "new"}', b'{"version": "1.2.3"}'),
        (
            b'{"version": "1.0.0", "x": {"version": 1, "version": 2}}',
            b'{"version": "1.2.3", "x": {"version": 1, "version": 2}}',
        ),
        (b'{"version": "1.0.0", "a": 1, "a": "version"}', b'{"version": "1.2.3", "a": 1, "a": "version"}'),
    ],
)
def test_problems_elsewhere_are_kept(before: bytes, after: bytes) -> None:
    assert with_version(before, version("1.2.3")) == after


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"version": "1.0.0", "version": "1.0.1"}', "info.json:1:22: the key"),
        (b'{"name": "x"}', "no version that is a string"),
        (b'{"version": 1.0}', "no version that is a string"),
        (b"[]", "no version that is a string"),
        (b'{"version": "1.0.0"', "info.json:1:20: the file ends"),
        (b'{"version": "1.0.0", "title": "\xff"}', "info.json:1:32: byte 0xFF"),
        ('{"version": "1.0.0"}'.encode("utf-16"), "UTF-16"),
        (b"", "info.json:1:1"),
    ],
)
def test_an_info_json_in_doubt_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ModError, match=re.escape(said)):
        with_version(data, version("1.2.3"))


# changelog.txt


def section(number: str, date: str | None = "2026-01-01", *entries: str) -> str:
    dated = "" if date is None else f"Date: {date}\n"
    told = "".join(f"    - {entry}\n" for entry in entries)
    return f"{DASHES}\nVersion: {number}\n{dated}" + (f"  Changes:\n{told}" if told else "")


OLD = section("1.1.0", "2026-01-01", "One.")
STEP = VersionStep(version("1.1.0"), version("1.2.0"))
DATED = VersionStep(version("1.1.0"), version("1.2.0"), date="2026-02-03")
TAGGED = VersionStep(version("1.1.0"), version("1.2.0"), released=True)
LOWER = VersionStep(version("1.1.0"), version("1.0.5"))
FIRST = VersionStep(None, version("0.0.1"))


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        pytest.param(OLD, STEP, section("1.2.0", "????") + OLD, id="a new one on top, open"),
        pytest.param(OLD, DATED, section("1.2.0", "2026-02-03") + OLD, id="a new one on top, dated"),
        pytest.param("", STEP, section("1.2.0", "????"), id="the first of a new file"),
        pytest.param("\n\n", FIRST, section("0.0.1", "????") + "\n\n", id="the first of an empty file"),
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
            id="unless that version is tagged",
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0") + section("0.9.0", "????"),
            STEP,
            section("1.2.0", "????")
            + section("1.1.0", "????", "Two.")
            + section("1.0.0")
            + section("0.9.0", "????"),
            id="or its author leaves sections undated",
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0", "????"),
            STEP,
            section("1.2.0", "????") + section("1.1.0", "????", "Two.") + section("1.0.0", "????"),
            id="all of them",
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
            id="and stays without a date",
        ),
        pytest.param(
            section("1.2.0", "????", "Two.") + OLD,
            STEP,
            section("1.2.0", "????", "Two.") + OLD,
            id="its own is there already",
        ),
        pytest.param(
            section("1.2.0", "????", "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-02-03", "Two.") + OLD,
            id="its own gets the date",
        ),
        pytest.param(
            section("1.2.0", "2026-01-09", "Two.") + OLD,
            DATED,
            section("1.2.0", "2026-01-09", "Two.") + OLD,
            id="a date that is there stays",
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
            id="an undated one below the present version is history",
        ),
        pytest.param(
            OLD + section("1.0.0"),
            LOWER,
            OLD + section("1.0.5", "????") + section("1.0.0"),
            id="a lower version in its place",
        ),
        pytest.param(OLD, LOWER, OLD + section("1.0.5", "????"), id="the lowest at the end"),
        pytest.param(
            OLD.rstrip("\n"), LOWER, OLD + section("1.0.5", "????"), id="the lowest behind an open last line"
        ),
        pytest.param(
            section("1.1.0", "????", "Two.") + section("1.0.0"),
            LOWER,
            section("1.0.5", "????", "Two.") + section("1.0.0"),
            id="an open one of the present version is taken back",
        ),
        pytest.param(
            f"{OLD.rstrip()} \n", STEP, f"{section('1.2.0', '????')}{OLD.rstrip()} \n", id="problems are kept"
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("bom", [b"", BOM], ids=["", "bom"])
def test_the_section_of_a_new_version(
    before: str, step: VersionStep, after: str, end: str, bom: bytes
) -> None:
    if not before:
        end = "\n"  # there is none to go by
    assert (
        with_section(bom + before.replace("\n", end).encode(), step)
        == bom + after.replace("\n", end).encode()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n", "changelog.txt:1:1: text before the first line of 99 dashes"),
        (section("1.1.0") + "   - Crooked\n", "changelog.txt:4:1: an entry indented by 3 spaces"),
        (OLD + OLD, "already has a section"),
        (OLD + section("soon"), "'soon' is not numbers"),
    ],
)
def test_a_changelog_that_the_game_drops_is_refused(text: str, said: str) -> None:
    with pytest.raises(ModError, match=re.escape(said)):
        with_section(text.encode(), STEP)


@st.composite
def changelogs(draw: Any) -> tuple[bytes, list[Any]]:
    """Return a changelog in the grammar, newest first, and its versions."""
    numbers = sorted(draw(st.lists(NUMBERS, unique=True, max_size=5)), reverse=True)
    dates = st.sampled_from([None, "????", "TBD", "2026-01-01", "1. 1. 2026"])
    texts = st.lists(st.sampled_from(["One.", "Two.", "Größer", "`a::b`"]), unique=True, max_size=3)
    text = "".join(section(str(version(one)), draw(dates), *draw(texts)) for one in numbers)
    return draw(BOMS) + text.replace("\n", draw(LINE_ENDS)).encode(), [version(one) for one in numbers]


@given(changelogs(), NUMBERS, NUMBERS, st.booleans(), st.sampled_from(["", "2026-02-03"]))
def test_whatever_is_bumped_parses_and_keeps_every_other_line(
    made: tuple[bytes, list[Any]],
    present: tuple[int, ...],
    following: tuple[int, ...],
    released: bool,
    date: str,
) -> None:
    data, there = made
    step = VersionStep(version(present), version(following), released, date)
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


# real mods

BESIDE = ROOT.parent / "shared" / "corpus"
CORPUS = Path(os.environ.get("CORPUS_UNDER_TEST", BESIDE))
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of real mods at {CORPUS}")


@needs_corpus
def test_real_info_files_keep_every_other_byte() -> None:
    edited = 0
    for path in sorted(CORPUS.glob("info_json/*.json")):
        data = path.read_bytes()
        before = read_info(data).version
        if before is None:
            continue
        after = with_version(data, version("65000.1.2"))
        assert read_info(after).version == version("65000.1.2"), path.name
        assert with_version(after, before) == data, path.name
        edited += 1
    assert edited > 200


@needs_corpus
def test_real_changelogs_grow_by_a_section_or_refuse() -> None:
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


# the command


@pytest.fixture
def bump(program: Any, repository: Any) -> Callable[..., Any]:
    return lambda *arguments: program("bump", *arguments, cwd=repository.root)


def files(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "info.json").read_bytes(), (folder / "changelog.txt").read_bytes()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("major", "2.0.0"), ("minor", "1.1.0"), ("patch", "1.0.1"), ("1.0.10", "1.0.10"), ("1.02.0", "1.02.0")],
)
def test_bump_writes_both_files_and_prints_the_version(
    bump: Callable[..., Any], repository: Any, wanted: str, expected: str
) -> None:
    info, changelog = files(repository.root)
    ran = bump(wanted)
    assert (ran.code, ran.out) == (0, f"{expected}\n")
    assert f'-  "version": "1.0.0",\n+  "version": "{expected}",\n' in ran.err
    assert f"+Version: {expected}\n" in ran.err
    assert files(repository.root) == (
        info.replace(b'"1.0.0"', f'"{expected}"'.encode()),
        section(expected, "????").encode() + changelog,
    )


def test_what_was_bumped_passes_the_checks_once_it_says_something(
    bump: Callable[..., Any], program: Any, repository: Any
) -> None:
    bump("minor", "--date")
    path = repository.root / "changelog.txt"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:3], "  Features:", "    - Two.", *lines[3:]]))
    ran = program("check", "--fail-on", "warning", str(repository.root))
    assert (ran.code, ran.mod["version"], ran.mod["findings"]) == (0, "1.1.0", [])


def test_plan_writes_nothing(bump: Callable[..., Any], repository: Any) -> None:
    before = files(repository.root)
    ran = bump("minor", "--plan")
    assert (ran.code, ran.out) == (0, "1.1.0\n")
    assert "+Version: 1.1.0\n" in ran.err
    assert files(repository.root) == before


@pytest.mark.parametrize(
    ("arguments", "date"),
    [
        (("minor", "--date"), None),
        (("--date", "minor"), None),
        (("--date", "1.1.0", "."), None),
        (("minor", "--date", "."), None),
        (("minor", "--date", "2026-02-03", "."), "2026-02-03"),
        (("--date=3. 2. 2026", "minor"), "3. 2. 2026"),
    ],
)
def test_date_is_today_or_as_given(
    bump: Callable[..., Any], repository: Any, arguments: tuple[str, ...], date: str | None
) -> None:
    before = datetime.now(UTC).date()
    assert bump(*arguments).out == "1.1.0\n"
    stamped = files(repository.root)[1].decode().splitlines()[2]
    today = {f"Date: {day}" for day in (before, datetime.now(UTC).date())}
    assert stamped in ({f"Date: {date}"} if date else today)


def test_an_open_section_becomes_the_next_unless_its_version_is_tagged(
    bump: Callable[..., Any], repository: Any
) -> None:
    bump("minor")
    assert bump("major").out == "2.0.0\n"
    assert files(repository.root)[1].startswith(
        section("2.0.0", "????").encode() + f"{DASHES}\nVersion: 1.0.0".encode()
    )
    repository.git("commit", "--quiet", "--all", "--message", "Bump")
    repository.git("tag", "v2.0.0")
    bump("minor")
    assert files(repository.root)[1].startswith(
        (section("2.1.0", "????") + section("2.0.0", "????")).encode() + f"{DASHES}\nVersion: 1.0.0".encode()
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1.0.0",), "1.0.0 is not higher than 1.0.0 in info.json; --force sets it anyway"),
        (("0.9.9",), "0.9.9 is not higher than 1.0.0"),
        (("1.65536.0",), "65536 in '1.65536.0' is larger than 65535"),
        (("1.2",), "'1.2' has 2 numbers where three are needed"),
        (("v1.2.0",), "'v1.2.0' is neither"),
        (("minro",), "did you mean minor?"),
        (("0.0.0", "--force"), "the game refuses the version 0.0.0"),
        (("minor", "--date=\x1b[31m"), "has characters that no date has"),
        (("minor", "--dat"), "the option --dat is not known"),
        (("minor", ".", "more"), "bump does not take the argument 'more'"),
        ((), "major|minor|patch|X.Y.Z"),
    ],
)
def test_a_version_that_cannot_come_next_is_refused(
    bump: Callable[..., Any], repository: Any, arguments: tuple[str, ...], said: str
) -> None:
    before = files(repository.root)
    ran = bump(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert files(repository.root) == before


def test_a_number_past_its_end_is_refused(bump: Callable[..., Any], repository: Any) -> None:
    repository.release("1.65535.65535")
    before = files(repository.root)
    for part in ("minor", "patch"):
        assert "larger than 65535" in bump(part).err
    assert files(repository.root) == before
    assert bump("major").out == "2.0.0\n"


def test_the_same_version_twice_is_refused(bump: Callable[..., Any], repository: Any) -> None:
    assert bump("1.1.0").code == 0
    before = files(repository.root)
    assert bump("1.1.0").code == 2
    assert files(repository.root) == before


def test_force_sets_a_lower_version(bump: Callable[..., Any], repository: Any) -> None:
    before = files(repository.root)
    bump("2.0.0")
    assert bump("1.0.0", "--force").out == "1.0.0\n"
    assert files(repository.root)[0] == before[0]


def test_a_broken_changelog_leaves_both_files_alone(bump: Callable[..., Any], repository: Any) -> None:
    repository.write("changelog.txt", OLD + "   - Crooked\n")
    before = files(repository.root)
    ran = bump("minor")
    assert (ran.code, ran.out) == (3, "")
    assert "changelog.txt:6:1: an entry indented by 3 spaces" in ran.err
    assert "--fix" in ran.err
    assert files(repository.root) == before


def test_a_mod_without_changelog_gets_one(bump: Callable[..., Any], repository: Any) -> None:
    (repository.root / "changelog.txt").unlink()
    assert bump("minor").code == 0
    assert files(repository.root)[1].decode() == section("1.1.0", "????")


@pytest.mark.skipif(sys.platform == "win32", reason="sizes are limited by POSIX")
def test_no_file_changes_when_one_cannot_be_written(repository: Any) -> None:
    """The disk is as good as full for info.json, and has room for the changelog."""
    repository.release("1.0.1", description="Light. " * 60)
    info, changelog = files(repository.root)
    limit = (len(info) + len(changelog) + 140) // 2
    assert len(changelog) + 140 < limit < len(info)
    ran = subprocess.run(
        ["prlimit", f"--fsize={limit}", sys.executable, "-m", "factorio_release", "bump", "minor"],
        cwd=repository.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "info.json cannot be written: File too large" in ran.stderr
    assert files(repository.root) == (info, changelog)
    assert repository.git("status", "--porcelain") == ""


def test_links_and_built_zips_are_not_edited(program: Any, bump: Callable[..., Any], repository: Any) -> None:
    program("build", str(repository.root))
    assert "is a built zip" in program("bump", "minor", "dist/lamp-post_1.0.0.zip").err
    moved = (repository.root / "info.json").rename(repository.root / "elsewhere.json")
    (repository.root / "info.json").symlink_to(moved.name)
    before = files(repository.root)
    ran = bump("minor")
    assert (ran.code, "info.json is a link" in ran.err) == (3, True)
    assert files(repository.root) == before
