import io

import pytest

from factorio_release.ci.detect import detect
from factorio_release.forges import CI_SYSTEMS

GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "OWNER/mod",
    "GITHUB_SHA": "c0ffee",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/tags/v1.2.0",
}
FORGEJO = GITHUB | {"GITEA_ACTIONS": "true", "FORGEJO_ACTIONS": "true"}
GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_COMMIT_SHA": "c0ffee",
    "CI_COMMIT_TAG": "1.2.0",
    "CI_PROJECT_URL": "https://gitlab.example/group/mod",
    "CI_SERVER_URL": "https://gitlab.example",
    "CI_PIPELINE_SOURCE": "push",
}
WOODPECKER = {
    "CI": "woodpecker",
    "CI_COMMIT_SHA": "c0ffee",
    "CI_COMMIT_TAG": "1.2.0",
    "CI_PIPELINE_EVENT": "tag",
    "CI_REPO_URL": "https://codeberg.org/OWNER/mod",
    "CI_FORGE_URL": "https://codeberg.org",
}
DRONE = {
    "CI": "true",
    "DRONE": "true",
    "DRONE_TAG": "1.2.0",
    "DRONE_BUILD_EVENT": "tag",
    "DRONE_COMMIT_SHA": "c0ffee",
    "DRONE_REPO_LINK": "https://git.example/OWNER/mod",
}


@pytest.mark.parametrize(
    ("environ", "name", "tag", "url", "server"),
    [
        (GITHUB, "github", "v1.2.0", "https://github.com/OWNER/mod", "https://github.com"),
        (
            GITHUB | {"GITEA_ACTIONS": "true"},
            "gitea",
            "v1.2.0",
            "https://github.com/OWNER/mod",
            "https://github.com",
        ),
        (
            GITHUB
            | {
                "GITEA_ACTIONS": "true",
                "FORGEJO_TOKEN": "t",
                "GITHUB_SERVER_URL": "https://codeberg.org/",
            },
            "forgejo",
            "v1.2.0",
            "https://codeberg.org/OWNER/mod",
            "https://codeberg.org",
        ),
        (
            GITHUB | {"GITHUB_REF": "refs/heads/main"},
            "github",
            "",
            "https://github.com/OWNER/mod",
            "https://github.com",
        ),
        (GITLAB, "gitlab", "1.2.0", "https://gitlab.example/group/mod", "https://gitlab.example"),
        (
            WOODPECKER,
            "woodpecker",
            "1.2.0",
            "https://codeberg.org/OWNER/mod",
            "https://codeberg.org",
        ),
        (
            WOODPECKER | {"CI": "true", "CI_SYSTEM_NAME": "crow"},
            "woodpecker",
            "1.2.0",
            "https://codeberg.org/OWNER/mod",
            "https://codeberg.org",
        ),
        (DRONE, "drone", "1.2.0", "https://git.example/OWNER/mod", "https://git.example"),
    ],
)
def test_each_system_is_recognised(
    environ: dict[str, str], name: str, tag: str, url: str, server: str
) -> None:
    ci = detect(environ, io.StringIO())
    assert (ci.name, ci.tag, ci.repository_url, ci.server) == (name, tag, url, server)
    assert (ci.commit, ci.in_ci, ci.plan_only) == ("c0ffee", True, "")


@pytest.mark.parametrize(
    "environ",
    [
        GITHUB | {"GITHUB_EVENT_NAME": "pull_request"},
        GITHUB | {"GITHUB_EVENT_NAME": "pull_request_target"},
        GITHUB | {"GITHUB_EVENT_NAME": "pull_request_review"},
        GITHUB | {"GITHUB_EVENT_NAME": "pull_request_review_comment"},
        GITHUB | {"GITHUB_REF": "refs/pull/7/merge"},
        GITHUB | {"GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-7-c0ffee"},
        FORGEJO | {"GITHUB_EVENT_NAME": "workflow_call", "GITHUB_REF": "refs/pull/7/head"},
        FORGEJO
        | {
            "GITHUB_EVENT_NAME": "workflow_call",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_HEAD_REF": "fix",
        },
        GITLAB | {"CI_PIPELINE_SOURCE": "merge_request_event"},
        GITLAB | {"CI_PIPELINE_SOURCE": "external_pull_request_event"},
        GITLAB | {"CI_MERGE_REQUEST_IID": "7"},
        GITLAB | {"CI_PIPELINE_SOURCE": "parent_pipeline", "CI_MERGE_REQUEST_ID": "7"},
        GITLAB | {"CI_PIPELINE_SOURCE": "parent_pipeline", "CI_COMMIT_TAG": ""},
        WOODPECKER | {"CI_PIPELINE_EVENT": "pull_request"},
        WOODPECKER | {"CI_PIPELINE_EVENT": "pull_request_closed"},
        WOODPECKER | {"CI_PIPELINE_EVENT": "pull_request_metadata"},
        WOODPECKER | {"CI_PIPELINE_EVENT": "deployment", "CI_COMMIT_REF": "refs/pull/7/head"},
        WOODPECKER | {"CI_PIPELINE_EVENT": "manual", "CI_COMMIT_PULL_REQUEST": "7"},
        DRONE | {"DRONE_BUILD_EVENT": "pull_request"},
        DRONE | {"DRONE_BUILD_EVENT": "promote", "DRONE_PULL_REQUEST": "7"},
        DRONE | {"DRONE_BUILD_EVENT": "promote", "DRONE_COMMIT_REF": "refs/pull/7/head"},
    ],
)
def test_a_pull_or_merge_request_only_plans(environ: dict[str, str]) -> None:
    ci = detect(environ, io.StringIO())
    kind = (
        "merge"
        if ci.name == "gitlab" and environ["CI_PIPELINE_SOURCE"] != "external_pull_request_event"
        else "pull"
    )
    assert ci.plan_only == f"a {kind} request never writes to the portal: planning only"


EVENTS = {
    "github": (GITHUB, "GITHUB_EVENT_NAME"),
    "gitlab": (GITLAB, "CI_PIPELINE_SOURCE"),
    "woodpecker": (WOODPECKER, "CI_PIPELINE_EVENT"),
    "drone": (DRONE, "DRONE_BUILD_EVENT"),
}


@pytest.mark.parametrize(
    ("system", "event"),
    [(system, event) for system in EVENTS for event in sorted(CI_SYSTEMS[system].writing_events)],
)
def test_an_event_of_those_who_may_push_writes(system: str, event: str) -> None:
    environ, name = EVENTS[system]
    assert detect(environ | {name: event}, io.StringIO()).plan_only == ""
    if system == "github":
        for flavour in (FORGEJO, GITHUB | {"GITEA_ACTIONS": "true"}):
            assert detect(flavour | {name: event}, io.StringIO()).plan_only == ""


@pytest.mark.parametrize(
    ("system", "event"),
    [
        *(
            ("github", event)
            for event in (
                *(
                    "branch_protection_rule",
                    "check_run",
                    "check_suite",
                    "delete",
                    "deployment",
                    "deployment_status",
                ),
                *(
                    "discussion",
                    "discussion_comment",
                    "fork",
                    "gollum",
                    "issue_comment",
                    "issues",
                    "label",
                    "merge_group",
                ),
                *(
                    "milestone",
                    "page_build",
                    "public",
                    "registry_package",
                    "status",
                    "watch",
                    "workflow_run",
                    "PUSH",
                    "",
                ),
            )
        ),
        *(
            ("gitlab", event)
            for event in (
                "chat",
                "external",
                "ondemand_dast_scan",
                "security_orchestration_policy",
                "unknown",
                "",
            )
        ),
        *(("woodpecker", event) for event in ("unknown", "")),
        *(("drone", event) for event in ("rollback", "unknown", "")),
    ],
)
def test_any_other_event_only_plans_and_is_named(system: str, event: str) -> None:
    environ, name = EVENTS[system]
    said = detect(environ | {name: event}, io.StringIO()).plan_only
    assert said.startswith(
        f"the event {event} never writes" if event else "an event without a name never writes"
    )
    assert said.endswith(f"these may write: {', '.join(sorted(CI_SYSTEMS[system].writing_events))}")
    without = {key: value for key, value in environ.items() if key != name}
    assert detect(without, io.StringIO()).plan_only.startswith("an event without a name")


def test_a_reusable_workflow_on_forgejo_writes_only_for_a_tag() -> None:
    """Its event is `workflow_call`, whatever started the caller."""
    called = FORGEJO | {"GITHUB_EVENT_NAME": "workflow_call"}
    assert detect(called, io.StringIO()).plan_only == ""
    said = detect(called | {"GITHUB_REF": "refs/heads/main"}, io.StringIO()).plan_only
    assert said.startswith("the event workflow_call never writes")


@pytest.mark.parametrize(
    ("environ", "in_ci"),
    [({}, False), ({"CI": ""}, False), ({"CI": "false"}, False), ({"CI": "true"}, True)],
)
def test_another_ci_system_is_only_recognised_as_one(
    environ: dict[str, str], *, in_ci: bool
) -> None:
    stream = io.StringIO()
    ci = detect(environ | {"INPUT_METHOD": "fcitx"}, stream)
    assert (ci.name, ci.in_ci, ci.inputs) == ("none", in_ci, {})
    ci.mask("secret")
    ci.write_outputs({"mod": "m"})
    ci.write_summary("text")
    assert stream.getvalue() == ""


def test_inputs_have_the_names_of_options() -> None:
    inputs = {"INPUT_API-KEY": "k", "INPUT_PATH": "", "INPUT_DRY-RUN": "true"}
    assert detect(GITHUB | inputs, io.StringIO()).inputs == {"api-key": "k", "dry-run": "true"}
    settings = {"PLUGIN_API_KEY": "k", "PLUGIN_PATH": "", "PLUGIN_DRY_RUN": "true"}
    assert detect(WOODPECKER | settings, io.StringIO()).inputs == {
        "api-key": "k",
        "dry-run": "true",
    }
    assert detect(GITLAB | inputs | settings, io.StringIO()).inputs == {}


@pytest.mark.parametrize(
    ("environ", "debug"),
    [
        (GITHUB | {"RUNNER_DEBUG": "1"}, True),
        (GITHUB, False),
        (GITLAB | {"CI_DEBUG_TRACE": "true"}, True),
        ({"RUNNER_DEBUG": "1"}, True),
    ],
)
def test_debug_variables_are_read(environ: dict[str, str], *, debug: bool) -> None:
    assert detect(environ, io.StringIO()).debug is debug


def test_a_key_is_not_in_the_repr() -> None:
    assert "sesame" not in repr(detect(GITHUB | {"INPUT_API-KEY": "sesame"}, io.StringIO()))
