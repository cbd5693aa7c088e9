"""A `.gitlab-ci.yml` with a job that uploads gets the component in its place, and keeps all else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from factorio_release.forges import FORGES
from factorio_release.scaffold.job import ReleaseJob
from factorio_release.scaffold.pipelines.found import find_pipelines
from factorio_release.scaffold.pipelines.switch import switch_of

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.scaffold.pipelines.switch import Switch

FILE = ".gitlab-ci.yml"
UPLOAD = "curl https://mods.factorio.com/api/v2/mods/releases/init_upload -H $FACTORIO_MOD_API_KEY"
CI = f"""\
# Ours.
stages: [lint, publish]

lint:
  stage: lint
  script:
    - luacheck .

upload:
  stage: publish
  rules:
    - if: $CI_COMMIT_TAG
  script:
    - zip -r lamp.zip .
    - {UPLOAD}

announce:
  stage: publish
  script: [curl https://chat.example]
"""


def switched(root: Path, text: str) -> Switch:
    (root / FILE).write_text(text)
    (pipeline,) = find_pipelines(root, [FILE]).in_ci
    return switch_of(pipeline, FORGES["gitlab"], ReleaseJob("lamp"))


def new(root: Path, text: str) -> str:
    switch = switched(root, text)
    assert switch.texts, switch.why
    edited = dict(switch.texts)[FILE]
    (root / FILE).write_text(edited)
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run([*checker, root / FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return edited


def test_the_job_that_uploads_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    edited = new(tmp_path, CI)
    document = yaml.safe_load(edited)
    assert set(document) == {"include", "stages", "lint", "announce", "variables"}
    (include,) = document["include"]
    assert include["remote"].endswith("/templates/release.yml")
    assert include["inputs"] == {"check-stage": "lint", "release-stage": "publish"}
    assert document["variables"] == {"FACTORIO_API_KEY": "$FACTORIO_MOD_API_KEY"}
    assert edited.startswith("# Ours.\n")


def test_what_is_included_and_set_already_is_added_to(tmp_path: Path) -> None:
    head = "include:\n  - local: a.yml\nvariables:\n  A: b\n"
    text = head + CI.replace("[lint, publish]", "[test, deploy]")
    text = text.replace("stage: lint", "stage: test").replace("stage: publish", "stage: deploy")
    document = yaml.safe_load(new(tmp_path, text))
    assert [list(one) for one in document["include"]] == [["local"], ["remote"]]
    assert document["variables"] == {"A": "b", "FACTORIO_API_KEY": "$FACTORIO_MOD_API_KEY"}


def test_a_variable_that_the_program_reads_needs_no_other_name(tmp_path: Path) -> None:
    document = yaml.safe_load(new(tmp_path, CI.replace("FACTORIO_MOD_API_KEY", "FACTORIO_TOKEN")))
    assert "variables" not in document


def test_a_job_without_a_rule_about_tags_is_told_that_tags_release_now(tmp_path: Path) -> None:
    text = CI.replace("  rules:\n    - if: $CI_COMMIT_TAG\n", "")
    assert switched(tmp_path, text).notes == (
        "the component releases from a tag; the old job had no rule about tags",
    )


@pytest.mark.parametrize(
    ("old", "by", "why"),
    [
        ("    - zip -r lamp.zip .", "    - npm run build", "does more: divide it in two"),
        ("  script: [curl", "  needs: [upload]\n  script: [curl", "announce refers to the job upload"),
        ("stages:", "include: {local: a.yml}\nstages:", "is no list"),
        ("stages:", "variables: {A: b}\nstages:", "add the variable"),
        ("stages:", "]: [\nstages:", "cannot be read as YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_safely_is_left(tmp_path: Path, old: str, by: str, why: str) -> None:
    switch = switched(tmp_path, CI.replace(old, by))
    assert not switch.texts
    assert why in switch.why
