"""The component is a GitLab CI file, and says the same as the program."""

import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml

import factorio_release
from factorio_release.settings.options import DOTENV_FILE, OPTIONS
from tests.conftest import environment

TEMPLATE = Path(__file__).parents[2] / "templates" / "release.yml"


@pytest.fixture(scope="module")
def documents() -> tuple[str, str]:
    head, _, jobs = TEMPLATE.read_text("utf-8").partition("\n---\n")
    return head, jobs


@pytest.fixture(scope="module")
def inputs(documents: tuple[str, str]) -> dict[str, dict[str, Any]]:
    spec = yaml.safe_load(documents[0])["spec"]["inputs"]
    assert isinstance(spec, dict)
    return spec


@pytest.fixture(scope="module")
def filled_in(documents: tuple[str, str], inputs: dict[str, dict[str, Any]]) -> str:
    """The jobs as GitLab makes them of the defaults."""

    def default(match: re.Match[str]) -> str:
        value = inputs[match[1]]["default"]
        return str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", default, documents[1])


def test_the_template_fits_the_schema_of_gitlab_ci(
    documents: tuple[str, str], filled_in: str, tmp_path: Path
) -> None:
    for name, text in (("head", documents[0]), ("jobs", filled_in)):
        (tmp_path / f"{name}.yml").write_text(text)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.gitlab-ci",
            *tmp_path.glob("*.yml"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_input_is_used_and_described(
    documents: tuple[str, str], inputs: dict[str, dict[str, Any]]
) -> None:
    assert set(re.findall(r"inputs\.([a-z-]+)", documents[1])) == set(inputs)
    assert all(value["description"] for value in inputs.values())


def test_the_image_is_of_this_version(inputs: dict[str, dict[str, Any]]) -> None:
    assert (
        inputs["image"]["default"]
        == f"ghcr.io/OWNER/factorio-release:{factorio_release.__version__}"
    )


def test_every_variable_is_an_option(filled_in: str) -> None:
    names = set(re.findall("FACTORIO_RELEASE_([A-Z_]+):", filled_in))
    assert names
    assert {name.lower().replace("_", "-") for name in names} <= set(OPTIONS)


def test_only_a_tag_releases_and_its_outputs_are_kept(filled_in: str) -> None:
    jobs = yaml.safe_load(filled_in)
    release = jobs["factorio-release"]
    assert release["rules"] == [{"if": "$CI_COMMIT_TAG"}]
    assert release["artifacts"]["reports"] == {"dotenv": DOTENV_FILE}
    assert release["artifacts"]["when"] == "always"
    assert [
        name for name, job in jobs.items() if "factorio-release release" in job.get("script", [])
    ] == ["factorio-release"]


def test_reports_follow_no_link_of_the_repository(
    filled_in: str, repository: Any, tmp_path: Path
) -> None:
    """The job's lines run as GitLab runs them: in one shell, in the project's folder."""
    reports = yaml.safe_load(filled_in)["factorio-check"]["artifacts"]["reports"]
    profile = tmp_path / ".profile"
    profile.write_text("precious")
    for name in reports.values():
        (repository.root / name).symlink_to(profile)
    lines = yaml.safe_load(filled_in)["factorio-check"]["after_script"]
    script = "\n".join(
        ("set -e", 'factorio-release() { "$PYTHON" -m factorio_release "$@"; }', *lines)
    )
    subprocess.run(
        [which("bash") or "sh", "-c", script],
        cwd=repository.root,
        env=environment(PYTHON=sys.executable),
        check=True,
        capture_output=True,
    )
    assert profile.read_text() == "precious"
    written = {kind: (repository.root / name).read_text("utf-8") for kind, name in reports.items()}
    assert json.loads(written["codequality"]) == []
    assert written["junit"].startswith("<?xml")
