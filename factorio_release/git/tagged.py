"""Whether a tag is the commit that is checked out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.git.repository import find_repository

if TYPE_CHECKING:
    from factorio_release.git.repository import Repository

_OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class OtherCommit:
    """A tag's commit and the one that is checked out instead; ids, `head` empty before the first commit."""

    tagged: str
    head: str


def other_than_checked_out(repository: Repository, tag: str, triggered: str = "") -> OtherCommit | None:
    """Compare the tag with what is checked out; None where they are the same, or that is not known.

    `triggered` is the commit for which the CI started the job, where the tag is the CI's own. It counts
    where the clone has no such tag: a shallow one has often none. A submodule has tags of its own: what
    is compared is the repository around it.
    """
    whole = _outermost(repository)
    tagged = whole.commit(f"refs/tags/{tag}")
    if not tagged and _OBJECT_ID.fullmatch(triggered):
        tagged = whole.commit(triggered) or triggered  # the id of an annotated tag becomes its commit's
    if not tagged or tagged == whole.head:
        return None
    return OtherCommit(tagged, whole.head)


def _outermost(repository: Repository) -> Repository:
    """Return the repository of which this one is a submodule, else itself."""
    around = find_repository(repository.root.parent)
    if around is None:
        return repository
    place = repository.root.resolve().relative_to(around.root.resolve()).as_posix()
    links = {entry.path for entry in type(repository)(around.root).tracked() if entry.is_submodule}
    return _outermost(around) if place in links else repository
