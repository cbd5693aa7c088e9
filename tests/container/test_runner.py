"""The image as runners start it, and as careful people do."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import DEMO_KEY, LocalPortal

if TYPE_CHECKING:
    from tests.container.conftest import Job

pytestmark = pytest.mark.container

RUNNER = 1001
THIRD = 2002
ZIP = "lamp-post_1.0.0.zip"
PAGE = {"category": "utilities", "license": "default_mit"}
NO_NETWORK = ("--network", "none")
HARDENED = ("--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges")


def owner(path: Path) -> int:
    return path.stat().st_uid


def built(job: "Job", *options: str, **inputs: str) -> Path:
    done = job.start(options=(*NO_NETWORK, *options), mode="build", **inputs)
    assert done.code == 0, done.text
    assert done.outputs["status"] == "built"
    assert done.outputs["zip-name"] == ZIP
    assert "A lamp post." in done.summary
    return job.workspace / "dist" / ZIP


def test_root_becomes_the_owner_of_the_workspace(job: "Job") -> None:
    assert owner(built(job)) == RUNNER


def test_root_stays_root_where_root_owns_the_workspace(job: "Job") -> None:
    job.give(job.workspace, 0)
    assert owner(built(job)) == 0


def test_workspace_of_a_third_user(job: "Job") -> None:
    job.give(job.workspace, THIRD)
    assert owner(built(job)) == THIRD
    assert {owner(path) for path in job.commands.iterdir()} == {RUNNER}, (
        "the runner still owns its files"
    )


def test_as_the_owner_from_the_start(job: "Job") -> None:
    assert owner(built(job, "--user", f"{RUNNER}:{RUNNER}")) == RUNNER


@pytest.mark.parametrize("user", [str(RUNNER), "0"])
def test_without_any_privilege(job: "Job", user: str) -> None:
    job.give(job.root, int(user))
    assert owner(built(job, *HARDENED, "--user", f"{user}:{user}")) == int(user)


def test_user_that_owns_nothing_can_check(job: "Job") -> None:
    done = job.start("check", options=(*NO_NETWORK, *HARDENED, "--user", "12345:12345"))
    assert done.code == 0, done.text


def test_read_only_workspace_can_be_checked(job: "Job") -> None:
    done = job.start(
        "check", "/mod", options=(*NO_NETWORK, *HARDENED, "--volume", f"{job.workspace}:/mod:ro")
    )
    assert done.code == 0, done.text


def test_root_without_capabilities_says_that_it_stays(job: "Job") -> None:
    done = job.start("check", options=(*NO_NETWORK, "--cap-drop", "all"))
    assert done.code == 0, done.text
    assert "root could not become the owner of '/github/workspace'" in done.text


@pytest.mark.parametrize("path", ["", "/nowhere", "/github/workspace:.", "~/bin"])
def test_broken_path(job: "Job", path: str) -> None:
    (job.workspace / "git").write_text("#!/bin/sh\ntouch /github/workspace/ran\n")
    (job.workspace / "git").chmod(0o755)
    built(job, "--env", f"PATH={path}")
    assert not (job.workspace / "ran").exists()


def test_libraries_of_the_host_are_not_looked_for(job: "Job") -> None:
    (job.workspace / "libpcre2-8.so.0").write_text(
        "not a library, and git asks for one of that name"
    )
    built(job, "--env", "LD_LIBRARY_PATH=/github/workspace", "--env", "PYTHONHOME=/nowhere")


@pytest.mark.parametrize(
    "module", ["requests.py", "sitecustomize.py", "json.py", "factorio_release/cli.py"]
)
def test_modules_of_the_workspace_are_not_imported(job: "Job", module: str) -> None:
    path = job.workspace / module
    path.parent.mkdir(exist_ok=True)
    path.write_text("open('/github/workspace/imported', 'w')\n")
    built(job, "--env", "PYTHONPATH=/github/workspace")
    assert not (job.workspace / "imported").exists()


def test_little_memory_is_enough(job: "Job") -> None:
    built(job, "--memory", "96m")


@pytest.mark.parametrize("name", ["CI_PROJECT_DIR", "CI_WORKSPACE"])
def test_workspace_by_other_names(job: "Job", name: str) -> None:
    elsewhere = (
        "--workdir",
        "/",
        "--env",
        "GITHUB_WORKSPACE=",
        "--env",
        f"{name}=/github/workspace",
    )
    arguments = ("build", "/github/workspace", "--output-dir", "/github/workspace/dist")
    done = job.start(*arguments, options=(*NO_NETWORK, *elsewhere))
    assert done.code == 0, done.text
    assert owner(job.workspace / "dist" / ZIP) == RUNNER


def test_groups_of_root_are_given_up_with_it(job: "Job") -> None:
    private = job.root / "home" / "private"
    private.mkdir()
    os.chown(private, 0, THIRD)
    private.chmod(0o770)
    done = job.start(
        options=(*NO_NETWORK, "--group-add", str(THIRD)),
        mode="build",
        output_dir="/github/home/private",
    )
    assert done.code != 0
    assert list(private.iterdir()) == []


def test_settings_for_nothing_end_with_outputs(job: "Job") -> None:
    done = job.start(options=NO_NETWORK, mode="pln")
    assert done.code == 2
    assert "mode" in done.text
    assert done.outputs["status"] == "failed"


def test_plugin_of_woodpecker(job: "Job") -> None:
    unset = [
        part
        for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_WORKSPACE", "GITHUB_OUTPUT")
        for part in ("--env", f"{name}=")
    ]
    woodpecker = (
        "--env",
        "CI=woodpecker",
        "--env",
        "CI_WORKSPACE=/github/workspace",
        "--env",
        "PLUGIN_MODE=build",
    )
    done = job.start(options=(*NO_NETWORK, *unset, *woodpecker))
    assert done.code == 0, done.text
    assert owner(job.workspace / "dist" / ZIP) == RUNNER


def test_release_and_release_again(job: "Job") -> None:
    with LocalPortal(keys={"the-key-of-a-test": ("publish", "upload", "edit")}) as portal:
        inputs = {
            "mode": "release",
            "portal_url": portal.url,
            "api_key": "the-key-of-a-test",
            **PAGE,
        }
        first = job.start(options=("--network", "host"), **inputs)
        writes = len(portal.log)
        second = job.start(options=("--network", "host"), **inputs)
        again = [record.method for record in portal.log[writes:]]
    assert [first.code, second.code] == [0, 0], first.text + second.text
    assert [first.outputs["status"], second.outputs["status"]] == ["published", "unchanged"]
    assert set(again) == {"GET"}
    seen = [line for line in (first.text + second.text).splitlines() if "the-key-of-a-test" in line]
    assert all(line.startswith("::add-mask::") for line in seen)


def test_pull_request_plans_and_writes_nothing(job: "Job") -> None:
    with LocalPortal() as portal:
        event = ("--network", "host", "--env", "GITHUB_EVENT_NAME=pull_request")
        done = job.start(
            options=event, mode="release", portal_url=portal.url, api_key=DEMO_KEY, **PAGE
        )
        asked = {record.method for record in portal.log}
    assert done.code == 0, done.text
    assert done.outputs["status"] == "planned"
    assert asked == {"GET"}
