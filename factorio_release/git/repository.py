"""What the repository says, asked of the git program.

The checkout is not trusted. Only commands that read are used, and none that would run what its
configuration names: no hook, file-system monitor, filter, textconv, external diff, credential
helper or transport. That is also why a checkout that belongs to somebody else is read without
git's question about ownership: the question guards exactly these programs.
"""

from __future__ import annotations

import itertools
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from factorio_release.disk.folder_walk import SMALLER_FOLDER_HINT, refuse_depth
from factorio_release.errors import ModError
from factorio_release.git.output import read_attributes, read_index, read_tags, read_tree, records
from factorio_release.git.process import start_git
from factorio_release.limits import MAX_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from factorio_release.git.output import TrackedFile, TreeFile

_USER: Final = re.compile(r"[A-Za-z0-9._-]+")
_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.quotePath": "false",
}
_File = TypeVar("_File", bound="TreeFile")


class GitRefused(Exception):
    """Git ended with an error; `str()` is the last line of what it said."""


class Repository:
    """The git repository around a mod folder; every answer is asked for once, when first needed.

    `root` is the top of the working tree, `prefix` the mod folder below it with `/` separators
    and none at the end, empty when the mod is the whole repository.
    """

    def __init__(self, root: Path, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix

    @property
    def folder(self) -> Path:
        """The mod folder."""
        return self.root / self.prefix

    @cached_property
    def head(self) -> str:
        """The commit that is checked out; empty before the first commit."""
        return self.commit("HEAD")

    def commit(self, revision: str) -> str:
        """Return the commit that a revision is, or that a tag stands for; empty where it is not at hand."""
        return self._line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")

    @cached_property
    def remote_url(self) -> str:
        """Where `origin` (else the only remote) lives, without user name, password or query; may be empty."""
        lines = self._line("config", "--local", "--get-regexp", r"^remote\..*\.url$").splitlines()
        urls = dict(line.split(" ", 1) for line in lines if " " in line)
        lone = next(iter(urls.values())) if len(urls) == 1 else ""
        return _without_credentials(urls.get("remote.origin.url", lone))

    def tags(self) -> dict[str, str]:
        """Return every tag with its commit."""
        form = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)"
        return read_tags(self._run("for-each-ref", form, "refs/tags"))

    def tracked(self) -> tuple[TrackedFile, ...]:
        """Return what the index holds below the mod folder; a submodule is one entry."""
        return _shallow(read_index(self._run("ls-files", "-z", "-t", "--cached", "--stage")))

    def untracked(self) -> tuple[str, ...]:
        """Return what lies in the mod folder and not in the index; a whole folder ends with `/`."""
        return tuple(records(self._run("ls-files", "-z", "--others", "--directory")))

    def ignored(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return which of these paths git ignores; a tracked one is never ignored.

        The rules are those of the checkout: `.gitignore`, `.git/info/exclude`, not a file of the user.
        """
        question = os.fsencode("".join(f"./{path}\0" for path in paths))
        # Paths are pathspecs to this command, and it refuses literal ones. `./` takes the magic from `:name`.
        # Of the index it must not ask: `a[1]` would count as tracked because of a tracked `a1`.
        command = ("check-ignore", "-z", "--stdin", "--no-index")
        answer = self._run(*command, question=question, accepted=(0, 1), GIT_LITERAL_PATHSPECS="0")
        found = [path.removeprefix("./") for path in records(answer)]
        tracked = {entry.path for entry in self.tracked()} if found else set()
        return tuple(path for path in found if path not in tracked)

    def attributes(self, paths: Iterable[str], *names: str) -> dict[str, dict[str, str]]:
        """Return git's own answer: path → attribute → value, for paths relative to the mod folder.

        A folder is asked for with `/` at its end, as `git archive` does.
        """
        question = os.fsencode("".join(f"{path}\0" for path in paths))
        return read_attributes(self._run("check-attr", "-z", "--stdin", *names, question=question))

    def tree_sizes(self, revision: str, prefix: str | None = None) -> dict[str, TreeFile] | None:
        """Return the files of a commit below `prefix` (the mod folder unless given), by path below it.

        None when the revision is not at hand, as in a shallow clone.
        """
        below = self.prefix if prefix is None else prefix
        try:
            output = self._run("ls-tree", "-r", "-l", "-z", f"{revision}:{below}", at=self.root)
        except GitRefused:
            return None
        return {file.path: file for file in _shallow(read_tree(output))}

    def file_at(self, revision: str, path: str) -> bytes | None:
        """Return a file of a commit, its path relative to the mod folder; None when it is not there."""
        full = f"{self.prefix}/{path}" if self.prefix else path
        try:
            return self._run("cat-file", "blob", f"{revision}:{full}")
        except GitRefused:
            return None

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
        """Return what git prints; GitRefused when its exit code is not among the `accepted` ones."""
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        # Naming both folders keeps `core.worktree` of the checkout from pointing elsewhere.
        places = {"GIT_DIR": str(self.root / ".git"), "GIT_WORK_TREE": str(self.root)}
        done = start_git([*settings, *arguments], places | environment, at or self.folder, question)
        if done.returncode not in accepted:
            raise GitRefused(os.fsdecode(done.stderr).strip().rpartition("\n")[2])
        return done.stdout


def _shallow(files: Iterable[_File]) -> tuple[_File, ...]:
    """Return the files; ModError when one is nested deeper, or when there are more, than is read."""
    found = tuple(itertools.islice(files, MAX_FILES + 1))
    if len(found) > MAX_FILES:
        raise ModError(f"git tracks more than {MAX_FILES:,} files here", SMALLER_FOLDER_HINT)
    for file in found:
        refuse_depth(file.path)
    return found


def find_repository(folder: Path) -> Repository | None:
    """Return the repository whose working tree holds `folder`, or None.

    Raises ModError when there is one and git is not installed, or cannot read it.
    """
    folder = folder.resolve()
    root = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)
    if root is None or ".git" in folder.relative_to(root).parts:
        return None
    repository = Repository(root, relative_folder(folder, root))
    try:
        repository._run("rev-parse", "--git-dir")  # noqa: SLF001 the same module
    except GitRefused as error:
        raise ModError(
            f"git cannot read the repository at {root}: {error}",
            "mend the checkout, or copy the mod out of it to package it without git",
        ) from None
    return repository


def relative_folder(folder: Path, root: Path) -> str:
    """Return the path of a folder below `root` with `/` separators, empty for `root` itself."""
    path = folder.relative_to(root).as_posix()
    return "" if path == "." else path


def _without_credentials(url: str) -> str:
    """Return a remote without what may be secret; an empty text where that cannot be parted from the rest."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        # `user@host:path` as ssh takes it: the name is no secret, and a password has no place there.
        user, at, _ = url.rpartition("@")
        return "" if at and not _USER.fullmatch(user) else url
    host, slash, path = rest.partition("/")
    path = re.split(r"[?#]", path)[0]
    return "" if "@" in path else f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
