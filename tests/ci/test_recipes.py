"""The recipes are files that the linters accept, and their steps do what the recipes promise."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import factorio_release
from tests.conftest import KEY, png
from tests.support.git import git
from tests.support.workflow_runner import ROOT, WorkflowRunner

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

RECIPES = sorted((ROOT / "examples" / "recipes").glob("*.yml"))
WORKFLOWS = [path for path in RECIPES if not path.name.startswith("gitlab")]
GH = (Path(__file__).parents[1] / "support" / "stand_in_gh.py").read_text("utf-8")
RECORDER = """
import json, os, sys
from pathlib import Path
record = [Path(sys.argv[0]).name, *sys.argv[1:]]
if "-" in sys.argv:
    record.append(sys.stdin.read())
with Path(os.environ["STAND_INS"], "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(record) + "\\n")
"""

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("jq"),
    reason="needs bash and jq, as the runners of the recipes have",
)


def recipe(name: str) -> Path:
    return ROOT / "examples" / "recipes" / f"{name}.yml"


def lint(command: list[str], *paths: Path) -> None:
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [program, *command[1:], *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linters_accept_every_workflow(tmp_path: Path) -> None:
    """Actionlint only looks into workflows below `.github`."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    copies = [Path(shutil.copy(path, folder)) for path in WORKFLOWS]
    lint(["actionlint"], *copies)
    lint(["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], *copies)
    lint(
        ["zizmor", "--quiet", "--offline", "--persona=pedantic"],
        *copies,
        ROOT / "native" / "action.yml",
    )
    lint(
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
        ROOT / "native" / "action.yml",
    )
    lint(["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"], recipe("gitlab-approval"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_each_names_this_version_and_pins_what_is_not_ours(path: Path) -> None:
    text = path.read_text("utf-8")
    named = re.findall(r"factorio-release(?:/native)?(?:@v|==|:)([0-9]+\.[0-9]+\.[0-9]+)", text)
    assert named
    assert set(named) == {factorio_release.__version__}
    for name, why in re.findall(r"uses: (\S+)(.*)", text):
        assert re.search("@[0-9a-f]{40}$", name) or "never moved" in why
    assert f"]({'../' + path.relative_to(ROOT).as_posix()})" in (
        ROOT / "docs" / "recipes.md"
    ).read_text("utf-8")


def test_pins_are_those_of_our_own_workflows() -> None:
    """So that the updater, which groups the actions, changes both."""

    def pins(*paths: Path) -> set[tuple[str, str]]:
        texts = "".join(path.read_text("utf-8") for path in paths)
        return set(re.findall(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40} # \S+)", texts))

    ours = pins(*(ROOT / ".github" / "workflows").glob("*.yml"))
    theirs = pins(*WORKFLOWS, ROOT / "native" / "action.yml")
    names = {name for name, _ in ours}
    assert {pin for pin in theirs if pin[0] in names} <= ours
    assert {name for name, _ in theirs} - names == {
        "actions/setup-node",
        "googleapis/release-please-action",
    }


@pytest.fixture
def runner(tmp_path: Path, portal: LocalPortal, lamp: ModRepository) -> WorkflowRunner:
    made = WorkflowRunner(tmp_path / "runner", lamp.root, portal.url)
    made.secrets = {"FACTORIO_API_KEY": KEY, "DISCORD_WEBHOOK": "https://discord.example/hook"}
    made.stand_in("gh", GH)
    made.stand_in("curl", RECORDER)
    made.stand_in("pipx", RECORDER)
    return made


@pytest.fixture
def lamp(repository: ModRepository) -> ModRepository:
    repository.config |= {"description": "README.md", "images": ["gallery/*.png"]}
    repository.write("README.md", "Text\n")
    repository.write("gallery/a.png", png(1))
    repository.save()
    repository.git("tag", "v1.0.0")
    return repository


def calls(runner: WorkflowRunner, program: str) -> list[list[str]]:
    path = runner.temp / "calls.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [call[1:] for line in lines if (call := json.loads(line))[0] == program]


def on_github(runner: WorkflowRunner) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((runner.temp / "gh.json").read_text("utf-8"))
    return found


def versions(portal: LocalPortal) -> list[str]:
    mod = portal.state.mods.get("lamp-post")
    return [one.version for one in mod.releases] if mod else []


def results(done: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: job["result"] for name, job in done.items()}


TAG = "refs/tags/v1.0.0"


def test_a_github_release_is_drafted_filled_and_published(
    runner: WorkflowRunner, portal: LocalPortal
) -> None:
    """Its upload fails once; the second run goes on with the draft, the third finds nothing to do."""
    tag = runner.event("push", TAG)
    runner.variables["GH_FAILS"] = "upload"
    assert results(runner.run(recipe("github-release"), tag)) == {"release": "failure"}
    assert on_github(runner)["releases"]["v1.0.0"]["isDraft"]
    del runner.variables["GH_FAILS"]
    for _ in range(2):
        assert results(runner.run(recipe("github-release"), tag)) == {"release": "success"}, (
            runner.logs
        )
        release = on_github(runner)["releases"]["v1.0.0"]
        assert (release["isDraft"], release["assets"]) == (False, ["lamp-post_1.0.0.zip"])
        assert "Lights 1.0.0" in release["notes"]
    assert versions(portal) == ["1.0.0"]
    assert len([call for call in calls(runner, "gh") if call[1] == "upload"]) == 2


def test_a_build_is_kept_without_a_secret(runner: WorkflowRunner, portal: LocalPortal) -> None:
    runner.secrets = {}
    done = runner.run(recipe("artifact"), runner.event("pull_request", "refs/heads/main"))
    assert results(done) == {"build": "success"}, runner.logs
    assert (runner.artifacts / "lamp-post_1.0.0" / "lamp-post_1.0.0.zip").is_file()
    assert portal.log == []


def test_a_new_version_is_announced_once(runner: WorkflowRunner) -> None:
    for _ in range(2):
        done = runner.run(recipe("discord"), runner.event("push", TAG))
        assert results(done) == {"release": "success"}, runner.logs
    (call,) = calls(runner, "curl")
    assert 'url = "https://discord.example/hook"\n' in call
    assert not any("discord.example" in word for word in call[:-1])
    message = json.loads((runner.temp / "message.json").read_text("utf-8"))
    assert message["allowed_mentions"] == {"parse": []}
    (embed,) = message["embeds"]
    assert embed["title"] == "lamp-post 1.0.0"
    assert embed["url"].endswith("/mod/lamp-post")
    assert "Lights 1.0.0" in embed["description"]


def request(runner: WorkflowRunner, head: str = "demo/lamp-post") -> dict[str, Any]:
    pull = {"number": 7, "head": {"repo": {"full_name": head}}}
    return runner.event("pull_request", "refs/heads/main", pull_request=pull, number=7)


def test_a_pull_request_has_one_comment_with_the_plan(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    workflow = recipe("pull-request")
    assert results(runner.run(workflow, request(runner, head="stranger/lamp-post"))) == {
        "plan": "success"
    }
    assert calls(runner, "gh") == []
    assert results(runner.run(workflow, request(runner))) == {"plan": "success"}, runner.logs
    (before,) = on_github(runner)["comments"]
    assert "publish" in before["body"]
    lamp.write("info.json", "no JSON")
    lamp.git("commit", "--quiet", "--all", "--message", "Break it")
    assert results(runner.run(workflow, request(runner))) == {"plan": "failure"}
    (after,) = on_github(runner)["comments"]
    assert after["id"] == before["id"]
    assert "json-syntax" in after["body"]
    assert versions(portal) == []


def test_what_was_approved_is_released(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    done = runner.run(recipe("approval"), runner.event("push", TAG))
    assert results(done) == {"plan": "success", "release": "success"}, runner.logs
    assert versions(portal) == ["1.0.0"]
    assert not (runner.folder / "job2" / "info.json").exists()
    digest = hashlib.sha256((runner.artifacts / "plan" / "release.plan").read_bytes()).hexdigest()
    assert done["plan"]["outputs"]["sha256"] == digest
    shutil.rmtree(runner.artifacts / "plan")
    again = runner.run(recipe("approval"), runner.event("push", TAG))
    assert results(again) == {"plan": "success", "release": "skipped"}


def test_an_artifact_that_was_replaced_is_not_released(
    runner: WorkflowRunner, portal: LocalPortal
) -> None:
    """Its jobs one after the other, with another plan between them."""
    workflow = yaml.safe_load(recipe("approval").read_text("utf-8"))
    workflow["jobs"]["release"]["steps"].insert(
        1, {"run": "python3 -c \"open('release.plan', 'ab').write(b'more')\""}
    )
    changed = runner.folder / "approval.yml"
    changed.write_text(json.dumps(workflow))
    done = runner.run(changed, runner.event("push", TAG))
    assert results(done) == {"plan": "success", "release": "failure"}
    assert "it is another file than the approved one" in runner.logs[-1]
    assert versions(portal) == []


def test_two_branches_release_what_is_new_on_them(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    workflow = recipe("two-tracks")
    portal.seed_mod("lamp-post", title="Lamp post", releases=["0.9.0"])
    lamp.git("branch", "2.0")
    lamp.write("README.md", "For 2.1\n")
    lamp.release("2.0.0", factorio_version="2.1", dependencies=["base >= 2.1.0"])
    done = runner.run(workflow, runner.event("push", "refs/heads/main"))
    assert results(done) == {"release": "success"}, runner.logs
    lamp.git("checkout", "--quiet", "2.0")
    lamp.write("README.md", "For 2.0\n")
    lamp.release("1.0.1", factorio_version="2.0", dependencies=["base >= 2.0.0"])
    for _ in range(2):
        done = runner.run(workflow, runner.event("push", "refs/heads/2.0"))
        assert results(done) == {"release": "success"}, runner.logs
    assert versions(portal) == ["0.9.0", "2.0.0", "1.0.1"]
    assert portal.state.find("lamp-post").description == "For 2.1\n"
    lamp.git("checkout", "--quiet", "-b", "topic")
    lamp.release("1.0.2")
    done = runner.run(workflow, runner.event("push", "refs/heads/topic"))
    assert (results(done), versions(portal)[-1]) == ({"release": "success"}, "1.0.1")


def test_a_change_of_the_readme_updates_the_page(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    portal.seed_mod("lamp-post", title="Lamp post", releases=["0.9.0"])
    done = runner.run(recipe("page"), runner.event("push", "refs/heads/main"))
    assert results(done) == {"page": "success"}, runner.logs
    assert portal.state.find("lamp-post").description == "Text\n"
    assert versions(portal) == ["0.9.0"]


def test_drift_opens_one_issue(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    workflow, monday = recipe("drift"), runner.event("schedule", "refs/heads/main")
    assert results(runner.run(recipe("discord"), runner.event("push", TAG))) == {
        "release": "success"
    }
    lamp.write("README.md", "Work that goes on\n")
    lamp.release("1.0.1")
    runner.secrets = {}
    assert results(runner.run(workflow, monday)) == {"drift": "success"}, runner.logs
    assert calls(runner, "gh") == []
    portal.change_mod("lamp-post", description="By hand")
    portal.clear_cache()
    for _ in range(2):
        assert results(runner.run(workflow, monday)) == {"drift": "success"}, runner.logs
        (issue,) = on_github(runner)["issues"]
        assert "description" in issue["body"]
    release = portal.state.find("lamp-post").releases[0]
    release.sha1 = "9" * 40
    portal.change_mod("lamp-post", description="Text\n", releases=[release])
    portal.clear_cache()
    assert results(runner.run(workflow, monday)) == {"drift": "success"}, runner.logs
    assert "another SHA-1" in on_github(runner)["issues"][0]["body"]


def test_a_tag_is_released_later(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal
) -> None:
    lamp.write("README.md", "Newer\n")
    lamp.release("1.1.0")
    button = runner.event("workflow_dispatch", "refs/heads/main")
    done = runner.run(recipe("tag-later"), button, {"tag": "v1.0.0"})
    assert results(done) == {"release": "success"}, runner.logs
    assert versions(portal) == ["1.0.0"]
    assert portal.state.find("lamp-post").description == "Text\n"


def test_a_runner_without_docker_has_the_same_action(
    runner: WorkflowRunner, portal: LocalPortal
) -> None:
    done = runner.run(recipe("any-runner"), runner.event("push", TAG))
    assert results(done) == {"release": "success"}, runner.logs
    assert versions(portal) == ["1.0.0"]
    assert "::add-mask::" in runner.logs[-1]


def test_the_composite_action_has_the_inputs_and_outputs_of_the_action() -> None:
    ours, native = (
        yaml.safe_load(path.read_text("utf-8"))
        for path in (ROOT / "action.yml", ROOT / "native" / "action.yml")
    )
    assert native["inputs"] == ours["inputs"]
    assert {name: one["description"] for name, one in native["outputs"].items()} == {
        name: one["description"] for name, one in ours["outputs"].items()
    }
    *_, step = native["runs"]["steps"]
    given = {name.removeprefix("INPUT_").lower().replace("_", "-") for name in step["env"]} - {
        "python"
    }
    assert given == native["inputs"].keys()


@pytest.mark.pypi
def test_the_composite_action_installs_this_version_from_the_locks(tmp_path: Path) -> None:
    """Its step, in a folder of the runner; every library has its hash in the lock."""
    output = tmp_path / "output"
    (step,) = [
        one
        for one in yaml.safe_load((ROOT / "native" / "action.yml").read_text("utf-8"))["runs"][
            "steps"
        ]
        if one["id"] == "install"
    ]
    env = os.environ | {
        "PYTHON": sys.executable,
        "ACTION": str(ROOT / "native"),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(output),
    }
    subprocess.run(["bash", "-e", "-c", step["run"]], env=env, cwd=tmp_path, check=True)
    python = output.read_text("utf-8").removeprefix("python=").strip()
    said = subprocess.run(
        [python, "-I", "-m", "factorio_release", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"factorio-release {factorio_release.__version__}\n"


def test_the_gitlab_recipe_releases_the_plan(
    runner: WorkflowRunner, lamp: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    jobs = yaml.safe_load(recipe("gitlab-approval").read_text("utf-8"))
    assert jobs["release"]["rules"] == [{"if": "$CI_COMMIT_TAG", "when": "manual"}]
    variables = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_TAG": "v1.0.0",
        "CI_COMMIT_REF_NAME": "v1.0.0",
        "CI_PROJECT_URL": "https://gitlab.com/demo/lamp-post",
        "CI_SERVER_URL": "https://gitlab.com",
    }
    first, second = tmp_path / "first", tmp_path / "second"
    git(tmp_path, "clone", "--quiet", str(lamp.root), "first")
    assert (
        in_bash(runner, first, jobs["plan"]["script"], variables | {"CI_PROJECT_DIR": str(first)})
        == 0
    )
    (second / "dist").mkdir(parents=True)
    for name in jobs["plan"]["artifacts"]["paths"]:
        shutil.copy(first / name, second / name)
    lines = (first / "factorio-release.env").read_text("utf-8").splitlines()
    more = dict(line.split("=", 1) for line in lines)
    assert more["PLAN"] == "dist/release.plan"
    key = {"FACTORIO_API_KEY": KEY, "CI_PROJECT_DIR": str(second)}
    assert in_bash(runner, second, jobs["release"]["script"], variables | more | key) == 0
    assert versions(portal) == ["1.0.0"]
    assert "URL=" in (second / "factorio-release.env").read_text("utf-8")


def in_bash(runner: WorkflowRunner, folder: Path, script: list[str], env: dict[str, str]) -> int:
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(script)],
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "FACTORIO_RELEASE_PORTAL_URL": runner.variables["FACTORIO_RELEASE_PORTAL_URL"],
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    runner.logs.append(done.stdout + done.stderr)
    return done.returncode
