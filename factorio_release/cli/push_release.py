"""The push of a release: branch and tag arrive together, or neither does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.errors import Interrupted, ModError, PushRefused, RemoteUnreachable
from factorio_release.git.push_target import remote_refs
from factorio_release.git.repository import GitRefused

if TYPE_CHECKING:
    from factorio_release.cli.release_commit import ReleaseCommit
    from factorio_release.cli.session import Session
    from factorio_release.git.push_target import PushTarget
    from factorio_release.git.users_git import UsersGit


def push(
    session: Session, git: UsersGit, target: PushTarget, commit: ReleaseCommit, tag: str
) -> str:
    """Push the branch and the tag at once; return what is there now.

    Raises PushRefused, or Interrupted, where the remote does not have the tag afterwards: the caller takes
    commit and tag back. Raises RemoteUnreachable, and keeps them, where that cannot be asked.
    """
    session.say(f"pushing {target.name} and {tag} to {target.remote} …")
    reference = f"refs/tags/{tag}"
    refs = (f"{commit.tip}:{target.branch}", f"{reference}:{reference}")
    told, is_interrupted = "", False
    try:
        git.run("push", "--atomic", "--no-follow-tags", "--quiet", "--", target.remote, *refs)
        commit.keep()
    except (GitRefused, ModError) as error:
        told = str(error)
    except KeyboardInterrupt:
        told, is_interrupted = "interrupted", True
    if told and not _has_arrived(git, target, commit, tag, told):
        if is_interrupted:
            # The remote may work on after its client is gone.
            raise Interrupted(
                f"interrupted during the push: {target.remote} does not have {tag} now, "
                "and commit and tag were taken back",
                f"`git ls-remote --tags {target.remote}` shows whether it came after all",
            )
        if commit.is_public:
            raise PushRefused(
                f"the version is public, but {target.remote} did not take the push: {told}",
                f"commit and tag were kept; when the reason is gone: "
                f"`git push --atomic {target.remote} {commit.tip}:{target.branch} {tag}`",
            )
        raise PushRefused(
            f"{target.remote} did not take the push; nothing is public, "
            f"and commit and tag were taken back: {told}",
            "when the reason is gone, run the same command again",
        )
    commit.keep()
    _note_what_is_there(git, target, commit)
    return f"{target.name} is at {commit.tip[:12]}"


def _has_arrived(
    git: UsersGit, target: PushTarget, commit: ReleaseCommit, tag: str, told: str
) -> bool:
    """Ask the remote whether it has the tag: the answer to a push can be lost after it was done."""
    try:
        there = remote_refs(git, target.remote).get(f"refs/tags/{tag}", "")
    except (GitRefused, ModError, KeyboardInterrupt):
        commit.keep()
        raise RemoteUnreachable(
            f"whether {target.remote} took the push is not known; commit and tag were kept: {told}",
            f"`git push --atomic {target.remote} {commit.tip}:{target.branch} {tag}` sends them again; "
            f"`git tag -d {tag} && git reset --keep {commit.checkout.head[:12]}` takes them back",
        ) from None
    return bool(there) and there == git.object_id(f"refs/tags/{tag}")


def _note_what_is_there(git: UsersGit, target: PushTarget, commit: ReleaseCommit) -> None:
    """Set the branch's upstream if it has none, as `git push --set-upstream` does."""
    name = commit.checkout.name
    if not git.setting(f"branch.{name}.merge"):
        git.found("config", f"branch.{name}.remote", target.remote)
        git.found("config", f"branch.{name}.merge", target.branch)
