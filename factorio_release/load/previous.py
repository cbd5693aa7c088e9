"""The release before this one, from its tag in git, as a mod that can be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.errors import ModError
from factorio_release.git.release_tags import previous_release
from factorio_release.limits import MAX_ALL_TEXT_BYTES
from factorio_release.load.mod_set import Candidate
from factorio_release.mod.package_changes import packaged_files
from factorio_release.package.file_set import DiskFile
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from factorio_release.git.repository import Repository
    from factorio_release.git.tag_index import ReleaseTag
    from factorio_release.mod.mod import Mod


class Previous(NamedTuple):
    """A release: its `tag`, the mod as it was, and the paths of its migrations."""

    tag: str
    version: str
    candidate: Candidate
    migrations: frozenset[str]


def previous_of(mod: Mod) -> Previous | None:
    """Return the highest release below this version.

    None for a mod that is not in git, without such a tag, or where git has not all of its Lua: in a partial
    clone, and of a mod whose Lua is built.
    """
    repository = mod.repository
    if repository is None or mod.version is None or mod.files.origin != "git":
        return None
    if any(file.path.endswith(".lua") and not _is_of_git(file) for file in mod.files.files):
        return None
    release = previous_release(repository, mod.name, mod.version)
    return _read(mod, repository, release) if release else None


def _read(mod: Mod, repository: Repository, release: ReleaseTag) -> Previous | None:
    files = repository.tree_sizes(f"refs/tags/{release.tag}") or {}
    packaged = packaged_files(mod, repository, files)
    lua = [file for path, file in packaged.items() if path.endswith(".lua") and not file.is_link]
    if INFO_FILE not in files or sum(max(file.size, 0) for file in lua) > MAX_ALL_TEXT_BYTES:
        return None
    try:
        contents = repository.blobs([files[INFO_FILE].blob, *(file.blob for file in lua)])
    except ModError:
        return None
    present = [content for content in contents if content is not None]
    if len(present) < len(contents):
        return None
    info = read_info(present[0])
    by_path = {file.path: content for file, content in zip(lua, present[1:], strict=True)}
    return Previous(
        release.tag,
        str(release.version),
        Candidate(info, lambda: by_path),
        frozenset(path for path in packaged if path.startswith("migrations/")),
    )


def _is_of_git(file: object) -> bool:
    return isinstance(file, DiskFile) and bool(file.blob)
