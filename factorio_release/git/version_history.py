"""The versions that a mod has had in the commits of its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import child_path
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.git.repository import Repository
    from factorio_release.parsers.version import Version

_MAX_COMMITS: Final = 2_000  # that changed info.json; the newest of them


def versions_in_history(repository: Repository, mod: str) -> frozenset[Version]:
    """Return the versions of the mod's info.json in any commit of any branch, and in the tagged ones.

    Any of them may be public: nothing in a repository says which commits somebody has released. In a shallow
    or partial clone these are only the versions of the commits that are there.
    """
    return frozenset(version for _, version in _versions(repository, mod) if version)


def first_commit_with(repository: Repository, mod: str, version: Version) -> str:
    """Return the commit that set this version: the oldest in which info.json has it; or empty."""
    commits = [commit for commit, one in _versions(repository, mod) if one == version]
    return commits[-1] if commits else ""


def _versions(repository: Repository, mod: str) -> Iterator[tuple[str, Version | None]]:
    """Yield the commits that changed info.json, the newest first, with the version that the mod has there."""
    path = child_path(repository.prefix, INFO_FILE)
    if "\n" in path:  # git reads one name a line
        return
    commits = repository.commits_of(INFO_FILE, _MAX_COMMITS)
    contents = repository.blobs(f"{commit}:{path}" for commit in commits)
    for commit, content in zip(commits, contents, strict=True):
        info = read_info(content or b"")
        yield commit, info.version if info.name == mod else None
