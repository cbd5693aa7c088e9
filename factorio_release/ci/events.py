"""Which events may write to the portal; every other one only plans.

An event may write when only somebody with write access to the repository can cause it. What a stranger
can cause (a pull request, a comment, a workflow that runs after a pull request's) never does, and neither
does an event that is not in the list: a CI's new event is planned until somebody has judged it.
"""

from __future__ import annotations

from typing import Final

# Sources: each system's reference of its events, named above its list.
WRITING_EVENTS: Final[dict[str, frozenset[str]]] = {
    # docs.github.com "Events that trigger workflows"; Forgejo's and Gitea's have the same names.
    # `repository_dispatch` needs a token that may write contents. A reusable workflow has its caller's event.
    "github": frozenset(
        {"create", "push", "release", "repository_dispatch", "schedule", "workflow_dispatch"}
    ),
    # docs.gitlab.com "CI_PIPELINE_SOURCE predefined variable". Left out: `chat`, which anybody in a channel
    # may write, `external`, and the scans that a policy starts.
    "gitlab": frozenset(
        {"api", "parent_pipeline", "pipeline", "push", "schedule", "trigger", "web", "webide"}
    ),
    # woodpecker-ci.org "Workflow syntax", `when.event`.
    "woodpecker": frozenset({"cron", "deployment", "manual", "push", "release", "tag"}),
    # docs.drone.io "DRONE_BUILD_EVENT". Left out: `rollback`, which goes back to something old.
    "drone": frozenset({"cron", "custom", "promote", "push", "tag"}),
}
# Forgejo calls every job of a reusable workflow this, whatever started the caller. Only events that may
# write come with a tag: those of a stranger come with the default branch or with a pull request's ref.
WRITING_FOR_A_TAG: Final = frozenset({"workflow_call"})
_REQUESTS: Final = ("refs/pull/", "refs/merge-requests/", "refs/heads/gh-readonly-queue/")


def plan_only(system: str, event: str, ref: str = "", *, request: str = "") -> str:
    """Return a sentence that says why the event may only plan; empty where it may write.

    `ref` is the full name of what the event is about. `request` is not empty where other variables say
    that this is a pull or merge request: a job that another one starts may have an event of its own.
    """
    if not request and ("pull_request" in event or ref.startswith(_REQUESTS)):
        request = "a pull request"
    if request:
        return f"{request} never writes to the portal: planning only"
    may_write = WRITING_EVENTS[system]
    if event in may_write or (event in WRITING_FOR_A_TAG and ref.startswith("refs/tags/")):
        return ""
    named = f"the event {event}" if event else "an event without a name"
    return (
        f"{named} never writes to the portal: planning only; these may write: {', '.join(sorted(may_write))}"
    )
