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
# GitHub's and Gitea's pull requests, GitLab's merge requests, GitHub's merge queue (docs.github.com,
# "Managing a merge queue"): its branches hold a pull request that is not merged yet, and a push event
# announces them.
_REQUEST_REFS: Final = ("refs/pull/", "refs/merge-requests/", "refs/heads/gh-readonly-queue/")


def plan_only(system: CiSystem, event: str, ref: str = "", *, is_request: bool = False) -> str:
    """Return a sentence that says why the event may only plan; empty if it may write.

    `ref` is the full name of the branch, tag or request that the event is about. `is_request` says
    that other variables prove a pull or merge request: a job that another job starts has an event of
    its own.
    """
    if is_request:
        return f"{system.request} never writes to the portal: planning only"
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
