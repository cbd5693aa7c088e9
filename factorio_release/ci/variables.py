"""A job as the variables of its CI system describe it: enough where the system takes no outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.ci.base import Ci, prefixed, truthy
from factorio_release.ci.events import BRANCH_REF, TAG_REF, JobEvent
from factorio_release.ci_systems import CI_SYSTEMS, Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream
    from factorio_release.ci_systems import CiSystem

# GitHub's and Gitea's pull requests, GitLab's merge requests; CircleCI and Cirrus give the name of a branch.
_REQUEST_REFS: Final = ("refs/pull/", "refs/merge-requests/", "pull/")
# GitHub's merge queue (docs.github.com, "Managing a merge queue"). A branch of the queue holds a pull request
# that is not merged yet, but its event is `push`.
_QUEUE_REF: Final = "refs/heads/gh-readonly-queue/"
# Also a word in other environments, so it counts in a CI job alone.
_COMMON_NAMES: Final = frozenset({"CHANGE_ID", "PULL_REQUEST_NUMBER"})
_WRITING_CAUSES: Final = (Cause.PUSH, Cause.RELEASE, Cause.BUTTON, Cause.SCHEDULE)


def ci_of(system: CiSystem, environ: Mapping[str, str], stream: Stream) -> Ci:
    """Return the job that the environment describes."""
    repository_url = environ.get(system.repository_variable, "").rstrip("/")
    server = environ.get(system.server_variable, "").rstrip("/")
    return Ci(
        name=system.name,
        event=read_event(system, environ),
        commit=environ.get(system.commit_variable, ""),
        repository_url=repository_url,
        server=server or _server_of(repository_url),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, system.input_prefix) if system.input_prefix else {},
        stream=stream,
    )


def read_event(system: CiSystem, environ: Mapping[str, str]) -> JobEvent:
    """Return what started the job."""
    name = environ.get(system.event_variable, "")
    cause: Cause | None = Cause.PUSH
    if system.event_variable:
        cause = system.events.get(name)
    ref = environ.get(system.ref_variable, "")
    if ref.startswith(_QUEUE_REF):
        cause = Cause.MERGE_QUEUE
    tag = environ.get(system.tag_variable, "")
    if not tag and ref.startswith(TAG_REF):
        tag = ref.removeprefix(TAG_REF)
    branch = environ.get(system.branch_variable, "")
    if ref.startswith(BRANCH_REF):
        branch = ref.removeprefix(BRANCH_REF)
    writing = [event for event, its_cause in system.events.items() if its_cause in _WRITING_CAUSES]
    return JobEvent(
        system.title,
        name,
        cause,
        request=system.request if _is_request(name, cause) else request_in(environ, is_ci=True),
        tag=tag,
        branch="" if tag else branch,
        default_branch=_default_branch(system, environ, branch),
        is_ci=True,
        may_write=tuple(sorted(writing)),
    )


def request_in(environ: Mapping[str, str], *, is_ci: bool) -> str:
    """Return what a request is called if any variable of any known system shows one; empty for none.

    A job may run in another system's container, or with only a part of its variables. So every system's
    variables count, whichever system was recognised.
    """
    for system in CI_SYSTEMS.values():
        if _is_request(environ.get(system.event_variable, ""), None, system):
            return system.request
        places = (system.ref_variable, system.branch_variable)
        if any(environ.get(name, "").startswith(_REQUEST_REFS) for name in places if name):
            return system.request
        for name in system.request_variables:
            if truthy(environ.get(name, "")) and (is_ci or name not in _COMMON_NAMES):
                return system.request
    return ""


def _is_request(event: str, cause: Cause | None, system: CiSystem | None = None) -> bool:
    """Return whether the event is one of a request; there are more of them than systems document."""
    if cause is Cause.REQUEST or "pull_request" in event:
        return True
    return system is not None and system.events.get(event) is Cause.REQUEST


def _default_branch(system: CiSystem, environ: Mapping[str, str], branch: str) -> str:
    named = environ.get(system.default_branch_variable, "")
    if named:
        return named
    # Jenkins says of a branch whether it is the default one, and does not name the default one.
    if branch and truthy(environ.get("BRANCH_IS_PRIMARY", "")) and system.name == "jenkins":
        return branch
    return ""


def _server_of(url: str) -> str:
    """Return the scheme and host of an address, empty if it has no host."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
