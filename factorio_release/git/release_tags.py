"""Which tag is a release of this mod, and which one came before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.info import read_info
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.git.repository import Repository
    from factorio_release.parsers.version import Version

_LOOKED_AT: Final = 5


@dataclass(frozen=True, slots=True)
class ReleaseTag:
    """A tag and the version that it names; `named` is whether it names the mod as well."""

    tag: str
    version: Version
    named: bool


def read_release_tag(tag: str, mod: str) -> ReleaseTag | None:
    """Read `1.2.3`, `v1.2.3` and the same behind the mod's name and `_`, `-`, `/` or `@`."""
    form = re.fullmatch(rf"(?P<name>{re.escape(mod)}[_\-/@])?v?(?P<version>[0-9.]+)", tag)
    if form is None:
        return None
    try:
        return ReleaseTag(tag, parse_version(form["version"]), named=form["name"] is not None)
    except ValueError:
        return None


def previous_release(repository: Repository, mod: str, version: Version) -> ReleaseTag | None:
    """Return the tag of the highest release below `version`, None when the repository has none.

    A tag counts when its commit holds this mod in this folder, so that the tags of a repository's
    other mods do not; those that name the mod come first.
    """
    tags = [found for tag in repository.tags() if (found := read_release_tag(tag, mod))]
    earlier = [tag for tag in tags if tag.version < version]
    return next((tag for tag in _best(earlier) if _holds(repository, tag.tag, mod)), None)


def tag_of_release(repository: Repository, mod: str, version: Version) -> ReleaseTag | None:
    """Return the tag of this very version, None when the repository has none that holds the mod."""
    tags = [found for tag in repository.tags() if (found := read_release_tag(tag, mod))]
    same = [tag for tag in tags if tag.version == version]
    return next((tag for tag in _best(same) if _holds(repository, tag.tag, mod)), None)


def _best(tags: Iterable[ReleaseTag]) -> list[ReleaseTag]:
    return sorted(tags, key=lambda tag: (tag.named, tag.version), reverse=True)[:_LOOKED_AT]


def _holds(repository: Repository, tag: str, mod: str) -> bool:
    content = repository.file_at(f"refs/tags/{tag}", "info.json")
    return content is not None and read_info(content).name == mod
