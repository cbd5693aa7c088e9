from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import apply_edits
from factorio_release.page.markdown.regions import region_edits
from factorio_release.page.presence import FMTK_PAGE_KEYS
from factorio_release.page.vocabulary import category_named, license_id
from factorio_release.settings.options import OPTIONS

GUIDE = (Path(__file__).parents[2] / "docs" / "page.md").read_text("utf-8")
SETTINGS, *WORKFLOWS = re.findall("```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture(params=range(len(WORKFLOWS)), ids=["page", "drift"])
def workflow(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / ".github" / "workflows" / "page.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOWS[request.param])
    return path


@pytest.mark.parametrize(
    "linter",
    [
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--quiet", "--offline", "--persona=pedantic"],
    ],
    ids=lambda command: command[0],
)
def test_the_workflows_are_accepted(workflow: Path, linter: list[str]) -> None:
    program = Path(sys.executable).with_name(linter[0])
    done = subprocess.run(
        [program, *linter[1:], workflow],
        cwd=workflow.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflows_use_inputs_that_there_are(workflow: Path) -> None:
    (job,) = yaml.safe_load(workflow.read_text())["jobs"].values()
    (step,) = (step for step in job["steps"] if "/factorio-release@" in step.get("uses", ""))
    assert set(step["with"]) <= set(OPTIONS)
    assert step["with"]["mode"] == "page"


def test_the_settings_are_options_with_good_values() -> None:
    settings = yaml.safe_load(SETTINGS)
    assert set(settings) <= set(OPTIONS)
    assert license_id(settings["license"]) == "default_mit"
    assert category_named(settings["category"]) == settings["category"]


def test_the_example_of_regions_has_the_described_result() -> None:
    (example,) = re.findall("```markdown\n(.*?)```", GUIDE, re.DOTALL)
    document = Document(example.encode())
    edits, problems = region_edits(document)
    shown = apply_edits(document.source, edits).decode()
    assert problems == ()
    assert shown.strip() == "Questions go to the [issues](../../issues), not to the discussion tab."


def test_every_key_of_fmtk_that_counts_is_named() -> None:
    section = GUIDE.partition("## Coming from FMTK")[2]
    assert all(f"`{key}`" in section for key in FMTK_PAGE_KEYS)
