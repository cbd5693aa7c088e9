"""The guide for people who come from another tool: each "before" becomes the "after" that stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import factorio_release
from factorio_release.forges import FORGES
from factorio_release.scaffold.job import ReleaseJob
from factorio_release.scaffold.pipelines.found import find_pipelines
from factorio_release.scaffold.pipelines.semantic_release import SemanticRelease, with_this_program
from factorio_release.scaffold.pipelines.switch import switch_of
from factorio_release.scaffold.pipelines.tools import TOOLS

GUIDE = (Path(__file__).parents[2] / "docs" / "switching.md").read_text("utf-8")
PAIRS = re.findall(r"```yaml\n(.*?)```\nbecomes\n```yaml\n(.*?)```", GUIDE, re.DOTALL)
WORKFLOW = ".github/workflows/publish.yml"
SCRIPT = "tools/upload.sh"


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_each_example_is_what_the_program_writes(tmp_path: Path, before: str, after: str) -> None:
    upload = "curl https://mods.factorio.com/api/v2/mods/releases/init_upload\n"
    for path, text in {WORKFLOW: before, SCRIPT: upload}.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    (pipeline,) = find_pipelines(tmp_path, [WORKFLOW, SCRIPT]).in_ci
    switch = switch_of(pipeline, FORGES["github"], ReleaseJob("lamp"))
    assert dict(switch.texts) == {WORKFLOW: after}


def test_there_are_examples() -> None:
    assert len(PAIRS) == 5


def test_the_plugins_of_semantic_release_are_those_that_are_written() -> None:
    plugins = '[\n  "semantic-release-factorio",\n  "y"\n]'
    text = with_this_program(SemanticRelease("x", plugins, uploads=True))
    commands = re.findall(r'"(?:prepareCmd|publishCmd|changelogFile)": "[^"]*"', text)
    assert len(commands) == 3
    assert all(command in GUIDE for command in commands)


@pytest.mark.parametrize("name", [tool.title for tool in TOOLS])
def test_every_tool_has_its_place(name: str) -> None:
    word = {"the portal's API by hand": "curl", "a workflow of another repository": "shares"}.get(
        name, name
    )
    words = [part for part in re.split(r"[/ ()]", word) if len(part) > 3]
    assert any(part in GUIDE for part in words)


def test_the_versions_in_it_are_this_one() -> None:
    named = re.findall(r"factorio-release@v([0-9.]+)", GUIDE)
    assert named
    assert set(named) == {factorio_release.__version__}
