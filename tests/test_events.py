"""The event that started a job decides whether it may write, with the variables of each CI system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.conftest import Program, Ran

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REPOSITORY": "OWNER/lamp-post",
}
FORGEJO = GITHUB | {"FORGEJO_ACTIONS": "true", "GITEA_ACTIONS": "true"}
GITEA = GITHUB | {"GITEA_ACTIONS": "true"}
GITLAB = {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main"}
WOODPECKER = {"CI": "woodpecker", "CI_COMMIT_REF": "refs/heads/main"}
DRONE = {"DRONE": "true", "DRONE_COMMIT_REF": "refs/heads/main"}

STRANGERS = {
    "workflow_run": GITHUB | {"GITHUB_EVENT_NAME": "workflow_run"},
    "issue_comment": GITHUB | {"GITHUB_EVENT_NAME": "issue_comment"},
    "pull_request_target": GITHUB | {"GITHUB_EVENT_NAME": "pull_request_target"},
    "pull_request_review": GITHUB | {"GITHUB_EVENT_NAME": "pull_request_review"},
    "merge_group": GITHUB | {"GITHUB_EVENT_NAME": "merge_group"},
    "gitea issue_comment": GITEA | {"GITHUB_EVENT_NAME": "issue_comment"},
    "gitea pull_request_approved": GITEA | {"GITHUB_EVENT_NAME": "pull_request_approved"},
    "forgejo workflow_call": FORGEJO | {"GITHUB_EVENT_NAME": "workflow_call"},
    "gitlab merge request": GITLAB | {"CI_PIPELINE_SOURCE": "merge_request_event"},
    "gitlab child of one": {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "parent_pipeline"},
    "gitlab external pull request": GITLAB | {"CI_PIPELINE_SOURCE": "external_pull_request_event"},
    "woodpecker pull request": WOODPECKER | {"CI_PIPELINE_EVENT": "pull_request_closed"},
    "drone promoted pull request": DRONE
    | {"DRONE_BUILD_EVENT": "promote", "DRONE_PULL_REQUEST": "7"},
}
OWNERS = {
    "push": GITHUB | {"GITHUB_EVENT_NAME": "push"},
    "release": GITHUB | {"GITHUB_EVENT_NAME": "release"},
    "workflow_dispatch": GITHUB | {"GITHUB_EVENT_NAME": "workflow_dispatch"},
    "gitea push": GITEA | {"GITHUB_EVENT_NAME": "push"},
    "forgejo schedule": FORGEJO | {"GITHUB_EVENT_NAME": "schedule"},
    "gitlab web": GITLAB | {"CI_PIPELINE_SOURCE": "web"},
    "gitlab child": GITLAB | {"CI_PIPELINE_SOURCE": "parent_pipeline"},
    "woodpecker manual": WOODPECKER | {"CI_PIPELINE_EVENT": "manual"},
    "drone tag": DRONE | {"DRONE_BUILD_EVENT": "tag"},
}


@pytest.fixture
def release(program: Program, repository: Any, portal: LocalPortal, key: str) -> Any:
    def run(event: dict[str, str]) -> Ran:
        env = {
            "CI": "true",
            "FACTORIO_API_KEY": key,
            "FACTORIO_RELEASE_PATH": str(repository.root),
            "FACTORIO_RELEASE_PORTAL_URL": portal.url,
            "FACTORIO_RELEASE_REPORT": str(program.folder / "report.json"),
        }
        return program.entry(env | event)

    return run


@pytest.mark.parametrize("event", STRANGERS)
def test_an_event_of_a_stranger_only_plans_and_says_so(
    release: Any, portal: LocalPortal, event: str
) -> None:
    ran = release(STRANGERS[event])
    assert (ran.code, ran.mod["status"]) == (0, "planned"), ran.err
    assert "never writes to the portal: planning only" in ran.err
    assert {record.method for record in portal.log} == {"GET"}


@pytest.mark.parametrize("event", OWNERS)
def test_an_event_of_those_who_may_push_writes(
    release: Any, portal: LocalPortal, event: str
) -> None:
    ran = release(OWNERS[event])
    assert (ran.code, ran.mod["status"]) == (0, "published"), ran.err
    assert "planning only" not in ran.err


def test_no_setting_of_the_job_makes_such_an_event_write(release: Any, portal: LocalPortal) -> None:
    for name, value in (("MODE", "release"), ("MODE", "page"), ("DRY_RUN", "false")):
        release(STRANGERS["issue_comment"] | {f"FACTORIO_RELEASE_{name}": value})
    assert {record.method for record in portal.log} == {"GET"}
