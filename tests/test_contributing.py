"""The recipes of CONTRIBUTING: every path exists, and each recipe names every file that its subject needs."""

from __future__ import annotations

import inspect
import re
from itertools import chain
from pathlib import Path
from textwrap import dedent

import pytest

from factorio_release.checks.rules import info

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^## Recipe: (.+?)\n\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
PATH = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|md|yml|toml|json))`")
# They name everything, or are generated.
FOR_READERS = {
    f"{name}.md" for name in ("faq", "getting-started", "index", "reference", "troubleshooting")
}
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in chain(
        (ROOT / "factorio_release").rglob("*.py"), (ROOT / "docs").glob("*.md"), ROOT.glob("*.yml")
    )
    if path.name not in FOR_READERS
}

# For each recipe, something that was made in this way: the recipe must name every file that mentions it,
# except the files listed here, which mention it for another reason.
EXAMPLES: dict[str, tuple[str, set[str]]] = {
    "a check": (r"\binfo-homepage\b", set()),
    "a page field": (
        r"\bdeprecated\b",
        {
            "action.yml",  # in the recipe for a setting
            "factorio_release/checks/registry.py",  # the rule about required mods
            "factorio_release/checks/rules/required_mods.py",
            "factorio_release/cli/rehearsal_start.py",  # what a dependency is
            "factorio_release/live/models.py",
            "factorio_release/local_portal/pages/dependencies.py",  # likewise
            "factorio_release/local_portal/state/elsewhere.py",
            "factorio_release/portal/reader.py",  # likewise
        },
    ),
    "a CI or a forge": (r"(?i)\bwoodpecker\b", {"docs/architecture.md", "docs/switching.md"}),
    "an output format": (r"\bjunit\b", {"docs/gitlab.md"}),
    "a command": (
        r'"bump"|release bump\b',
        # The others name it in a hint.
        {
            "docs/checks.md",
            "docs/recipes.md",
            "docs/switching.md",
            "factorio_release/apply/standing.py",
            "factorio_release/checks/rules/open_section.py",
            "factorio_release/checks/rules/unread_names.py",
            "factorio_release/cli/commands/bump.py",
            "factorio_release/cli/ship_version.py",
            "factorio_release/parsers/changelog/reader.py",
            "factorio_release/plan/decide.py",
            "factorio_release/scaffold/pipelines/semantic_release.py",
        },
    ),
    "a setting": (
        r'"page-failure"|^  page-failure:',
        # A plan in a file takes it along.
        {
            "factorio_release/cli/plan_files.py",
            "factorio_release/plan_file/reading.py",
            "factorio_release/plan_file/records.py",
        },
    ),
    "a fact about the portal": (r"\breencode\b", set()),
    "a rule of the embedded portal": (
        r"\bInvalidImageUpload\b",
        {"docs/checks.md", "docs/local.md"},
    ),
}


def paths(recipe: str) -> list[str]:
    return PATH.findall(RECIPES[recipe])


def test_there_is_an_example_for_each_recipe() -> None:
    assert list(EXAMPLES) == list(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_path_of_a_recipe_exists(recipe: str) -> None:
    assert paths(recipe)
    assert [path for path in paths(recipe) if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_name_of_a_recipe_is_in_one_of_its_files(recipe: str) -> None:
    names = re.findall(
        r"`(_?[A-Za-z]+(?:_[A-Za-z]+)*)`",
        re.sub(r"```.*?```", "", RECIPES[recipe], flags=re.DOTALL),
    )
    files = [(ROOT / path).read_text("utf-8") for path in paths(recipe)]
    assert [
        name for name in names if not any(re.search(rf"\b{name}\b", text) for text in files)
    ] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_steps_of_a_recipe_are_numbered(recipe: str) -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", RECIPES[recipe], re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("recipe", EXAMPLES)
def test_a_recipe_names_every_file_that_its_example_is_in(recipe: str) -> None:
    pattern, others = EXAMPLES[recipe]
    having = {path for path, text in SOURCES.items() if re.search(pattern, text, re.MULTILINE)}
    assert having - set(paths(recipe)) == others


def test_the_example_of_a_check_is_the_code() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", RECIPES["a check"], re.DOTALL)
    assert dedent(block) == inspect.getsource(info.long_description)
