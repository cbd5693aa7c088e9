"""Tools that compute versions and changelogs from commits, as npm has them, with the files of the recipes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import KEY
from tests.support.git import git
from tests.support.npm import installed
from tests.support.workflow_runner import ROOT, WorkflowRunner

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

pytestmark = pytest.mark.npm

Npm = Callable[[str, Sequence[str]], tuple[str, Path]]
RECIPES = ROOT / "examples" / "recipes"
SUPPORT = Path(__file__).parents[1] / "support"
NOTHING = "import sys\n"
CLIFF = "git-cliff@2.14.2"
PLEASE = "release-please@17.11.2"
SECTION = """\
---------------------------------------------------------------------------------------------------
Version: 1.1.0
Date: {date}
  Features:
    - lamps: {burn}
    - {two}
  Bugfixes:
    - {no_light}
"""
COMMITS = (
    "feat(lamps): burn at night",
    "fix: no light at noon",
    "fix: no light at noon",
    "chore: tidy",
    "feat: two at once\n\nA body, which nobody sees.",
    "docs: nothing for players",
)


def packages_of(recipe: str) -> list[str]:
    """The packages that a recipe installs, with their versions."""
    text = (RECIPES / f"{recipe}.yml").read_text("utf-8")
    return re.findall(r"(?<=\s)(@?[a-z/-]+@[0-9.]+)", text.partition("npm install")[2])


class Home:
    """A repository with commits for a release, and its remote."""

    def __init__(self, lamp: ModRepository, folder: Path, recipe: str) -> None:
        self.lamp = lamp
        self.remote = folder / "remote.git"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
        lamp.git("remote", "add", "origin", str(self.remote))
        lamp.write(".gitignore", "dist/\n")
        for file in (RECIPES / recipe).glob("*"):
            shutil.copy(file, lamp.root)
        self.prepare()
        lamp.git("add", "--all")
        lamp.git("commit", "--quiet", "--message", "chore: begin")
        lamp.git("tag", "v1.0.0")
        for message in COMMITS:
            lamp.git("commit", "--quiet", "--allow-empty", "--message", message)
        lamp.git("push", "--quiet", "origin", "main", "v1.0.0")

    def prepare(self) -> None:
        """Change what cannot be had without GitHub, and what the author of a mod would."""
        release = self.lamp.root / ".releaserc.json"
        if release.exists():
            config = json.loads(release.read_text("utf-8"))
            config["plugins"] = [
                one for one in config["plugins"] if one[0] != "@semantic-release/github"
            ]
            config["repositoryUrl"] = self.remote.as_uri()
            release.write_text(json.dumps(config))
        if (self.lamp.root / "changelog.awk").exists():
            (self.lamp.root / "changelog.txt").rename(self.lamp.root / "changelog-before.txt")
            self.lamp.write(".gitignore", "dist/\n/changelog.txt\n")

    def shown(self, ref: str, path: str) -> str:
        return git(self.remote, "show", f"{ref}:{path}")


@pytest.fixture
def runner(tmp_path: Path, portal: LocalPortal) -> WorkflowRunner:
    made = WorkflowRunner(tmp_path / "runner", tmp_path / "remote.git", portal.url)
    made.secrets = {"FACTORIO_API_KEY": KEY}
    made.stand_in("pipx", NOTHING)
    made.stand_in("npm", NOTHING)
    made.stand_in("gh", (SUPPORT / "stand_in_gh.py").read_text("utf-8"))
    return made


@pytest.fixture
def npm(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Npm:
    return partial(installed, pytestconfig, tmp_path_factory)


def versions(portal: LocalPortal) -> list[str]:
    return [one.version for one in portal.state.find("lamp-post").releases]


def date_of(changelog: str) -> str:
    found = re.search(r"^Date: ([0-9]{4}-[0-9]{2}-[0-9]{2})$", changelog, re.MULTILINE)
    assert found, changelog
    return found[1]


def test_semantic_release_releases_what_is_new(
    runner: WorkflowRunner,
    repository: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    npm: Npm,
) -> None:
    packages = packages_of("semantic-release")
    assert len(packages) == 5
    node, modules = npm("semantic-release", packages)
    (runner.temp / "tools").mkdir()
    (runner.temp / "tools" / "node_modules").symlink_to(modules)
    (runner.bin / "node").symlink_to(node)
    home = Home(repository, tmp_path, "semantic-release")
    runner.variables["GITHUB_ACTION"] = "release"
    for _ in range(2):  # the second run finds nothing new
        push = runner.event("push", "refs/heads/main")
        done = runner.run(RECIPES / "semantic-release.yml", push)
        assert done["release"]["result"] == "success", runner.logs[-1]
        changelog = home.shown("v1.1.0", "changelog.txt")
        assert changelog.startswith(
            SECTION.format(
                date=date_of(changelog),
                burn="burn at night",
                two="two at once",
                no_light="no light at noon",
            )
        )
        assert json.loads(home.shown("main", "info.json"))["version"] == "1.1.0"
        assert versions(portal) == ["1.1.0"]


def test_git_cliff_writes_the_section_that_ship_takes(
    runner: WorkflowRunner,
    repository: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    npm: Npm,
) -> None:
    named = (RECIPES / "git-cliff.yml").read_text("utf-8")
    assert CLIFF.replace("@", "==") in named
    node, modules = npm("git-cliff", [CLIFF])
    command = [node, str(modules / "git-cliff" / "lib" / "cli" / "cli.js")]
    runner.stand_in(
        "git-cliff", f"import os, sys\nos.execv({node!r}, {command!r} + sys.argv[1:])\n"
    )
    home = Home(repository, tmp_path, "git-cliff")
    for _ in range(2):
        button = runner.event("workflow_dispatch", "refs/heads/main")
        done = runner.run(RECIPES / "git-cliff.yml", button)
        assert done["release"]["result"] == "success", runner.logs
        changelog = home.shown("v1.1.0", "changelog.txt")
        assert changelog.startswith(
            SECTION.format(
                date=date_of(changelog),
                burn="Burn at night",
                two="Two at once",
                no_light="No light at noon",
            )
        )
        assert versions(portal) == ["1.1.0"]
    assert "no commit since v1.1.0 is worth a release" in runner.logs[-1]


def test_what_release_please_writes_becomes_a_changelog(
    runner: WorkflowRunner,
    repository: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    npm: Npm,
) -> None:
    """Its own code makes the pull request, which is merged by hand here; GitHub is not asked."""
    node, modules = npm("release-please", [PLEASE])
    home = Home(repository, tmp_path, "release-please")
    driver = [node, str(Path(__file__).with_name("release_please.mjs")), str(modules)]
    made = subprocess.run(
        [*driver, str(repository.root)], capture_output=True, text=True, check=False
    )
    assert "chore(main): release 1.1.0" in made.stdout, made.stdout + made.stderr
    info: dict[str, Any] = json.loads((repository.root / "info.json").read_text("utf-8"))
    assert info["version"] == "1.1.0"
    assert "### Bugfixes" in (repository.root / "CHANGELOG.md").read_text("utf-8")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "chore(main): release 1.1.0")
    repository.git("tag", "v1.1.0")
    repository.git("push", "--quiet", "origin", "main", "v1.1.0")
    action = "googleapis/release-please-action"
    (runner.temp / "gh.json").write_text(
        json.dumps({"releases": {"v1.1.0": {"isDraft": False, "mutable": True}}})
    )
    workflow = RECIPES / "release-please.yml"
    push = runner.event("push", "refs/heads/main")
    runner.answers[action] = {}
    assert runner.run(workflow, push)["release"]["result"] == "skipped"
    runner.answers[action] = {"release_created": "true", "tag_name": "v1.1.0"}
    done = runner.run(workflow, push)
    assert done["release"]["result"] == "success", runner.logs
    changelog = next(runner.folder.glob("job*/changelog.txt")).read_text("utf-8")
    begin = SECTION.format(
        date=date_of(changelog),
        burn="burn at night",
        two="two at once",
        no_light="no light at noon",
    )
    assert changelog.startswith(begin)
    assert "Version: 1.0.0" in changelog.removeprefix(begin)
    assert versions(portal) == ["1.1.0"]
    assert portal.state.find("lamp-post").changelog == changelog
    released = json.loads((runner.temp / "gh.json").read_text("utf-8"))["releases"]["v1.1.0"]
    assert released["assets"] == ["lamp-post_1.1.0.zip"]
    assert home.remote.exists()
