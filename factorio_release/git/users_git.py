"""Git as the user runs it: the commits, tags and pushes of `ship` and `bump --commit`.

Unlike `repository.py`, which only reads, this runs what the user's and the checkout's settings name: hooks,
filters, signing programs, credential helpers, transports. It does what `git commit` and `git push`, typed in
the same folder, would do. So it is used only for a command whose purpose is that, and never for an event of
a CI that only plans.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.git.output import records
from factorio_release.git.process import run_users_git
from factorio_release.git.repository import GitRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Status(NamedTuple):
    """The files of a working tree that differ from `HEAD` and are tracked, and those that are not tracked."""

    changed: tuple[str, ...]
    untracked: tuple[str, ...]


class UsersGit:
    """Git in the repository at `root`, with the user's environment; paths are relative to `root`.

    The methods raise GitRefused, with all that git and its hooks wrote to standard error.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self._environment = environment

    def run(self, *arguments: str, question: bytes = b"") -> str:
        """Return what a git command prints, without the line end."""
        done = run_users_git([*arguments], self._environment, self.root, question)
        if done.returncode:
            raise GitRefused(os.fsdecode(done.stderr).strip() or f"git {arguments[0]} failed")
        return os.fsdecode(done.stdout).rstrip("\n")

    def found(self, *arguments: str) -> str:
        """Return what a git command prints, empty where it finds nothing."""
        try:
            return self.run(*arguments)
        except GitRefused:
            return ""

    def object_id(self, name: str) -> str:
        """Return the object that a reference or a revision names, empty where there is none."""
        return self.found("rev-parse", "--verify", "--quiet", "--end-of-options", name)

    def setting(self, name: str) -> str:
        """Return a setting, empty where it is not set."""
        return self.found("config", "--get", name)

    def status(self) -> Status:
        """Return which files differ from the commit that is checked out."""
        output = self.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        changed: list[str] = []
        untracked: list[str] = []
        for record in output.split("\0"):
            if record:
                (untracked if record.startswith("??") else changed).append(record[3:])
        return Status(tuple(changed), tuple(untracked))

    def index_entries(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the entries of the index for those of the paths that have one, as `set_index` takes them."""
        output = self.run("ls-files", "--stage", "-z", "--", *map(literal, paths))
        return {entry.partition("\t")[2]: entry for entry in output.split("\0") if entry}

    def set_index(self, entries: Mapping[str, str], removed: Iterable[str]) -> None:
        """Set entries of the index, and remove others; no other entry and no file changes."""
        gone = "0 " + "0" * len(self.object_id("HEAD"))
        lines = [*entries.values(), *(f"{gone}\t{path}" for path in removed)]
        question = os.fsencode("".join(f"{line}\0" for line in lines))
        self.run("update-index", "-z", "--index-info", question=question)

    def paths_of_commit(self, commit: str) -> tuple[str, ...]:
        """Return the files that a commit changed."""
        output = self.run(
            "diff-tree",
            "-r",
            "-z",
            "--root",
            "--name-only",
            "--no-commit-id",
            "--no-renames",
            commit,
        )
        return tuple(records(os.fsencode(output)))


def literal(path: str) -> str:
    """Return a path as git takes it for a name, whatever characters it has; relative to the top."""
    # Not GIT_LITERAL_PATHSPECS: hooks would inherit it, and their globs would match nothing.
    return f":(top,literal){path}"
