"""Whether the event that started a job may write to the portal, or only plans.

An event may write if only somebody with write access to the repository can cause it. Anybody can open
a pull request or write a comment, and a workflow that runs after another one may run after a pull
request's. If such an event could write, a stranger could publish under the owner's key. The lists are
in `forges.py`. An event that is not listed only plans: a new event of a CI system is added after
somebody has checked who can cause it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from factorio_release.forges import CiSystem

TAG_REF: Final = "refs/tags/"
# GitHub's and Gitea's pull requests, GitLab's merge requests, and GitHub's merge queue (docs.github.com,
# "Managing a merge queue"). A branch of the queue holds a pull request that is not merged yet, but its event
# is `push`.
_REQUEST_REFS: Final = ("refs/pull/", "refs/merge-requests/", "refs/heads/gh-readonly-queue/")


def plan_only(system: CiSystem, event: str, ref: str = "", *, is_request: bool = False) -> str:
    """Return why the event may only plan, as a sentence for the user; the empty string if it may write.

    `event` is the CI system's name for it. `ref` is the full name of the branch, tag or request that it is
    about, such as `refs/heads/main`, and empty if the CI system gives none. `is_request` says that other
    variables of the job prove a pull or merge request. The event may not show it: a job that was started by
    a request's job has an event such as `parent_pipeline`.
    """
    if is_request:
        return f"{system.request} never writes to the portal: planning only"
    # `in`: there are more of them, such as `pull_request_target`.
    if "pull_request" in event or ref.startswith(_REQUEST_REFS):
        return "a pull request never writes to the portal: planning only"
    if event in system.writing_events:
        return ""
    if event in system.writing_events_with_tag and ref.startswith(TAG_REF):
        return ""
    name = "an event without a name"
    if event:
        name = f"the event {event}"
    may_write = ", ".join(sorted(system.writing_events))
    return f"{name} never writes to the portal: planning only; these may write: {may_write}"
