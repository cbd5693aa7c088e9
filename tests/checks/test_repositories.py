"""Rules that look at a real repository around the mod."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from tests.checks.memory_mod import INFO, findings
from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

SEPARATOR = "-" * 99
CHANGELOG = f"{SEPARATOR}\nVersion: {INFO['version']}\n  Changes:\n    - A change.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a mod in its folder `mod`, all committed."""
    (tmp_path / "mod").mkdir()
    (tmp_path / "mod" / "info.json").write_text(json.dumps(INFO))
    (tmp_path / "mod" / "control.lua").write_text("local a = 1\n")
    (tmp_path / "mod" / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"1" * 100)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_a_file_that_differs_from_the_tagged_commit_is_reported(repository: Path) -> None:
    mod = repository / "mod"
    (mod / "control.lua").write_text("local a = 2\n")
    (found,) = findings("differs-from-head", load_mod(mod), tag="v1.2.3")
    assert (found.file, found.message) == (
        "control.lua",
        "control.lua differs from the tagged commit",
    )
    (mod / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"1" * 2000)
    git(repository, "add", ".")
    (found,) = findings("differs-from-head", load_mod(mod), tag="v1.2.3")
    assert found.message == "control.lua, icon.png differ from the tagged commit"


def test_a_tag_must_be_the_commit_that_is_checked_out(repository: Path) -> None:
    mod = repository / "mod"
    git(repository, "tag", "v1.2.3")
    assert findings("tag-not-checked-out", load_mod(mod), tag="v1.2.3") == []
    assert findings("tag-not-checked-out", load_mod(mod), tag="v1.2.4") == []
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    (found,) = findings("tag-not-checked-out", load_mod(mod), tag="v1.2.3")
    assert found.message.startswith("the tag v1.2.3 is commit ")
    assert findings("tag-not-checked-out", load_mod(mod)) == []
    assert len(findings("tag-not-checked-out", load_mod(mod), tag="v9", tag_commit="ab" * 20)) == 1
    assert findings("tag-not-checked-out", load_mod(mod), tag="v9", tag_commit="no id") == []


def test_without_a_tag_and_for_line_ends_no_file_differs(repository: Path) -> None:
    mod = repository / "mod"
    assert findings("differs-from-head", load_mod(mod), tag="v1.2.3") == []
    (mod / "control.lua").write_bytes(b"local a = 1\r\n")
    assert findings("differs-from-head", load_mod(mod), tag="v1.2.3") == []
    (mod / "control.lua").write_text("local a = 2\n")
    assert findings("differs-from-head", load_mod(mod)) == []


def test_a_changelog_above_the_mod_folder_is_reported_when_it_has_the_version(
    repository: Path,
) -> None:
    above = repository / "changelog.txt"
    above.write_text(CHANGELOG)
    (found,) = findings("changelog-elsewhere", load_mod(repository / "mod"))
    assert found.message == "changelog.txt is outside the mod folder and is not packaged"
    above.write_text(CHANGELOG.replace("1.2.3", "9.9.9"))
    assert findings("changelog-elsewhere", load_mod(repository / "mod")) == []


def test_a_changelog_above_the_mod_folder_does_not_matter_when_the_mod_has_one(
    repository: Path,
) -> None:
    (repository / "changelog.txt").write_text(CHANGELOG)
    (repository / "mod" / "changelog.txt").write_text(CHANGELOG)
    git(repository, "add", ".")
    assert findings("changelog-elsewhere", load_mod(repository / "mod")) == []


@pytest.mark.parametrize(("size", "grows"), [(100, False), (900_000, False), (1_500_000, True)])
def test_sudden_growth_since_the_last_tag_is_reported(
    repository: Path, size: int, grows: bool
) -> None:
    git(repository, "tag", "v1.2.2")
    (repository / "mod" / "film.ogg").write_bytes(bytes(size))
    git(repository, "add", ".")
    assert growth(repository / "mod") == (["film.ogg"] if grows else [])


@pytest.mark.parametrize(("between", "grows"), [("1.2.2", False), ("1.2.1", True), ("1.3.0", True)])
def test_growth_since_a_tag_with_releases_after_it_is_not_reported(
    repository: Path, between: str, *, grows: bool
) -> None:
    git(repository, "tag", "v1.2.1")
    changelog = f"{CHANGELOG}{SEPARATOR}\nVersion: {between}\n  Changes:\n    - Another.\n"
    (repository / "mod" / "changelog.txt").write_text(changelog)
    (repository / "mod" / "film.ogg").write_bytes(bytes(2_000_000))
    git(repository, "add", ".")
    assert growth(repository / "mod") == (["film.ogg"] if grows else [])


def test_growth_since_a_tag_is_not_reported_if_a_commit_had_a_later_version(
    repository: Path,
) -> None:
    git(repository, "tag", "v1.2.1")
    info = repository / "mod" / "info.json"
    for version in ("1.2.2", "1.2.3"):
        info.write_text(json.dumps(INFO | {"version": version}))
        git(repository, "commit", "-qam", version)
    (repository / "mod" / "film.ogg").write_bytes(bytes(2_000_000))
    git(repository, "add", ".")
    assert growth(repository / "mod") == []


def test_without_a_release_to_compare_with_there_is_no_growth(repository: Path) -> None:
    assert changes_since_release(load_mod(repository / "mod")) is None
    assert growth(repository / "mod") == []


def growth(folder: Path) -> list[str]:
    mod = load_mod(folder)
    found = run_checks(mod, CheckContext(), changes=changes_since_release(mod)).findings
    return [finding.file for finding in found if finding.code == "package-growth"]


# The codes that need a repository, each with a test that shows it.
SHOWN_WITH_A_REPOSITORY = {
    "changelog-elsewhere": test_a_changelog_above_the_mod_folder_is_reported_when_it_has_the_version,
    "differs-from-head": test_a_file_that_differs_from_the_tagged_commit_is_reported,
    "package-growth": test_sudden_growth_since_the_last_tag_is_reported,
    "tag-not-checked-out": test_a_tag_must_be_the_commit_that_is_checked_out,
}
