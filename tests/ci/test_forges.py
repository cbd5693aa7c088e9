"""The guides agree with the table of forges and CI systems."""

import re
from pathlib import Path

import pytest

from factorio_release.forges import CI_SYSTEMS, FORGES, CiSystem

DOCS = Path(__file__).parents[2] / "docs"
EVENTS = (DOCS / "events.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table below a heading of events.md."""
    section = EVENTS.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def systems(title: str) -> list[CiSystem]:
    """Return the systems that a first cell names, as `GitHub, Gitea` or `Woodpecker, Crow`."""
    titles = set(title.split(", "))
    return [system for system in CI_SYSTEMS.values() if set(system.title.split(", ")) <= titles]


def code(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


def test_the_events_that_may_write_are_listed() -> None:
    listed = {
        system.name: set(code(events))
        for title, events, may_write in rows("Which events may write")
        if may_write == "yes"
        for system in systems(title)
    }
    assert listed == {name: system.writing_events for name, system in CI_SYSTEMS.items()}


def test_the_variables_are_listed() -> None:
    listed = {
        system.name: [code(cell) for cell in cells]
        for title, *cells in rows("What is read from the environment")
        for system in systems(title)
    }
    assert listed == {
        name: [
            [system.event_variable],
            [system.tag_variable or system.ref_variable],
            [system.commit_variable],
            [*system.request_variables],
        ]
        for name, system in CI_SYSTEMS.items()
    }


def test_the_workflows_and_the_places_of_the_key_are_listed() -> None:
    listed = {
        system.name: (*code(workflows), place)
        for title, workflows, place in rows("Where workflows and the key are")
        for system in systems(title)
    }
    assert listed == {
        name: (system.workflows, system.secret_place) for name, system in CI_SYSTEMS.items()
    }


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
