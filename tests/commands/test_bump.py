"""The command `bump`: it edits info.json and the changelog, or neither."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support import forks
from tests.support.changelogs import section

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
OLD = section("1.1.0", "2026-01-01", "One.")


@pytest.fixture
def bump(program: Any, repository: Any) -> Callable[..., Any]:
    return lambda *arguments: program("bump", *arguments, cwd=repository.root)


def files(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "info.json").read_bytes(), (folder / "changelog.txt").read_bytes()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("major", "2.0.0"),
        ("minor", "1.1.0"),
        ("patch", "1.0.1"),
        ("1.0.10", "1.0.10"),
        ("1.02.0", "1.02.0"),
        ("v1.3.0", "1.3.0"),
        ("1.3", "1.3.0"),
    ],
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


def test_the_changelog_can_be_written_first(bump: Callable[..., Any], repository: Any) -> None:
    """Its top section gives the version, with a date and without one."""
    old = files(repository.root)[1].decode()
    for version, date in (("1.2.0", "????"), ("1.3.0", "2026-02-03")):
        repository.write("changelog.txt", section(version, date, "Two.") + old)
        ran = bump("changelog", "--date", "2026-02-03")
        assert (ran.code, ran.out) == (0, f"{version}\n")
        info, changelog = files(repository.root)
        assert f'"version": "{version}"'.encode() in info
        assert changelog.decode() == section(version, "2026-02-03", "Two.") + old
    again = bump("changelog")
    assert (again.code, "has the version 1.3.0 already" in again.err) == (2, True)
    for text in (section("Unreleased", "????", "Two.") + old, ""):
        repository.write("changelog.txt", text)
        ran = bump("changelog")
        assert (ran.code, "the top section of changelog.txt has no version" in ran.err) == (2, True)


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
        (("minor", "--date=today", "."), None),
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


def versions(folder: Path) -> list[str]:
    return re.findall("^Version: (.+)$", (folder / "changelog.txt").read_text(), re.MULTILINE)


def test_an_open_section_becomes_the_next_until_its_version_is_committed(
    bump: Callable[..., Any], repository: Any
) -> None:
    """A version that was committed may be public: also without a tag, and on another branch."""
    bump("minor")
    ran = bump("major")
    assert (ran.out, "stays" in ran.err) == ("2.0.0\n", False)
    assert versions(repository.root) == ["2.0.0", "1.0.0"]
    repository.git("checkout", "--quiet", "-b", "other")
    repository.git("commit", "--quiet", "--all", "--message", "Bump")
    repository.git("checkout", "--quiet", "main")
    repository.git("checkout", "other", "--", "changelog.txt")
    ran = bump("3.0.0", "--plan")
    assert "the section of 2.0.0 stays open: 2.0.0 was committed" in ran.err
    bump("3.0.0", "--rename")
    assert versions(repository.root) == ["3.0.0", "1.0.0"]
    repository.git("checkout", "--quiet", "--force", "other")
    repository.git("branch", "--quiet", "-D", "main")
    bump("minor")
    assert versions(repository.root) == ["2.1.0", "2.0.0", "1.0.0"]


def test_the_section_of_a_tagged_version_is_never_touched(
    bump: Callable[..., Any], repository: Any
) -> None:
    bump("minor")
    repository.git("commit", "--quiet", "--all", "--message", "Bump")
    repository.git("tag", "v1.1.0")
    before = files(repository.root)
    ran = bump("1.1.0", "--date")
    assert (ran.code, "1.1.0 is released, as the tag v1.1.0 says" in ran.err) == (2, True)
    assert files(repository.root) == before
    assert "stays" not in bump("patch", "--rename").err
    assert versions(repository.root) == ["1.1.1", "1.1.0", "1.0.0"]


def test_without_a_repository_the_present_version_may_be_public(
    bump: Callable[..., Any], repository: Any
) -> None:
    shutil.rmtree(repository.root / ".git")
    bump("minor")
    bump("minor")
    assert versions(repository.root) == ["1.2.0", "1.1.0", "1.0.0"]
    bump("minor", "--rename")
    assert versions(repository.root) == ["1.3.0", "1.1.0", "1.0.0"]


def test_a_shallow_clone_knows_the_version_that_it_has(
    program: Any, bump: Callable[..., Any], repository: Any, tmp_path: Path
) -> None:
    bump("minor")
    repository.git("commit", "--quiet", "--all", "--message", "Bump")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", repository.root.as_uri(), str(clone))
    assert "the section of 1.1.0 stays open" in program("bump", "minor", cwd=clone).err
    assert versions(clone) == ["1.2.0", "1.1.0", "1.0.0"]


def test_the_date_alone_needs_no_force(bump: Callable[..., Any], repository: Any) -> None:
    bump("minor")
    repository.git("commit", "--quiet", "--all", "--message", "Bump")
    info = files(repository.root)[0]
    ran = bump("1.1.0", "--date", "2026-02-03")
    assert (ran.code, ran.out) == (0, "1.1.0\n")
    assert (
        (repository.root / "changelog.txt").read_text().startswith(section("1.1.0", "2026-02-03"))
    )
    assert files(repository.root)[0] == info
    again = bump("1.1.0", "--date")
    assert (again.code, "that has a date" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1.0.0",), "has the version 1.0.0 already, with a section in changelog.txt"),
        (("0.9.9",), "0.9.9 is lower than 1.0.0 in info.json; --force sets it anyway"),
        (("minor", "--date=XX. XX. 2026"), "'XX. XX. 2026' is no date"),
        (("1.65536.0",), "65536 in '1.65536.0' is larger than 65535"),
        (("2",), "'2' has 1 numbers where two or three are needed"),
        (("version",), "'version' is neither"),
        (("0.0", "--force"), "the game refuses the version 0.0.0"),
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


def test_a_broken_changelog_leaves_both_files_alone(
    bump: Callable[..., Any], repository: Any
) -> None:
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
    limits = {"RLIMIT_FSIZE": limit}
    ran = forks.run(("bump", "minor"), environment(), repository.root, limits=limits)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "info.json cannot be written: File too large" in ran.stderr
    assert files(repository.root) == (info, changelog)
    assert repository.git("status", "--porcelain") == ""


def test_links_and_built_zips_are_not_edited(
    program: Any, bump: Callable[..., Any], repository: Any
) -> None:
    program("build", str(repository.root))
    assert "is a built zip" in program("bump", "minor", "dist/lamp-post_1.0.0.zip").err
    moved = (repository.root / "info.json").rename(repository.root / "elsewhere.json")
    (repository.root / "info.json").symlink_to(moved.name)
    before = files(repository.root)
    ran = bump("minor")
    assert (ran.code, "info.json is a link" in ran.err) == (3, True)
    assert files(repository.root) == before
