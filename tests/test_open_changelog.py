"""A changelog section that is still open: normal until its version is released, and never published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import KEY
from tests.support.changelogs import section

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess

OLD = section("1.0.0", "2026-01-01", "One.")
PLACEHOLDER = section("1.1.0", "????", "Two.")
OPEN = {
    "a placeholder": PLACEHOLDER + OLD,
    "empty": section("1.1.0", None) + OLD,
    "without a version": section("Unreleased", None, "Two.") + OLD,
}
PULL_REQUEST = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_REF": "refs/pull/7/merge",
}


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


def codes(ran: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["severity"]) for one in ran.mod["findings"]]


@pytest.mark.parametrize("changelog", OPEN.values(), ids=OPEN)
def test_an_open_section_is_a_hint_until_a_release_which_it_stops(
    program: Any, repository: Any, portal: LocalPortal, changelog: str
) -> None:
    folder = str(repository.root)
    repository.info["version"] = "1.1.0"
    repository.write("changelog.txt", changelog)
    repository.save()
    env = {"FACTORIO_API_KEY": KEY, "FACTORIO_RELEASE_PORTAL_URL": portal.url}
    for command, more in (("build", {}), ("plan", PULL_REQUEST), ("release", PULL_REQUEST)):
        ran = program(command, folder, "--fail-on", "warning", env=env | more)
        assert (ran.code, [severity for _, severity in codes(ran)]) == (0, ["hint"]), ran.err
    for command in ("plan", "release"):
        ran = program(command, folder, *(["--yes"] if command == "release" else []), env=env)
        assert (ran.code, codes(ran)) == (3, [("changelog-unfinished", "error")]), ran.err
        assert "bump 1.1.0 --date" in ran.out or "has no entry" in ran.out
    assert portal.state.mods == {}


def test_the_section_of_a_released_version_is_left_alone(
    program: Any, repository: Any, portal: LocalPortal
) -> None:
    folder = str(repository.root)
    env = {"FACTORIO_API_KEY": KEY, "FACTORIO_RELEASE_PORTAL_URL": portal.url}
    repository.config["ignore"] = {"changelog-unfinished": "the date is not known"}
    repository.write("changelog.txt", PLACEHOLDER + OLD)
    repository.release("1.1.0")
    assert program("release", folder, "--yes", env=env).mod["status"] == "published"
    del repository.config["ignore"]
    repository.save()
    again = program("release", folder, "--yes", env=env)
    assert (again.code, again.mod["status"]) == (0, "unchanged"), again.err
    assert codes(again) == [("changelog-date-placeholder", "hint")]


def test_a_date_is_set_when_it_is_asked_for_and_never_in_a_tagged_version(
    program: Any, repository: Any
) -> None:
    changelog = repository.root / "changelog.txt"
    repository.write("changelog.txt", PLACEHOLDER + OLD)
    repository.release("1.1.0")
    folder = str(repository.root)
    assert program("check", "--fix", folder).code == 0
    assert changelog.read_text() == PLACEHOLDER + OLD
    ran = program("check", "--date", folder)
    assert (ran.code, "--date is for `check --fix`" in ran.err) == (2, True)
    assert program("check", "--fix", "--date", "2026-02-03", folder).code == 0
    assert changelog.read_text() == section("1.1.0", "2026-02-03", "Two.") + OLD
    repository.git("checkout", "--quiet", "--", "changelog.txt")
    repository.git("tag", "v1.1.0")
    ran = program("check", "--fix", "--date", folder)
    assert (ran.code, "no date is set, because v1.1.0 is a tag" in ran.err) == (0, True)
    assert changelog.read_text() == PLACEHOLDER + OLD
