"""What the event that started a job means: whether the run writes, and what follows where a version is out.

One table, RULES, has a row for each kind of event; `docs/events.md` shows it. An event writes only if nobody
without write access to the repository can cause it. Anybody can open a pull request or write a comment, and a
workflow that runs after another one may run after a pull request's. If such an event could write, a stranger
could publish under the owner's key: so no option makes it write.
"""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.ci_systems import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

TAG_REF: Final = "refs/tags/"
BRANCH_REF: Final = "refs/heads/"
# The default branch where neither the CI system nor the clone says which it is.
USUAL_DEFAULT_BRANCHES: Final = ("main", "master")


class EventKind(StrEnum):
    """A row of the table."""

    TAG = "a tag"
    GIVEN_TAG = "a run with the option `tag`"
    RELEASE = "a release of the forge"
    BUTTON = "a button, on a branch that releases"
    DEFAULT_BRANCH = "a push to a branch that releases"
    SCHEDULE = "a schedule, on a branch that releases"
    OTHER_BRANCH = "any of these on another branch"
    OTHER_TAG = "a tag that names no version of a mod"
    REQUEST = "a pull or merge request"
    MERGE_QUEUE = "a merge queue"
    OTHER_EVENT = "any other event"
    UNKNOWN = "a job that does not say what started it"
    MACHINE = "a developer's machine"


class EventRule(NamedTuple):
    """What a run does by default.

    `writes`: `release` and `page` write. `if_exists` is what follows where the version is out with other
    content: `fail` (exit code 6), or `skip` (the release is left alone, the page is synced). `publishes_new`:
    a mod that the portal does not have is published. `choices` are the options that change this row.
    `waits`: a version whose changelog section is still open is left for later; else it stops the release.
    """

    writes: bool
    if_exists: str
    publishes_new: bool
    choices: tuple[str, ...] = ("if-exists",)
    waits: bool = False


RULES: Final[Mapping[EventKind, EventRule]] = {
    EventKind.TAG: EventRule(writes=True, if_exists="fail", publishes_new=True),
    EventKind.GIVEN_TAG: EventRule(writes=True, if_exists="fail", publishes_new=True),
    EventKind.RELEASE: EventRule(writes=True, if_exists="fail", publishes_new=True),
    EventKind.BUTTON: EventRule(
        writes=True,
        if_exists="skip",
        publishes_new=True,
        choices=("if-exists", "release-branches"),
    ),
    EventKind.DEFAULT_BRANCH: EventRule(
        writes=True,
        if_exists="skip",
        publishes_new=False,
        choices=("if-exists", "release-branches", "first-publish"),
        waits=True,
    ),
    EventKind.SCHEDULE: EventRule(
        writes=True,
        if_exists="skip",
        publishes_new=False,
        choices=("if-exists", "release-branches", "first-publish"),
        waits=True,
    ),
    EventKind.OTHER_BRANCH: EventRule(
        writes=False,
        if_exists="skip",
        publishes_new=True,
        choices=("if-exists", "release-branches"),
    ),
    EventKind.OTHER_TAG: EventRule(
        writes=False, if_exists="skip", publishes_new=True, choices=("tag",)
    ),
    EventKind.REQUEST: EventRule(writes=False, if_exists="skip", publishes_new=True),
    EventKind.MERGE_QUEUE: EventRule(writes=False, if_exists="skip", publishes_new=True),
    EventKind.OTHER_EVENT: EventRule(writes=False, if_exists="skip", publishes_new=True),
    EventKind.UNKNOWN: EventRule(
        writes=False, if_exists="fail", publishes_new=True, choices=("if-exists", "yes")
    ),
    EventKind.MACHINE: EventRule(writes=True, if_exists="fail", publishes_new=True),
}
_BRANCH_KINDS: Final = {
    Cause.PUSH: EventKind.DEFAULT_BRANCH,
    Cause.BUTTON: EventKind.BUTTON,
    Cause.SCHEDULE: EventKind.SCHEDULE,
}


class JobEvent(NamedTuple):
    """What started a job, as its CI system says it.

    `system` is the CI system's title, empty where it is not known. `name` is its name for the event. `cause`
    is None for an event that is not listed. `request` is what the system calls a request that this job
    belongs to, empty for none. `tag` and `branch` are what the event is about. `default_branch` is empty
    where the system does not say it. `is_ci` is false on a machine of one's own.
    """

    system: str = ""
    name: str = ""
    cause: Cause | None = Cause.NOT_SAID
    request: str = ""
    tag: str = ""
    branch: str = ""
    default_branch: str = ""
    is_ci: bool = False
    may_write: tuple[str, ...] = ()

    def kind(self, given_tag: str = "", release_branches: tuple[str, ...] = ()) -> EventKind:
        """Return the row of the table.

        `given_tag` is the option `tag`. `release_branches` are globs of the branches that release; without
        them it is the default branch.
        """
        kind = self._kind_that_never_writes()
        if kind is None and not self.is_ci:
            kind = EventKind.MACHINE
        return kind or self._kind_of_tag(given_tag) or self._kind_of_branch(release_branches)

    def _kind_that_never_writes(self) -> EventKind | None:
        if self.request or self.cause is Cause.REQUEST:
            return EventKind.REQUEST
        if self.cause is Cause.MERGE_QUEUE:
            return EventKind.MERGE_QUEUE
        if self.cause is None or (self.cause is Cause.ONLY_WITH_TAG and not self.tag):
            return EventKind.OTHER_EVENT
        return None

    def _kind_of_tag(self, given_tag: str) -> EventKind | None:
        if self.cause is Cause.RELEASE:
            return EventKind.RELEASE
        if self.tag:
            return EventKind.TAG
        if given_tag and self.branch:
            return EventKind.GIVEN_TAG
        return None

    def _kind_of_branch(self, release_branches: tuple[str, ...]) -> EventKind:
        kind = _BRANCH_KINDS.get(self.cause) if self.cause else None
        if kind is None or not self.branch:
            return EventKind.UNKNOWN
        return kind if self._releases(release_branches) else EventKind.OTHER_BRANCH

    def _releases(self, release_branches: tuple[str, ...]) -> bool:
        globs = release_branches
        if not globs:
            if self.default_branch:
                return self.branch == self.default_branch
            globs = USUAL_DEFAULT_BRANCHES
        return any(fnmatchcase(self.branch, glob) for glob in globs)

    def why_not(self, kind: EventKind) -> str:
        """Return why a run of this kind does not write, as a sentence for the user; empty where it writes."""
        if kind is EventKind.REQUEST:
            return f"{self.request or 'a pull request'} never writes to the portal: planning only"
        if kind is EventKind.MERGE_QUEUE:
            return "a merge queue never writes to the portal: planning only"
        if kind is EventKind.OTHER_EVENT:
            name = f"the event {self.name}" if self.name else "an event without a name"
            may_write = ", ".join(self.may_write)
            return f"{name} never writes to the portal: planning only; these may write: {may_write}"
        if kind is EventKind.OTHER_BRANCH:
            default = self.default_branch or " or ".join(USUAL_DEFAULT_BRANCHES)
            return (
                f"the branch {self.branch} does not release, only {default} does: planning only; "
                "`release-branches` names other branches that release"
            )
        if kind is EventKind.OTHER_TAG:
            return (
                f"the tag {self.tag} names no version of a mod, as 1.2.0, v1.2.0 or NAME_1.2.0 would: "
                "nothing to release"
            )
        return ""
