"""The versions that a mod has had in the commits of its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import child_path
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from factorio_release.git.repository import Repository
    from factorio_release.parsers.version import Version

_MAX_COMMITS: Final = 2_000  # that changed info.json; the newest of them


def versions_in_history(repository: Repository, mod: str) -> frozenset[Version]:
    """Return the versions of the mod's info.json in any commit of any branch, and in the tagged ones.

    Any of them may be public: nothing in a repository says which commits somebody has released. In a shallow
    or partial clone these are only the versions of the commits that are there.
    """
    path = child_path(repository.prefix, INFO_FILE)
    if "\n" in path:  # git reads one name a line
        return frozenset()
    commits = repository.commits_of(INFO_FILE, _MAX_COMMITS)
    versions = set()
    for content in repository.blobs(f"{commit}:{path}" for commit in commits):
        info = read_info(content or b"")
        if info.name == mod and info.version:
            versions.add(info.version)
    return frozenset(versions)
