"""The guides say what the program does, and their examples are files that the CI systems accept."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import factorio_release
from factorio_release.ci.outputs import OUTPUTS
from factorio_release.errors import ExitCode
from factorio_release.report.model import Public, Status
from factorio_release.settings.options import FORMATS, KEY_VARIABLES, OPTIONS

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {
    name: (DOCS / f"{name}.md").read_text("utf-8") for name in ("gitlab", "woodpecker", "local")
}


def blocks(guide: str) -> list[str]:
    return re.findall("```yaml\n(.*?)```", GUIDES[guide], re.DOTALL)


@pytest.mark.parametrize(
    ("guide", "number", "schema"),
    [
        ("gitlab", 0, "vendor.gitlab-ci"),
        ("gitlab", 1, "vendor.gitlab-ci"),
        ("gitlab", 2, "vendor.gitlab-ci"),
        ("woodpecker", 0, "vendor.woodpecker-ci"),
        ("woodpecker", 3, "vendor.github-workflows"),
    ],
)
def test_an_example_is_accepted(guide: str, number: int, schema: str, tmp_path: Path) -> None:
    (tmp_path / "example.yml").write_text(blocks(guide)[number])
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = subprocess.run(
        [*checker, tmp_path / "example.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "guide", [*GUIDES, "page", "ship", "built-mods", "reference", "recipes", "../README"]
)
def test_versions_are_this_one(guide: str) -> None:
    text = (DOCS / f"{guide}.md").read_text("utf-8")
    named = re.findall(
        r"(?:factorio-release[:@]v?|/v|/release@|rev: v)([0-9]+\.[0-9]+\.[0-9]+)", text
    )
    assert named
    assert set(named) == {factorio_release.__version__}


def test_the_first_workflow_passes_the_audit_of_its_readers(tmp_path: Path) -> None:
    """With zizmor's own policy: every action is pinned, or says why it is named by a tag."""
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    workflow, *others = re.findall("```yaml\n(.*?)```", readme, re.DOTALL)
    (tmp_path / "release.yml").write_text(workflow)
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", str(tmp_path / "release.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = re.findall(
        "```yaml\n(.*?)```", (DOCS / "reference.md").read_text("utf-8"), re.DOTALL
    )
    pins = re.findall(r"uses: (\S+)(.*)", "".join((workflow, *others, *reference)))
    assert len(pins) == 3
    assert all(re.search("@[0-9a-f]{40}$", name) or "never moved" in why for name, why in pins)


def test_plugin_settings_are_options() -> None:
    steps = yaml.safe_load(blocks("woodpecker")[0])["steps"]
    names = {name.replace("_", "-") for step in steps for name in step["settings"]}
    assert names <= set(OPTIONS)


def test_the_variables_of_gitlab_are_the_outputs() -> None:
    sentence = re.search(
        "The variables are the outputs(.*?)A dotenv value", GUIDES["gitlab"], re.DOTALL
    )
    assert sentence
    assert re.findall("`([A-Z0-9_]{2,})`", sentence[1]) == [
        name.upper().replace("-", "_") for name in OUTPUTS
    ]


def _first_cells(section: str) -> list[str]:
    """Return the words in the first column of the tables of a section of docs/local.md."""
    text = GUIDES["local"].partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    words = [word for row in rows for word in re.findall("`([^`]+)`", row)]
    return [word for word in words if word not in {"public", "--format"}]


def test_every_status_and_state_is_explained() -> None:
    words = [*map(str, Public), *map(str, Status)]
    assert sorted(_first_cells("How a run ends")) == sorted(words)


def test_formats_exit_codes_and_key_variables_are_listed() -> None:
    codes = re.findall(r"^\| `?([0-9]+)`? \|", GUIDES["local"], re.MULTILINE)
    assert _first_cells("What is printed") == [*FORMATS]
    assert [int(code) for code in codes] == sorted(ExitCode)
    assert all(f"`{name}`" in GUIDES["local"] for name in KEY_VARIABLES)
