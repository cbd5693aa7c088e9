"""The push of a release: branch and tag arrive together, or neither does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.errors import Interrupted, ModError, PushRefused, RemoteUnreachable
from factorio_release.git.push_target import remote_refs
from factorio_release.git.repository import GitRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.cli.release_commit import ReleaseCommit
    from factorio_release.cli.session import Session
    from factorio_release.git.push_target import PushTarget
    from factorio_release.git.users_git import UsersGit


# GitHub starts no workflow for more tags than these in one push (documented for the event `push`).
_TAGS_AT_ONCE: Final = 3


def push(
    session: Session,
    git: UsersGit,
    target: PushTarget,
    commit: ReleaseCommit,
    tags: Sequence[str],
) -> str:
    """Push the branch and the tags at once; return what is there now.

    Raises PushRefused, or Interrupted, where the remote does not have the tags afterwards: the caller takes
    commit and tags back. Raises RemoteUnreachable, and keeps them, where that cannot be asked. Of more than
    three tags the others follow in pushes of their own: if one of these is refused, everything is kept.
    """
    session.say(f"pushing {target.name} and {', '.join(tags)} to {target.remote} …")
    first, others = tags[:_TAGS_AT_ONCE], tags[_TAGS_AT_ONCE:]
    with INTERRUPTS.held():
        told, is_interrupted = _try(git, target, first, (f"{commit.tip}:{target.branch}",))
        if not told:
            commit.keep()
    if told and not _has_arrived(git, target, commit, first, told):
        if commit.is_public:
            raise PushRefused(
                f"the version is public, but {target.remote} did not take the push: {told}",
                f"commit and tag were kept; when the reason is gone: `{_again(target, commit, tags)}`",
            )
        if is_interrupted:
            # The remote may work on after its client is gone.
            raise Interrupted(
                f"interrupted during the push: {target.remote} does not have {first[0]} now, "
                "and commit and tag were taken back",
                f"`git ls-remote --tags {target.remote}` shows whether it came after all",
            )
        raise PushRefused(
            f"{target.remote} did not take the push; nothing is public, "
            f"and commit and tag were taken back: {told}",
            "when the reason is gone, run the same command again",
        )
    commit.keep()
    _note_what_is_there(git, target, commit)
    while others:
        told, _ = _try(git, target, others[:_TAGS_AT_ONCE], ())
        if told:
            raise PushRefused(
                f"{target.remote} has the branch and other tags, but did not take {others[0]}: {told}",
                f"when the reason is gone: `git push --atomic {target.remote} {' '.join(others)}`",
            )
        others = others[_TAGS_AT_ONCE:]
    return f"{target.name} is at {commit.tip[:12]}"


def _try(
    git: UsersGit, target: PushTarget, tags: Sequence[str], refs: tuple[str, ...]
) -> tuple[str, bool]:
    """Push; return why git failed, empty where it did not, and whether it was interrupted."""
    names = [f"refs/tags/{tag}:refs/tags/{tag}" for tag in tags]
    command = ("push", "--atomic", "--no-follow-tags", "--quiet", "--", target.remote)
    try:
        with INTERRUPTS.released():
            git.run(*command, *refs, *names)
    except (GitRefused, ModError) as error:
        return str(error), False
    except KeyboardInterrupt:
        return "interrupted", True
    return "", False


def _again(target: PushTarget, commit: ReleaseCommit, tags: Sequence[str]) -> str:
    return f"git push --atomic {target.remote} {commit.tip}:{target.branch} {' '.join(tags)}"


def _has_arrived(
    git: UsersGit, target: PushTarget, commit: ReleaseCommit, tags: Sequence[str], told: str
) -> bool:
    """Ask the remote whether it has the tags: the answer to a push can be lost after it was done."""
    try:
        there = remote_refs(git, target.remote)
    except (GitRefused, ModError, KeyboardInterrupt):
        commit.keep()
        hint = f"`{_again(target, commit, tags)}` sends them again"
        if not commit.is_public:
            back = f"git tag -d {' '.join(tags)} && git reset --keep {commit.checkout.head[:12]}"
            hint += f"; `{back}` takes them back"
        raise RemoteUnreachable(
            f"whether {target.remote} took the push is not known; commit and tag were kept: {told}",
            hint,
        ) from None
    references = [f"refs/tags/{tag}" for tag in tags]
    return all(there.get(one) and there[one] == git.object_id(one) for one in references)


def _note_what_is_there(git: UsersGit, target: PushTarget, commit: ReleaseCommit) -> None:
    """Set the branch's upstream if it has none, as `git push --set-upstream` does."""
    name = commit.checkout.name
    if not git.setting(f"branch.{name}.merge"):
        git.found("config", f"branch.{name}.remote", target.remote)
        git.found("config", f"branch.{name}.merge", target.branch)
