"""The commit and the tag of a release: both are made, or everything is as it was."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.bounded_file import read_file
from factorio_release.disk.replace_rules import replaces_exactly
from factorio_release.edits.fix import FileFix
from factorio_release.errors import ModError, PushRefused, ReleaseError, UsageError
from factorio_release.git.push_target import read_checkout
from factorio_release.git.repository import GitRefused
from factorio_release.git.users_git import literal
from factorio_release.limits import MAX_CHANGELOG_BYTES
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.cli.session import Session
    from factorio_release.git.repository import Repository
    from factorio_release.git.users_git import UsersGit

_PLACEHOLDERS: Final = ("name", "version", "tag")
_SHOWN_FILES: Final = 5


class _Written(NamedTuple):
    """A file that was written: its path on disk, what it held (None: it did not exist), what it holds now."""

    path: Path
    before: bytes | None
    after: bytes


class ReleaseCommit:
    """Files of the mod, a commit of them and tags, which `take_back` undoes.

    `files` are paths relative to the repository's top: nothing else is committed, whatever is staged.
    `untracked` are the other files that are in no commit. Raises UsageError where no commit can be made: no
    branch, changes in other files, no name of the author.
    """

    def __init__(self, git: UsersGit, files: Iterable[str]) -> None:
        self._git = git
        self._files = tuple(files)
        self.checkout = read_checkout(git)
        status = git.status()
        _refuse_other_changes([path for path in status.changed if path not in self._files])
        _refuse_without_author(git)
        self._index = git.index_entries(self._files)
        self.untracked = tuple(path for path in status.untracked if path not in self._files)
        self._written: list[_Written] = []
        self._commits: list[str] = []
        self._tags: dict[str, str] = {}
        self.is_kept = False
        self.is_public = False
        self._shown: dict[Path, bytes] = self._on_disk()

    @property
    def tip(self) -> str:
        """The last commit that was made, or the one that was checked out."""
        return self._commits[-1] if self._commits else self.checkout.head

    def write(self, folder: Path, fixes: Iterable[FileFix]) -> None:
        """Write files of a mod's folder; raises ModError if one cannot be written."""
        new = []
        for fix in fixes:
            path = folder.resolve() / fix.path
            new.append(_Written(path, fix.before if path.exists() else None, fix.after))
        # A file that another program changes in between is not overwritten.
        replace_files(
            folder, {one.path: (one.after, replaces_exactly(one.before or b"")) for one in new}
        )
        self._written += new
        self._shown = self._on_disk()

    def has_something_to_commit(self) -> bool:
        """Return whether the files differ from the commit that is checked out."""
        status = self._git.status()
        return any(path in self._files for path in (*status.changed, *status.untracked))

    def commit(self, message: str) -> str:
        """Commit the files, with the user's hooks and signature; return the commit.

        Raises PushRefused where git or a hook refuses, and where a hook commits anything else.
        """
        if self._on_disk() != self._shown:
            raise PushRefused("info.json or the changelog was changed while the question was open")
        try:
            return self._commit(message)
        finally:
            # What a hook has made of the files is what has to be there when they are restored.
            there = self._on_disk()
            self._written = [
                one._replace(after=there.get(one.path) or one.after) for one in self._written
            ]

    def _commit(self, message: str) -> str:
        before = self.tip
        status = self._git.status()
        new = [path for path in status.untracked if path in self._files]
        paths = [path for path in (*status.changed, *new) if path in self._files]
        try:
            if new:
                self._git.run("add", "--", *map(literal, new))
            self._git.run(
                "commit",
                "--quiet",
                "--only",
                "--file=-",
                "--",
                *map(literal, paths),
                question=message.encode(),
            )
        except GitRefused as error:
            raise PushRefused(f"git did not commit: {error}") from None
        commit = self._git.object_id(self.checkout.branch)
        self._commits.append(commit)
        # A hook that adds what it has formatted changes the commit, but not the index of `--only`.
        ours = [path for path in self._git.paths_of_commit(commit) if path in self._files]
        self._git.run("reset", "--quiet", "--", *map(literal, ours))
        self._judge(commit, before)
        return commit

    def tag(self, name: str, message: str) -> None:
        """Set an annotated tag on the last commit; raises PushRefused where git refuses."""
        self._tags[name] = ""
        try:
            self._git.run(
                "tag", "--annotate", "--file=-", "--", name, self.tip, question=message.encode()
            )
        except GitRefused as error:
            del self._tags[name]
            raise PushRefused(f"git did not set the tag {name}: {error}") from None
        self._tags[name] = self._git.object_id(f"refs/tags/{name}")

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """Take everything back if the block raises; what cannot be taken back becomes the error's hint."""
        try:
            yield
        except BaseException as error:
            left = self.take_back()
            if left and isinstance(error, ReleaseError):
                error.hint = "; ".join([*([error.hint] if error.hint else []), *left])
            raise

    def keep(self) -> None:
        """Let files, commits and tags stay, whatever ends the block of `or_nothing`."""
        self.is_kept = True

    def take_back(self) -> list[str]:
        """Remove tags and commits and restore the files; return what had to stay, and how to go on.

        What somebody else has changed meanwhile stays.
        """
        if self.is_kept:
            return []
        with INTERRUPTS.held():
            return self._take_back()

    def _take_back(self) -> list[str]:
        left = []
        self._find_unrecorded()
        for name, known in self._tags.items():
            id_ = known or self._git.object_id(f"refs/tags/{name}")
            if id_ and not self._did("update-ref", "-d", f"refs/tags/{name}", id_):
                left.append(f"the tag {name} stays; `git tag -d {name}` removes it")
        self._tags.clear()
        branch = self.checkout
        if self._commits and not self._did(
            "update-ref", "-m", "release taken back", branch.branch, branch.head, self._commits[-1]
        ):
            return [*left, f"{branch.name} has moved on; its commit {self._commits[-1][:12]} stays"]
        self._commits.clear()
        missing = [path for path in self._files if path not in self._index]
        if self._git.index_entries(self._files) != self._index:
            self._git.set_index(self._index, missing)
        left += [sentence for one in reversed(self._written) if (sentence := self._restore(one))]
        self._written.clear()
        return left

    def _find_unrecorded(self) -> None:
        """Note a commit that git made before it was interrupted."""
        commit = self._git.object_id(self.checkout.branch)
        if commit in {"", self.tip} or self._git.object_id(f"{commit}^") != self.tip:
            return
        if self._written and set(self._git.paths_of_commit(commit)) <= set(self._files):
            self._commits.append(commit)

    def _judge(self, commit: str, before: str) -> None:
        """Raise PushRefused where hooks have made another commit than the one that was shown."""
        if self._git.object_id(f"{commit}^") != before:
            raise PushRefused("a hook of the repository made further commits")
        others = [path for path in self._git.paths_of_commit(commit) if path not in self._files]
        if others:
            raise PushRefused(
                f"a hook of the repository put other files into the commit: {_names(others)}",
                "commit those files yourself first, or make the hook add only what it is given",
            )
        changed = self._git.status().changed
        if changed:
            raise PushRefused(
                f"a hook of the repository changed files and did not commit them: {_names(changed)}",
                "commit what the hook changes first",
            )

    def _restore(self, one: _Written) -> str:
        """Give a file what it held; return a sentence where it has to stay."""
        try:
            if one.before is not None:
                replace_files(
                    one.path.parent, {one.path: (one.before, replaces_exactly(one.after))}
                )
            elif read_file(one.path, MAX_CHANGELOG_BYTES) == one.after:
                path = one.path.resolve().relative_to(self._git.root.resolve()).as_posix()
                self._git.run(
                    "clean", "--force", "--quiet", "--", literal(path)
                )  # it is not tracked now
        except (ModError, OSError, GitRefused) as error:
            return f"{shown(one.path)} stays as it is: {error}"
        return ""

    def _on_disk(self) -> dict[Path, bytes]:
        """Return what the files hold, without those that do not exist."""
        paths = [self._git.root / file for file in self._files]
        return {path: read_file(path, MAX_CHANGELOG_BYTES) for path in paths if path.is_file()}

    def _did(self, *arguments: str) -> bool:
        try:
            self._git.run(*arguments)
        except GitRefused:
            return False
        return True


def commit_message(template: str, **values: str) -> str:
    """Return the message with `{name}`, `{version}` and `{tag}` filled in.

    Raises UsageError for another word in braces, and for an empty message.
    """
    for word in re.findall(r"\{(\w*)\}", template):
        if word not in _PLACEHOLDERS:
            near = did_you_mean(word, _PLACEHOLDERS)
            raise UsageError(
                f"--message: {{{word}}} is not known; there are {{name}}, {{version}} and {{tag}}{near}"
            )
    message = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], template)
    if not message.strip():
        raise UsageError("--message: a commit needs a message")
    return message


def committed_files(repository: Repository, changed: Iterable[FileFix]) -> tuple[FileFix, ...]:
    """Return how info.json and the changelog differ from `HEAD`, with what the user has not committed."""
    after = {fix.path: fix.after for fix in changed}
    fixes = []
    for name in (INFO_FILE, CHANGELOG_FILE):
        path = repository.folder / name
        if name in after or path.is_file():
            content = after.get(name) or read_file(path, MAX_CHANGELOG_BYTES)
            before = repository.file_at("HEAD", name) or b""
            fixes.append(FileFix(name, before, content))
    return tuple(fix for fix in fixes if fix.before != fix.after)


def git_environment(session: Session) -> dict[str, str]:
    """Return the user's environment for git: without the portal's key, and without questions to nobody."""
    environment = {
        name: value
        for name, value in session.environ.items()
        if not any(key.strip() in value for key in session.keys if key.strip())
    }
    if not session.has_terminal:
        environment.setdefault("GIT_TERMINAL_PROMPT", "0")
    return environment


def _refuse_other_changes(paths: list[str]) -> None:
    if paths:
        raise UsageError(
            f"not committed: {_names(paths)}; commit that first if it belongs to the release, "
            "or put it aside with `git stash`"
        )


def _refuse_without_author(git: UsersGit) -> None:
    for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if not git.found("-c", "user.useConfigOnly=true", "var", name):
            raise UsageError(
                "git does not know whose commit it is; "
                '`git config user.name "NAME"` and `git config user.email "ADDRESS"` say it'
            )


def _names(paths: Iterable[str]) -> str:
    names = sorted(paths)
    more = len(names) - _SHOWN_FILES
    return ", ".join(names[:_SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")
