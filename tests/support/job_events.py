"""What CI systems put into the environment of a job, for each kind of event; and what a run makes of it.

The variables are those that each system documents (the sources are in `factorio_release/ci_systems.py`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from factorio_release.ci.events import EventKind

COMMIT: Final = "c0ffee" * 6 + "c0ff"
MAIN: Final = "refs/heads/main"
TAG: Final = "refs/tags/v1.0.0"


class JobRow(NamedTuple):
    """A job: its system, its variables, the kind of event that it is; `payload` is GitHub's event file."""

    system: str
    what: str
    environ: dict[str, str]
    kind: EventKind
    payload: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return f"{self.system} {self.what}".replace(" ", "-")


PAYLOAD: Final = {"repository": {"default_branch": "main"}}


def _github(system: str, what: str, kind: EventKind, event: str, ref: str, **more: Any) -> JobRow:
    flavours = {
        "github": {},
        "gitea": {"GITEA_ACTIONS": "true"},
        "forgejo": {"GITEA_ACTIONS": "true", "FORGEJO_ACTIONS": "true"},
    }
    payload = PAYLOAD | more.pop("payload", {})
    environ = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REF": ref,
        "GITHUB_SHA": COMMIT,
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_REPOSITORY": "OWNER/other",
    }
    return JobRow(system, what, environ | flavours[system] | more, kind, payload)


def _actions(system: str) -> list[JobRow]:
    """Return the rows of GitHub Actions and of those that copy it."""
    pull = {"GITHUB_HEAD_REF": "fix", "GITHUB_BASE_REF": "main"}
    K = EventKind  # noqa: N806 a short name for a table
    rows: list[tuple[str, EventKind, str, str, dict[str, Any]]] = [
        ("tag", K.TAG, "push", TAG, {}),
        ("default branch", K.DEFAULT_BRANCH, "push", MAIN, {}),
        ("other branch", K.OTHER_BRANCH, "push", "refs/heads/2.0-maint", {}),
        ("pull request", K.REQUEST, "pull_request", "refs/pull/7/merge", pull),
        ("pull_request_target", K.REQUEST, "pull_request_target", MAIN, pull),
        ("pull_request_review", K.REQUEST, "pull_request_review", "refs/pull/7/merge", {}),
        ("pull_request_approved", K.REQUEST, "pull_request_approved", "refs/pull/7/head", {}),
        ("button", K.BUTTON, "workflow_dispatch", MAIN, {}),
        ("button on a branch", K.OTHER_BRANCH, "workflow_dispatch", "refs/heads/2.0-maint", {}),
        ("button on a tag", K.TAG, "workflow_dispatch", TAG, {}),
        ("release", K.RELEASE, "release", TAG, {"payload": {"action": "published"}}),
        ("release deleted", K.OTHER_EVENT, "release", TAG, {"payload": {"action": "deleted"}}),
        ("schedule", K.SCHEDULE, "schedule", MAIN, {}),
        ("other tag", K.OTHER_TAG, "push", "refs/tags/docs-2026", {}),
        ("issue_comment", K.OTHER_EVENT, "issue_comment", MAIN, {}),
        ("workflow_run", K.OTHER_EVENT, "workflow_run", MAIN, {}),
        ("workflow_call", K.OTHER_EVENT, "workflow_call", MAIN, {}),
        ("workflow_call with a tag", K.TAG, "workflow_call", TAG, {}),
    ]
    return [
        _github(system, what, kind, event, ref, **more) for what, kind, event, ref, more in rows
    ]


def _gitlab(what: str, kind: EventKind, source: str, **more: str) -> JobRow:
    environ = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": source,
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": COMMIT,
        "CI_PROJECT_URL": "https://gitlab.example/OWNER/other",
        "CI_SERVER_URL": "https://gitlab.example",
    }
    return JobRow("gitlab", what, environ | more, kind)


def _woodpecker(what: str, kind: EventKind, event: str, ref: str, **more: str) -> JobRow:
    environ = {
        "CI": "woodpecker",
        "CI_PIPELINE_EVENT": event,
        "CI_COMMIT_REF": ref,
        "CI_COMMIT_BRANCH": ref.removeprefix("refs/heads/") if "heads" in ref else "main",
        "CI_REPO_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": COMMIT,
        "CI_REPO_URL": "https://codeberg.example/OWNER/other",
        "CI_FORGE_URL": "https://codeberg.example",
    }
    return JobRow("woodpecker", what, environ | more, kind)


def _drone(what: str, kind: EventKind, event: str, ref: str, **more: str) -> JobRow:
    environ = {
        "CI": "true",
        "DRONE": "true",
        "DRONE_BUILD_EVENT": event,
        "DRONE_COMMIT_REF": ref,
        "DRONE_REPO_BRANCH": "main",
        "DRONE_COMMIT_SHA": COMMIT,
        "DRONE_REPO_LINK": "https://git.example/OWNER/other",
    }
    return JobRow("drone", what, environ | more, kind)


def _other(system: str, base: dict[str, str], *rows: tuple[str, EventKind, dict[str, str]]) -> Any:
    return [JobRow(system, what, base | more, kind) for what, kind, more in rows]


_K = EventKind
ROWS: Final[list[JobRow]] = [
    *_actions("github"),
    *_actions("forgejo"),
    *_actions("gitea"),
    _github(
        "github",
        "merge group",
        _K.MERGE_QUEUE,
        "merge_group",
        "refs/heads/gh-readonly-queue/main/pr-7",
    ),
    _github(
        "github",
        "push to the queue",
        _K.MERGE_QUEUE,
        "push",
        "refs/heads/gh-readonly-queue/main/pr-7",
    ),
    _gitlab("tag", _K.TAG, "push", CI_COMMIT_TAG="v1.0.0"),
    _gitlab("default branch", _K.DEFAULT_BRANCH, "push", CI_COMMIT_BRANCH="main"),
    _gitlab("other branch", _K.OTHER_BRANCH, "push", CI_COMMIT_BRANCH="2.0-maint"),
    _gitlab("merge request", _K.REQUEST, "merge_request_event", CI_MERGE_REQUEST_IID="7"),
    _gitlab(
        "external request",
        _K.REQUEST,
        "external_pull_request_event",
        CI_EXTERNAL_PULL_REQUEST_IID="7",
    ),
    _gitlab("button", _K.BUTTON, "web", CI_COMMIT_BRANCH="main"),
    _gitlab("api", _K.BUTTON, "api", CI_COMMIT_BRANCH="main"),
    _gitlab("schedule", _K.SCHEDULE, "schedule", CI_COMMIT_BRANCH="main"),
    _gitlab("child", _K.DEFAULT_BRANCH, "parent_pipeline", CI_COMMIT_BRANCH="main"),
    _gitlab("child of a request", _K.REQUEST, "parent_pipeline"),
    _gitlab(
        "child of a request with its number", _K.REQUEST, "parent_pipeline", CI_MERGE_REQUEST_ID="7"
    ),
    _gitlab("chat", _K.OTHER_EVENT, "chat", CI_COMMIT_BRANCH="main"),
    _gitlab("other tag", _K.OTHER_TAG, "push", CI_COMMIT_TAG="docs-2026"),
    _woodpecker("tag", _K.TAG, "tag", TAG, CI_COMMIT_TAG="v1.0.0"),
    _woodpecker("release", _K.RELEASE, "release", TAG),
    _woodpecker("default branch", _K.DEFAULT_BRANCH, "push", MAIN),
    _woodpecker("other branch", _K.OTHER_BRANCH, "push", "refs/heads/2.0-maint"),
    _woodpecker(
        "pull request", _K.REQUEST, "pull_request", "refs/pull/7/head", CI_COMMIT_PULL_REQUEST="7"
    ),
    _woodpecker("closed request", _K.REQUEST, "pull_request_closed", "refs/pull/7/head"),
    _woodpecker("deployment of one", _K.REQUEST, "deployment", "refs/pull/7/head"),
    _woodpecker("button", _K.BUTTON, "manual", MAIN),
    _woodpecker("schedule", _K.SCHEDULE, "cron", MAIN),
    _drone("tag", _K.TAG, "tag", TAG, DRONE_TAG="v1.0.0"),
    _drone("default branch", _K.DEFAULT_BRANCH, "push", MAIN, DRONE_BRANCH="main"),
    _drone("other branch", _K.OTHER_BRANCH, "push", "refs/heads/x", DRONE_BRANCH="x"),
    _drone("pull request", _K.REQUEST, "pull_request", "refs/pull/7/head", DRONE_PULL_REQUEST="7"),
    _drone("promoted request", _K.REQUEST, "promote", "refs/heads/main", DRONE_PULL_REQUEST="7"),
    _drone("rollback", _K.OTHER_EVENT, "rollback", MAIN, DRONE_BRANCH="main"),
    *_other(
        "circleci",
        {"CI": "true", "CIRCLECI": "true", "CIRCLE_SHA1": COMMIT},
        ("tag", _K.TAG, {"CIRCLE_TAG": "v1.0.0"}),
        ("branch", _K.UNKNOWN, {"CIRCLE_BRANCH": "main"}),
        (
            "pull request",
            _K.REQUEST,
            {
                "CIRCLE_BRANCH": "fix",
                "CIRCLE_PULL_REQUEST": "https://github.com/OWNER/other/pull/7",
                "CIRCLE_PULL_REQUESTS": "https://github.com/OWNER/other/pull/7",
            },
        ),
        ("forked request", _K.REQUEST, {"CIRCLE_BRANCH": "pull/7", "CIRCLE_PR_NUMBER": "7"}),
    ),
    *_other(
        "bitbucket",
        {"CI": "true", "BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_COMMIT": COMMIT},
        ("tag", _K.TAG, {"BITBUCKET_TAG": "v1.0.0"}),
        ("default branch", _K.DEFAULT_BRANCH, {"BITBUCKET_BRANCH": "main"}),
        ("other branch", _K.OTHER_BRANCH, {"BITBUCKET_BRANCH": "fix"}),
        (
            "pull request",
            _K.REQUEST,
            {
                "BITBUCKET_BRANCH": "fix",
                "BITBUCKET_PR_ID": "7",
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
            },
        ),
    ),
    *_other(
        "azure",
        {
            "TF_BUILD": "True",
            "BUILD_BUILDURI": "vstfs:///Build/Build/3",
            "BUILD_SOURCEVERSION": COMMIT,
        },
        ("tag", _K.TAG, {"BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": TAG}),
        (
            "default branch",
            _K.DEFAULT_BRANCH,
            {"BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": MAIN},
        ),
        ("button", _K.BUTTON, {"BUILD_REASON": "Manual", "BUILD_SOURCEBRANCH": MAIN}),
        (
            "pull request",
            _K.REQUEST,
            {
                "BUILD_REASON": "PullRequest",
                "BUILD_SOURCEBRANCH": "refs/pull/7/merge",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "512",
            },
        ),
        (
            "after a build",
            _K.OTHER_EVENT,
            {"BUILD_REASON": "BuildCompletion", "BUILD_SOURCEBRANCH": MAIN},
        ),
    ),
    *_other(
        "appveyor",
        {"CI": "True", "APPVEYOR": "True", "APPVEYOR_REPO_COMMIT": COMMIT},
        (
            "tag",
            _K.TAG,
            {
                "APPVEYOR_REPO_BRANCH": "v1.0.0",
                "APPVEYOR_REPO_TAG": "true",
                "APPVEYOR_REPO_TAG_NAME": "v1.0.0",
            },
        ),
        ("default branch", _K.DEFAULT_BRANCH, {"APPVEYOR_REPO_BRANCH": "master"}),
        (
            "pull request",
            _K.REQUEST,
            {"APPVEYOR_REPO_BRANCH": "master", "APPVEYOR_PULL_REQUEST_NUMBER": "5"},
        ),
    ),
    *_other(
        "jenkins",
        {"CI": "true", "JENKINS_URL": "https://ci.example/", "GIT_COMMIT": COMMIT},
        ("tag", _K.TAG, {"BRANCH_NAME": "v1.0.0", "TAG_NAME": "v1.0.0"}),
        (
            "default branch",
            _K.DEFAULT_BRANCH,
            {"BRANCH_NAME": "trunk", "BRANCH_IS_PRIMARY": "true"},
        ),
        ("other branch", _K.OTHER_BRANCH, {"BRANCH_NAME": "fix"}),
        (
            "pull request",
            _K.REQUEST,
            {"BRANCH_NAME": "PR-7", "CHANGE_ID": "7", "CHANGE_TARGET": "main"},
        ),
        ("one project", _K.UNKNOWN, {"GIT_BRANCH": "origin/main"}),
    ),
    *_other(
        "buildkite",
        {
            "CI": "true",
            "BUILDKITE": "true",
            "BUILDKITE_COMMIT": COMMIT,
            "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "trunk",
            "BUILDKITE_PULL_REQUEST": "false",
            "BUILDKITE_TAG": "",
            "BUILDKITE_SOURCE": "webhook",
        },
        ("tag", _K.TAG, {"BUILDKITE_TAG": "v1.0.0", "BUILDKITE_BRANCH": "v1.0.0"}),
        ("default branch", _K.DEFAULT_BRANCH, {"BUILDKITE_BRANCH": "trunk"}),
        ("other branch", _K.OTHER_BRANCH, {"BUILDKITE_BRANCH": "main"}),
        ("button", _K.BUTTON, {"BUILDKITE_BRANCH": "trunk", "BUILDKITE_SOURCE": "ui"}),
        ("pull request", _K.REQUEST, {"BUILDKITE_BRANCH": "fix", "BUILDKITE_PULL_REQUEST": "7"}),
        (
            "another pipeline",
            _K.OTHER_EVENT,
            {"BUILDKITE_BRANCH": "trunk", "BUILDKITE_SOURCE": "trigger_job"},
        ),
    ),
    *_other(
        "travis",
        {
            "CI": "true",
            "TRAVIS": "true",
            "TRAVIS_COMMIT": COMMIT,
            "TRAVIS_PULL_REQUEST": "false",
            "TRAVIS_TAG": "",
            "TRAVIS_EVENT_TYPE": "push",
        },
        ("tag", _K.TAG, {"TRAVIS_BRANCH": "v1.0.0", "TRAVIS_TAG": "v1.0.0"}),
        ("default branch", _K.DEFAULT_BRANCH, {"TRAVIS_BRANCH": "main"}),
        ("schedule", _K.SCHEDULE, {"TRAVIS_BRANCH": "main", "TRAVIS_EVENT_TYPE": "cron"}),
        (
            "pull request",
            _K.REQUEST,
            {
                "TRAVIS_BRANCH": "main",
                "TRAVIS_PULL_REQUEST": "7",
                "TRAVIS_EVENT_TYPE": "pull_request",
            },
        ),
    ),
    *_other(
        "teamcity",
        {"TEAMCITY_VERSION": "2025.11", "CI": "true", "BUILD_VCS_NUMBER": COMMIT},
        ("any build", _K.UNKNOWN, {}),
    ),
    *_other(
        "cirrus",
        {
            "CI": "true",
            "CIRRUS_CI": "true",
            "CIRRUS_CHANGE_IN_REPO": COMMIT,
            "CIRRUS_DEFAULT_BRANCH": "main",
        },
        ("tag", _K.TAG, {"CIRRUS_TAG": "v1.0.0", "CIRRUS_BRANCH": "main"}),
        ("default branch", _K.DEFAULT_BRANCH, {"CIRRUS_BRANCH": "main"}),
        ("pull request", _K.REQUEST, {"CIRRUS_BRANCH": "pull/7", "CIRRUS_PR": "7"}),
    ),
    *_other(
        "semaphore",
        {"CI": "true", "SEMAPHORE": "true", "SEMAPHORE_GIT_SHA": COMMIT},
        (
            "tag",
            _K.TAG,
            {"SEMAPHORE_GIT_REF_TYPE": "tag", "SEMAPHORE_GIT_TAG_NAME": "v1.0.0"},
        ),
        (
            "default branch",
            _K.DEFAULT_BRANCH,
            {"SEMAPHORE_GIT_REF_TYPE": "branch", "SEMAPHORE_GIT_BRANCH": "main"},
        ),
        (
            "pull request",
            _K.REQUEST,
            {
                "SEMAPHORE_GIT_REF_TYPE": "pull-request",
                "SEMAPHORE_GIT_BRANCH": "main",
                "SEMAPHORE_GIT_PR_NUMBER": "7",
            },
        ),
    ),
    *_other(
        "codefresh",
        {"CI": "true", "CF_BUILD_ID": "abc", "CF_REVISION": COMMIT},
        ("release", _K.TAG, {"CF_BRANCH": "v1.0.0", "CF_RELEASE_TAG": "v1.0.0"}),
        ("tag as a branch", _K.OTHER_BRANCH, {"CF_BRANCH": "v1.0.0"}),
        ("default branch", _K.DEFAULT_BRANCH, {"CF_BRANCH": "main"}),
        ("pull request", _K.REQUEST, {"CF_BRANCH": "main", "CF_PULL_REQUEST_NUMBER": "7"}),
    ),
    *_other(
        "sourcehut",
        {"BUILD_SUBMITTER": "git.sr.ht", "JOB_ID": "3"},
        ("tag", _K.TAG, {"GIT_REF": TAG}),
        ("default branch", _K.DEFAULT_BRANCH, {"GIT_REF": MAIN}),
        (
            "patch",
            _K.REQUEST,
            {"BUILD_SUBMITTER": "hub.sr.ht", "BUILD_REASON": "patchset", "PATCHSET_ID": "9"},
        ),
        ("another submitter", _K.OTHER_EVENT, {"BUILD_SUBMITTER": "dispatch.sr.ht"}),
    ),
    *_other(
        "codebuild",
        {"CODEBUILD_BUILD_ID": "p:1", "CODEBUILD_RESOLVED_SOURCE_VERSION": COMMIT},
        ("tag", _K.TAG, {"CODEBUILD_WEBHOOK_EVENT": "PUSH", "CODEBUILD_WEBHOOK_HEAD_REF": TAG}),
        (
            "default branch",
            _K.DEFAULT_BRANCH,
            {"CODEBUILD_WEBHOOK_EVENT": "PUSH", "CODEBUILD_WEBHOOK_HEAD_REF": MAIN},
        ),
        (
            "pull request",
            _K.REQUEST,
            {
                "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_CREATED",
                "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main",
                "CODEBUILD_SOURCE_VERSION": "pr/7",
            },
        ),
        ("by hand", _K.UNKNOWN, {"CODEBUILD_INITIATOR": "somebody"}),
    ),
    *_other(
        "cloudbuild",
        {"BUILDER_OUTPUT": "/builder/outputs", "COMMIT_SHA": COMMIT},
        ("tag", _K.TAG, {"TAG_NAME": "v1.0.0"}),
        ("branch", _K.UNKNOWN, {"BRANCH_NAME": "main"}),
        ("pull request", _K.REQUEST, {"BRANCH_NAME": "main", "_PR_NUMBER": "7"}),
    ),
    *_other(
        "bitrise",
        {
            "CI": "true",
            "BITRISE_IO": "true",
            "BITRISE_GIT_COMMIT": COMMIT,
            "BITRISE_PULL_REQUEST": "",
        },
        ("tag", _K.TAG, {"BITRISE_GIT_TAG": "v1.0.0"}),
        ("default branch", _K.DEFAULT_BRANCH, {"BITRISE_GIT_BRANCH": "main"}),
        ("pull request", _K.REQUEST, {"BITRISE_GIT_BRANCH": "main", "BITRISE_PULL_REQUEST": "7"}),
    ),
    *_other(
        "codemagic",
        {"CI": "true", "CM_BUILD_ID": "abc", "CM_COMMIT": COMMIT, "CM_PULL_REQUEST": "false"},
        ("tag", _K.TAG, {"CM_TAG": "v1.0.0", "CM_BRANCH": "main"}),
        ("default branch", _K.DEFAULT_BRANCH, {"CM_BRANCH": "main"}),
        (
            "pull request",
            _K.REQUEST,
            {"CM_BRANCH": "main", "CM_PULL_REQUEST": "true", "CM_PULL_REQUEST_NUMBER": "7"},
        ),
    ),
    JobRow("unknown", "CI", {"CI": "true"}, EventKind.UNKNOWN),
    JobRow(
        "unknown", "CI with a request", {"CI": "1", "GITHUB_HEAD_REF": "fix"}, EventKind.REQUEST
    ),
    JobRow("unknown", "event alone", {"GITHUB_EVENT_NAME": "pull_request"}, EventKind.REQUEST),
    JobRow(
        "unknown", "comment alone", {"GITHUB_EVENT_NAME": "issue_comment"}, EventKind.OTHER_EVENT
    ),
    JobRow("unknown", "number alone", {"CI_MERGE_REQUEST_IID": "7"}, EventKind.REQUEST),
    JobRow("none", "machine", {}, EventKind.MACHINE),
]
