"""The versions of a changelog that a user asks for: one, `1.0.0..1.2.0`, `1.0.0..` or `..1.2.0`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.git.tag_index import read_release_tag
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.version import Version


@dataclass(frozen=True, slots=True)
class VersionRange:
    """The versions from `first` to `last`; None is no bound.

    Both are included. With `after_first`, `first` is not.
    """

    first: Version | None = None
    last: Version | None = None
    after_first: bool = False

    def __contains__(self, version: Version | None) -> bool:
        if version is None:
            return False
        if self.first is not None:
            if version < self.first:
                return False
            if self.after_first and version == self.first:
                return False
        return self.last is None or version <= self.last

    @property
    def is_single(self) -> bool:
        """Whether it is exactly one version."""
        return self.first is not None and self.first == self.last and not self.after_first

    def sections(self, changelog: Changelog) -> tuple[ChangelogSection, ...]:
        """Return the sections of these versions, in the order of the file."""
        return tuple(section for section in changelog.sections if section.version in self)


def read_range(text: str, mod: str) -> VersionRange:
    """Read a version or a range; each end may also be a release tag of `mod`, such as `v1.2.0`.

    Raises ValueError with a sentence for the user.
    """
    first_text, dots, last_text = text.partition("..")
    if not dots:
        version = named_version(text, mod)
        return VersionRange(version, version)
    first = named_version(first_text, mod) if first_text else None
    last = named_version(last_text, mod) if last_text else None
    if first is None and last is None:
        raise ValueError(f"{quoted(text)} has no end; write 1.0.0..1.2.0, 1.0.0.. or ..1.2.0")
    if first and last and last < first:
        raise ValueError(f"{quoted(text)} ends before it begins; write {last_text}..{first_text}")
    return VersionRange(first, last)


def named_version(text: str, mod: str) -> Version:
    """Return the version in a text, which is a version or a release tag of `mod`.

    Raises ValueError with a sentence for the user.
    """
    tag = read_release_tag(text, mod)
    if tag is None:
        raise ValueError(
            f"{quoted(text)} is neither a version nor a tag that names one; write 1.2.0"
        )
    return tag.version
