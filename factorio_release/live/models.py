"""A mod and its releases as the portal shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from factorio_release.mod_page import ModPage
    from factorio_release.parsers.version import Version


@dataclass(frozen=True, slots=True)
class LiveRelease:
    """A release on the portal; `version` is as the portal writes it, `sha1` in lower-case hex.

    `sha1` and `download_url`, a path, are empty where the portal does not give them.
    """

    version: str
    sha1: str = ""
    file_name: str = ""
    download_url: str = ""
    released_at: str = ""
    factorio_version: str = ""

    @property
    def number(self) -> Version | None:
        """The version as numbers, to compare: the portal shows leading zeros as written."""
        try:
            return parse_version(self.version)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class LiveMod:
    """A mod on the portal: its page, with every field filled in, and its releases in no promised order."""

    name: str
    page: ModPage
    releases: tuple[LiveRelease, ...] = ()
    owner: str = ""

    def release(self, version: Version) -> LiveRelease | None:
        """Return the release of this version, `0.1.01` being `0.1.1`."""
        return next((release for release in self.releases if release.number == version), None)

    @property
    def highest(self) -> Version | None:
        """The highest version there is, whenever it was uploaded."""
        return max((r.number for r in self.releases if r.number), default=None)

    @property
    def deprecated(self) -> bool:
        """Whether the mod is marked as deprecated."""
        return bool(self.page.deprecated)
