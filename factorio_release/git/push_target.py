"""Where a branch is pushed, and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.errors import RemoteUnreachable, UsageError
from factorio_release.git.repository import GitRefused

if TYPE_CHECKING:
    from factorio_release.git.users_git import UsersGit

_HEADS = "refs/heads/"
_TAGS = "refs/tags/"


class Checkout(NamedTuple):
    """What is checked out: a branch (its full name) and its commit."""

    branch: str
    head: str

    @property
    def name(self) -> str:
        """The branch's short name."""
        return self.branch.removeprefix(_HEADS)


class PushTarget(NamedTuple):
    """A branch of a remote: `branch` is its full name there, `tip` its commit, empty where it is new.

    `tags` are the remote's, by name, with the object that each names. `ahead` is the number of commits that
    the remote's branch does not have yet.
    """

    remote: str
    branch: str
    tip: str
    tags: dict[str, str]
    ahead: int = 0

    @property
    def name(self) -> str:
        """The branch's short name."""
        return self.branch.removeprefix(_HEADS)


def read_checkout(git: UsersGit) -> Checkout:
    """Return the branch that is checked out; raises UsageError where no commit can be put on a branch."""
    branch = git.found("symbolic-ref", "--quiet", "HEAD")
    head = git.object_id("HEAD^{commit}")
    if not branch.startswith(_HEADS):
        raise UsageError(
            "no branch is checked out (detached HEAD); `git switch BRANCH` first, "
            "so that the release is a commit of a branch"
        )
    if not head:
        raise UsageError("the repository has no commit yet; commit the mod first")
    for state, word in (
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
    ):
        if git.object_id(state):
            raise UsageError(
                f"a {word} is not finished; `git {word} --continue` or `--abort` first"
            )
    return Checkout(branch, head)


def read_push_target(git: UsersGit, checkout: Checkout) -> PushTarget:
    """Return where the branch goes, with what the remote has now.

    As `git push` decides it: `branch.*.pushRemote`, `remote.pushDefault`, `branch.*.remote`, then `origin` or
    the only remote. Raises UsageError where there is no remote, and where its branch has commits that are
    not here; RemoteUnreachable where it does not answer.
    """
    remote = _remote(git, checkout.name)
    branch = checkout.branch
    if git.setting(f"branch.{checkout.name}.remote") == remote:
        branch = git.setting(f"branch.{checkout.name}.merge") or branch
    try:
        refs = remote_refs(git, remote)
    except GitRefused as error:
        raise RemoteUnreachable(
            f"the remote {remote} cannot be read; nothing was changed: {error}",
            f"`git ls-remote {remote}` must work first",
        ) from None
    tip = refs.get(branch, "")
    tags = {name.removeprefix(_TAGS): id_ for name, id_ in refs.items() if name.startswith(_TAGS)}
    if not tip:
        return PushTarget(remote, branch, "", tags)
    target = PushTarget(remote, branch, tip, tags)
    if not git.object_id(f"{tip}^{{commit}}") or not _is_ancestor(git, tip, checkout.head):
        raise UsageError(
            f"{target.name} on {remote} has commits that are not here; `git pull --rebase` first"
        )
    return target._replace(ahead=int(git.run("rev-list", "--count", f"{tip}..{checkout.head}")))


def remote_refs(git: UsersGit, remote: str) -> dict[str, str]:
    """Return the branches and tags where a remote is pushed to; raises GitRefused without an answer."""
    place = git.setting(f"remote.{remote}.pushurl") or remote
    output = git.run("ls-remote", "--quiet", "--refs", "--", place, f"{_HEADS}*", f"{_TAGS}*")
    pairs = (line.partition("\t") for line in output.splitlines())
    return {name: id_ for id_, tab, name in pairs if tab}


def _remote(git: UsersGit, branch: str) -> str:
    named = (
        git.setting(f"branch.{branch}.pushRemote")
        or git.setting("remote.pushDefault")
        or git.setting(f"branch.{branch}.remote")
    )
    if named and named != ".":
        return named
    remotes = git.found("remote").splitlines()
    if "origin" in remotes:
        return "origin"
    if len(remotes) == 1:
        return remotes[0]
    if remotes:
        names = ", ".join(remotes)
        raise UsageError(
            f"which of the remotes {names} gets the release? `git push --set-upstream REMOTE {branch}` "
            "says it, once"
        )
    raise UsageError(
        "the repository has no remote to push to; `git remote add origin URL` first "
        "(`bump --commit --tag` needs none)"
    )


def _is_ancestor(git: UsersGit, commit: str, of: str) -> bool:
    try:
        git.run("merge-base", "--is-ancestor", commit, of)
    except GitRefused:
        return False
    return True
