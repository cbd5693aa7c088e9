"""Which versions of a changelog are meant: one, `1.0.0..1.2.0`, `1.0.0..`, `..1.2.0`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.git.release_tags import read_release_tag

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.version import Version


@dataclass(frozen=True, slots=True)
class VersionRange:
    """The versions from `first` to `last`, both included unless `after_first`; None is no bound."""

    first: Version | None = None
    last: Version | None = None
    after_first: bool = False

    def __contains__(self, version: Version | None) -> bool:
        if version is None:
            return False
        if self.first and (version < self.first or (self.after_first and version == self.first)):
            return False
        return self.last is None or version <= self.last

    @property
    def is_single(self) -> bool:
        """Whether one version alone is meant."""
        return self.first is not None and self.first == self.last and not self.after_first

    def sections(self, changelog: Changelog) -> tuple[ChangelogSection, ...]:
        """Return the sections of these versions, in the order of the file."""
        return tuple(section for section in changelog.sections if section.version in self)


def read_range(text: str, mod: str) -> VersionRange:
    """Read a version or a range; an end may be written as a release tag of `mod` (`v1.2.0`).

    Raises ValueError with a sentence.
    """
    first, dots, last = text.partition("..")
    if not dots:
        version = named_version(text, mod)
        return VersionRange(version, version)
    ends = [named_version(end, mod) if end else None for end in (first, last)]
    found = VersionRange(ends[0], ends[1])
    if found.first is None and found.last is None:
        raise ValueError(f"{text!r} has no end; write 1.0.0..1.2.0, 1.0.0.. or ..1.2.0")
    if found.first and found.last and found.last < found.first:
        raise ValueError(f"{text!r} ends before it begins; write {last}..{first}")
    return found


def named_version(text: str, mod: str) -> Version:
    """Return the version that a text is or, as a release tag, names; ValueError with a sentence."""
    tag = read_release_tag(text, mod)
    if tag is None:
        raise ValueError(f"{text!r} is neither a version nor a tag that names one; write 1.2.0")
    return tag.version
