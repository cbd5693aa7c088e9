"""Updates reach the image, and a release is made in an order in which nothing public is undone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
RENOVATE = json.loads((ROOT / "renovate.json").read_text("utf-8"))
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
JOBS: dict[str, Any] = WORKFLOWS["release"]["jobs"]


def pattern(text: str) -> re.Pattern[str]:
    """A pattern of Renovate, `/…/`, and a named group in JavaScript's form."""
    return re.compile(text.strip("/").replace("(?<", "(?P<"))


def test_the_base_is_written_out_once() -> None:
    """Updaters read `FROM` lines and resolve no variable; every other stage begins with this one."""
    first, *others = re.findall("^FROM (.+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"docker\.io/library/python:[\w.-]+@sha256:[0-9a-f]{64} AS base", first)
    assert others
    assert all(re.fullmatch(r"base( AS \w+)?", other) for other in others)
    assert "ARG" not in DOCKERFILE


def test_every_lock_is_read_by_the_updater() -> None:
    locks = {path.name for path in ROOT.glob("*.lock")}
    named = [
        pattern(text)
        for manager in (RENOVATE["pip_requirements"], *RENOVATE["customManagers"])
        for text in manager["managerFilePatterns"]
    ]
    assert locks == {
        "requirements.lock",
        "requirements-build.lock",
        "requirements-docs.lock",
        "git.lock",
    }
    assert {name for name in locks if any(one.search(name) for one in named)} == locks
    assert not (ROOT / ".github" / "dependabot.yml").exists()  # two updaters would ask twice


def test_the_updater_reads_the_version_of_git() -> None:
    (manager,) = RENOVATE["customManagers"]
    text = (ROOT / "git.lock").read_text("utf-8")
    found = [match for one in manager["matchStrings"] for match in pattern(one).finditer(text)]
    assert [match["currentValue"] for match in found] == re.findall(
        "^version (.+)$", text, re.MULTILINE
    )


def needed(job: str) -> set[str]:
    """The jobs that have passed when this one starts."""
    direct = JOBS[job].get("needs", [])
    direct = [direct] if isinstance(direct, str) else direct
    return {*direct}.union(*(needed(one) for one in direct))


def test_people_get_a_version_only_after_everything_else_took_it() -> None:
    assert {"ci", "selftest", "image", "pypi"} <= needed("tag")
    for job in ("build", "distributions"):
        assert {"ci", "selftest"} <= needed(job)
    # What moves, and what announces, comes after the tag that never moves.
    assert "tag" in needed("image-tags")
    assert "tag" in needed("notes")


def test_what_the_release_page_offers_is_attested() -> None:
    steps = JOBS["distributions"]["steps"]
    uses = [step.get("uses", "").partition("@")[0] for step in steps]
    attested = steps[uses.index("actions/attest")]
    assert attested["with"] == {"subject-path": "dist/*"}
    assert uses.index("actions/attest") < uses.index("actions/upload-artifact")
    assert "dist/*" in JOBS["notes"]["steps"][-1]["run"]


@pytest.mark.parametrize("key", ["base.name", "base.digest", "version", "revision", "source"])
def test_the_image_says_what_it_is_made_of(key: str) -> None:
    (build,) = (step for step in JOBS["build"]["steps"] if step.get("id") == "build")
    assert f"org.opencontainers.image.{key}=${{{{ " in build["with"]["labels"]


def test_the_workflow_reads_the_base_from_the_dockerfile() -> None:
    (step,) = (step for step in JOBS["version"]["steps"] if step.get("id") == "version")
    written = re.search("s/(.+)/\\\\1/p' Dockerfile", step["run"])
    assert written
    expression = written[1].replace(r"\S", "[^ ]")
    (base,) = re.findall(expression, DOCKERFILE, re.MULTILINE)
    assert base.count("@sha256:") == 1


def test_the_site_is_published_with_no_other_right_and_after_the_tag() -> None:
    """Its links lead to files at the tag; what builds it cannot publish, and what publishes runs no code."""
    assert "tag" in needed("site")
    assert JOBS["site"]["permissions"] == {"contents": "read"}
    assert JOBS["pages"]["permissions"] == {"pages": "write", "id-token": "write"}
    (step,) = JOBS["pages"]["steps"]
    assert step["uses"].startswith("actions/deploy-pages@")
    assert JOBS["pages"]["if"] == "needs.site.outputs.newest == 'true'"
    (install,) = (
        one["run"] for one in JOBS["site"]["steps"] if "pip install" in one.get("run", "")
    )
    assert "--require-hashes" in install
    assert "requirements-docs.lock" in install


@pytest.mark.parametrize("name", ["ci", "selftest"])
def test_a_merge_queue_runs_the_checks(name: str) -> None:
    events = WORKFLOWS[name][True]  # YAML 1.1 reads `on` as true
    assert {"push", "pull_request", "merge_group"} <= set(events)
