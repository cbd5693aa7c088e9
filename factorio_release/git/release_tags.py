"""Which tag is a release of this mod, which one came before it, and whether it is checked out."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.git.repository import Repository, find_repository
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.git.tag_index import ReleaseTag
    from factorio_release.parsers.version import Version

# Reading info.json at a tag starts git once. A repository may have thousands of tags.
_MAX_TAGS_READ: Final = 5
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class OtherCommit(NamedTuple):
    """The commit of a tag and the commit that is checked out instead.

    Both are object ids; `head` is empty in a repository without a commit.
    """

    tagged: str
    head: str


def text_before_version(tag: str, mod: str) -> str:
    """Return what a tag with the mod's name has before the version: `big-mod_`, `big-mod/v`; else nothing."""
    form = re.match(rf"{re.escape(mod)}[_\-/@]v?", tag)
    return form[0] if form else ""


def previous_release(repository: Repository, mod: str, version: Version) -> ReleaseTag | None:
    """Return the tag of the highest release below `version`, None when there is none.

    A tag counts when its commit has this mod in this folder. So the tags of other mods in the same
    repository do not count. Tags with the mod's name are preferred.
    """
    earlier = repository.tag_index().until(mod, version, below=True)
    return _first_with_mod(repository, mod, earlier)


def last_release(repository: Repository, mod: str, version: Version) -> ReleaseTag | None:
    """Return the tag of the highest release up to `version`, as `previous_release` does."""
    return _first_with_mod(repository, mod, repository.tag_index().until(mod, version))


def tag_of_release(repository: Repository, mod: str, version: Version) -> ReleaseTag | None:
    """Return the tag of exactly this version, None when there is none whose commit has the mod."""
    return _first_with_mod(repository, mod, repository.tag_index().exactly(mod, version))


def other_than_checked_out(
    repository: Repository, tag: str, triggered: str = ""
) -> OtherCommit | None:
    """Compare the commit of a tag with the one that is checked out.

    Returns None where they are the same, or where the commit of the tag is not known. `triggered` is the
    commit for which the CI started the job, when the tag comes from the CI. It is used where the clone
    does not have the tag, as is common in a shallow clone. A tag belongs to the outermost repository: a
    submodule has tags of its own.
    """
    outermost = _outermost(repository)
    tagged = outermost.commit(f"refs/tags/{tag}")
    if not tagged and _OBJECT_ID.fullmatch(triggered):
        # The CI may give the id of an annotated tag, where it can be resolved to the commit.
        tagged = outermost.commit(triggered) or triggered
    if not tagged or tagged == outermost.head:
        return None
    return OtherCommit(tagged, outermost.head)


def _first_with_mod(
    repository: Repository, mod: str, tags: Iterable[ReleaseTag]
) -> ReleaseTag | None:
    for tag in itertools.islice(tags, _MAX_TAGS_READ):  # the best come first
        info = repository.file_at(f"refs/tags/{tag.tag}", INFO_FILE)
        if info is not None and read_info(info).name == mod:
            return tag
    return None


def _outermost(repository: Repository) -> Repository:
    """Return the repository of which this one is a submodule, at any depth, else itself."""
    around = find_repository(repository.root.parent)
    if around is None:
        return repository
    path = repository.root.resolve().relative_to(around.root.resolve()).as_posix()
    whole = Repository(around.root)
    submodules = {entry.path for entry in whole.tracked() if entry.is_submodule}
    if path not in submodules:
        return repository
    return _outermost(around)
