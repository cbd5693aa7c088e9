"""The guides agree with the tables of forges and CI systems; those of events.md are generated."""

from pathlib import Path

import pytest

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.forges import FORGES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_guide_to_events_has_every_system() -> None:
    """`tests/test_agreement.py` compares the tables themselves."""
    guide = (DOCS / "events.md").read_text("utf-8")
    assert [one.title for one in CI_SYSTEMS.values() if guide.count(one.title) < 2] == []


@pytest.mark.parametrize(
    ("guide", "names"),
    [("gitlab.md", ["gitlab"]), ("woodpecker.md", ["forgejo", "gitea", "woodpecker", "drone"])],
)
def test_each_guide_names_the_workflows_of_its_systems(guide: str, names: list[str]) -> None:
    text = (DOCS / guide).read_text("utf-8")
    assert all(CI_SYSTEMS[name].workflows in text for name in names)


def test_the_guide_to_gitlab_says_where_the_key_is_set() -> None:
    assert CI_SYSTEMS["gitlab"].secret_place in (DOCS / "gitlab.md").read_text("utf-8")


def test_a_forge_and_its_ci_system_have_one_name() -> None:
    assert set(FORGES) <= set(CI_SYSTEMS)


def test_a_mark_of_a_system_is_no_other_systems() -> None:
    """Otherwise the order of the table would decide; Forgejo and Gitea copy GitHub's."""
    seen: dict[str, str] = {}
    for name, system in CI_SYSTEMS.items():
        if name in {"forgejo", "gitea"}:
            continue
        for mark in system.marks:
            assert mark not in seen, f"{name} and {seen.get(mark)}"
            seen[mark] = name
