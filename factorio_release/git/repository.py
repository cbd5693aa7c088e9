"""A git repository, read with the git program.

The checkout is not trusted: its configuration can name programs. Only commands that read are used, and
none that runs such a program: no hook, file-system monitor, filter, textconv, external diff, credential
helper or transport. So git's question about the owner of a checkout (`safe.directory`) is not needed: it
protects against exactly these programs.
"""

from __future__ import annotations

import itertools
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from factorio_release.disk.folder_walk import SMALLER_FOLDER_HINT, child_path, refuse_depth
from factorio_release.errors import ModError
from factorio_release.git.output import (
    read_attributes,
    read_blobs,
    read_index,
    read_sizes,
    read_tags,
    read_tree,
    records,
)
from factorio_release.git.process import run_git
from factorio_release.git.tag_index import TagIndex
from factorio_release.limits import MAX_FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from factorio_release.git.output import TrackedFile, TreeFile

_OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SSH_USER: Final = re.compile(r"[A-Za-z0-9._-]+")
# These go before the configuration of the checkout.
_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.quotePath": "false",
}
_File = TypeVar("_File", bound="TreeFile")


class GitRefused(Exception):
    """Git ended with an error; `str()` is the last line of its standard error."""


class Repository:
    """The git repository around a mod folder.

    `root` is the top of the working tree. `prefix` is the mod folder below it, with `/` separators and
    none at the end; it is empty when the mod is the whole repository.
    """

    def __init__(self, root: Path, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix

    @property
    def folder(self) -> Path:
        """The mod folder."""
        return self.root / self.prefix

    @property
    def whole(self) -> Repository:
        """The same repository without a mod folder."""
        return Repository(self.root)

    @cached_property
    def head(self) -> str:
        """The commit that is checked out, empty before the first commit."""
        return self.commit("HEAD")

    def commit(self, revision: str) -> str:
        """Return the commit of a revision or tag, empty when it is not in this clone."""
        return self._line(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )

    def has_ancestor(self, commit: str, ancestor: str) -> bool:
        """Return whether `ancestor` is `commit` or comes before it; both are object ids of this clone."""
        try:
            self._run("merge-base", "--is-ancestor", ancestor, commit)
        except GitRefused:
            return False
        return True

    @cached_property
    def remote_url(self) -> str:
        """The URL of `origin`, else of the only remote, without user name, password and query; or empty."""
        urls = {}
        for line in self._line(
            "config", "--local", "--get-regexp", r"^remote\..*\.url$"
        ).splitlines():
            name, space, url = line.partition(" ")
            if space:
                urls[name] = url
        if "remote.origin.url" in urls:
            return _without_credentials(urls["remote.origin.url"])
        if len(urls) == 1:
            return _without_credentials(next(iter(urls.values())))
        return ""

    @property
    def default_branch(self) -> str:
        """The default branch of `origin` when it was cloned, empty where the clone does not know it."""
        prefix = "refs/remotes/origin/"
        name = self._line("symbolic-ref", "--quiet", f"{prefix}HEAD")
        return name.removeprefix(prefix) if name.startswith(prefix) else ""

    def tags(self) -> dict[str, str]:
        """Return every tag with its commit."""
        form = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)"
        return read_tags(self._run("for-each-ref", form, "refs/tags"))

    def tag_index(self) -> TagIndex:
        """Return the tags as releases of mods."""
        return TagIndex(self.tags())

    def branches(self) -> tuple[str, ...]:
        """Return the names of all branches, those of remotes without the remote's name, and of all tags."""
        refs = self._line(
            "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes", "refs/tags"
        )
        names = []
        for ref in refs.splitlines():
            _, kind, name = ref.split("/", 2)
            names.append(name.partition("/")[2] if kind == "remotes" else name)
        return tuple(names)

    @cached_property
    def listing(self) -> tuple[tuple[TrackedFile, ...], tuple[str, ...]]:
        """What `tracked` and `untracked` return, with one start of git; kept as it was at the first use."""
        untracked: list[str] = []
        command = ("ls-files", "-z", "-t", "--cached", "--stage", "--others", "--directory")
        tracked = _within_bounds(read_index(self._run(*command), untracked))
        return tracked, tuple(untracked)

    @property
    def all_tracked(self) -> tuple[TrackedFile, ...]:
        """What the whole repository tracks; git is not asked again where the mod is all of it."""
        return self.whole.tracked() if self.prefix else self.listing[0]

    def tracked(self, *folders: str) -> tuple[TrackedFile, ...]:
        """Return the entries of the index below the mod folder; a submodule is one entry.

        Where `folders` are given, only those below them. Raises ModError beyond MAX_FILES or
        MAX_FOLDER_DEPTH.
        """
        command = ("ls-files", "-z", "-t", "--cached", "--stage", "--", *folders)
        return _within_bounds(read_index(self._run(*command)))

    def untracked(self, *folders: str) -> tuple[str, ...]:
        """Return what is in the mod folder and not in the index; a whole folder ends with `/`.

        Where `folders` are given, only what is below them.
        """
        command = ("ls-files", "-z", "--others", "--directory", "--", *folders)
        return tuple(records(self._run(*command)))

    def ignored(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return those of the paths that git ignores; a tracked file is never ignored.

        Only rules of the checkout count: `.gitignore` and `.git/info/exclude`, not a file of the user.
        """
        # This command takes paths as pathspecs and refuses GIT_LITERAL_PATHSPECS. With `./` in front, the
        # pathspec magic of a name such as `:x` has no effect. With the index, `a[1]` would count as tracked
        # because of a tracked `a1`: so the index is left out here and compared below.
        question = os.fsencode("".join(f"./{path}\0" for path in paths))
        command = ("check-ignore", "-z", "--stdin", "--no-index")
        no_path_is_ignored = 1
        answer = self._run(
            *command, question=question, accepted=(0, no_path_is_ignored), GIT_LITERAL_PATHSPECS="0"
        )
        found = [path.removeprefix("./") for path in records(answer)]
        if not found:
            return ()
        tracked = {entry.path for entry in self.tracked()}
        return tuple(path for path in found if path not in tracked)

    def attributes(self, paths: Iterable[str], *names: str) -> dict[str, dict[str, str]]:
        """Return path → attribute → value for paths relative to the mod folder.

        A folder must have `/` at its end, as `git archive` asks for it.
        """
        question = os.fsencode("".join(f"{path}\0" for path in paths))
        return read_attributes(self._run("check-attr", "-z", "--stdin", *names, question=question))

    def tree_sizes(
        self, revision: str, prefix: str | None = None, folders: Iterable[str] = ()
    ) -> dict[str, TreeFile] | None:
        """Return the files of a commit below `prefix` (None: the mod folder), by their path below it.

        Where `folders` of `prefix` are given, only those below them. None when the revision is not in this
        clone, as in a shallow one. Raises ModError as `tracked` does.
        """
        if prefix is None:
            prefix = self.prefix
        try:
            tree = f"{revision}:{prefix}"
            output = self._run("ls-tree", "-r", "-l", "-z", tree, *folders, at=self.root)
        except GitRefused:
            return None
        return {file.path: file for file in _within_bounds(read_tree(output))}

    def file_at(self, revision: str, path: str) -> bytes | None:
        """Return a file of a commit, by its path relative to the mod folder; None when it is not there."""
        try:
            return self._run("cat-file", "blob", f"{revision}:{child_path(self.prefix, path)}")
        except GitRefused:
            return None

    def commit_time(self, revision: str) -> int | None:
        """Return when a commit was made, in seconds since 1970; None when it is not in this clone."""
        try:
            # `git log` could run the program that `gpg.program` names.
            commit = self._run("cat-file", "commit", f"{revision}^{{commit}}")
        except GitRefused:
            return None
        found = re.search(rb"^committer .* ([0-9]{1,12}) [-+][0-9]{4}$", commit, re.MULTILINE)
        return int(found[1]) if found else None

    def commits_of(self, path: str, number: int) -> list[str]:
        """Return the newest commits of all branches and tags that changed a file of the mod folder.

        Empty where the commits cannot be read, as in a partial clone without trees.
        """
        arguments = ("rev-list", "--all", "--full-history", f"--max-count={number}", "--", path)
        return self._line(*arguments).split()

    def blob_sizes(self, ids: Iterable[str]) -> list[int]:
        """Return the size of each blob; -1 where it is not in this clone. Git is started once."""
        question = os.fsencode("".join(f"{id_}\n" for id_ in ids))
        if not question:
            return []
        return read_sizes(self._run("cat-file", "--batch-check", question=question))

    def blobs(self, names: Iterable[str]) -> list[bytes | None]:
        """Return the content of each blob, named by its id or by `commit:path`; None where it is missing.

        Git is started once. All are None where it stops at a damaged one. Raises ModError when they are
        larger together than MAX_GIT_OUTPUT_BYTES.
        """
        asked = list(names)
        if not asked:
            return []
        try:
            answer = self._run("cat-file", "--batch", question=os.fsencode("\n".join(asked) + "\n"))
        except GitRefused:
            return [None] * len(asked)
        return read_blobs(answer)

    def require_readable(self) -> None:
        """Raise GitRefused when git cannot read the repository; `head` is read with the same start of git."""
        answer = self._run("rev-parse", "--git-dir", "--revs-only", "HEAD^{commit}")
        # The first line is a path, which may have line ends in it, and ends with `.git`.
        last = os.fsdecode(answer).rstrip("\n").rpartition("\n")[2]
        self.head = last if _OBJECT_ID.fullmatch(last) else ""

    def _line(self, *arguments: str) -> str:
        try:
            return os.fsdecode(self._run(*arguments)).rstrip("\n")
        except GitRefused:
            return ""

    def _run(
        self,
        *arguments: str,
        question: bytes = b"",
        at: Path | None = None,
        accepted: tuple[int, ...] = (0,),
        **environment: str,
    ) -> bytes:
        """Return the standard output of git; raises GitRefused for an exit code that is not `accepted`.

        `question` is its standard input, `at` its working directory (the mod folder unless given).
        """
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        # `core.worktree` of the checkout could name another folder. Naming both folders overrides it.
        folders = {"GIT_DIR": str(self.root / ".git"), "GIT_WORK_TREE": str(self.root)}
        done = run_git([*settings, *arguments], folders | environment, at or self.folder, question)
        if done.returncode not in accepted:
            raise GitRefused(os.fsdecode(done.stderr).strip().rpartition("\n")[2])
        return done.stdout


def find_repository(
    folder: Path, make: Callable[[Path, str], Repository] = Repository
) -> Repository | None:
    """Return the repository whose working tree contains `folder`, None when there is none.

    `make` gets its root and the folder below it. Raises ModError when there is one and git is not
    installed, or cannot read it.
    """
    folder = folder.resolve()
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            break
    else:
        return None
    if ".git" in folder.relative_to(root).parts:
        return None
    repository = make(root, relative_folder(folder, root))
    try:
        repository.require_readable()
    except GitRefused as error:
        raise ModError(
            f"git cannot read the repository at {root}: {error}",
            "repair the checkout, or copy the mod out of it to package it without git",
        ) from None
    return repository


def relative_folder(folder: Path, root: Path) -> str:
    """Return the path of a folder below `root` with `/` separators, empty for `root` itself."""
    path = folder.relative_to(root).as_posix()
    return "" if path == "." else path


def _within_bounds(files: Iterable[_File]) -> tuple[_File, ...]:
    found = tuple(itertools.islice(files, MAX_FILES + 1))
    if len(found) > MAX_FILES:
        raise ModError(f"git tracks more than {MAX_FILES:,} files here", SMALLER_FOLDER_HINT)
    for file in found:
        refuse_depth(file.path)
    return found


def _without_credentials(url: str) -> str:
    """Return the URL of a remote without what may be secret, empty where the two cannot be separated."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        # `user@host:path`, the form of ssh: the user name is not secret, and a password cannot be in it.
        user, at, _ = url.rpartition("@")
        if at and not _SSH_USER.fullmatch(user):
            return ""
        return url
    host, slash, path = rest.partition("/")
    path = re.split(r"[?#]", path)[0]
    if "@" in path:
        # A password with a `/` in it: the host ends later than it seems.
        return ""
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
