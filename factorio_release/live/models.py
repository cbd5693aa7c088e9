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
    """A release on the portal.

    `version` is as the portal writes it. `sha1` (lower-case hex) and `download_url` (a path on the portal)
    are empty where the portal does not give them. Only an answer about one mod has `dependencies`.
    """

    version: str
    sha1: str = ""
    download_url: str = ""
    factorio_version: str = ""
    dependencies: tuple[str, ...] = ()

    @property
    def number(self) -> Version | None:
        """The version as numbers, None if it is none: the portal shows `0.1.01` and `0.1.1` as written."""
        try:
            return parse_version(self.version)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class LiveMod:
    """A mod on the portal: its page, with no field None, and its releases; their order is not documented."""

    name: str
    page: ModPage
    releases: tuple[LiveRelease, ...] = ()

    def release(self, version: Version) -> LiveRelease | None:
        """Return the release of this version, None when there is none; `0.1.01` is `0.1.1`."""
        for release in self.releases:
            if release.number == version:
                return release
        return None

    @property
    def highest(self) -> Version | None:
        """The highest version, whenever it was uploaded; None without a release that has one."""
        numbers = [release.number for release in self.releases]
        return max((number for number in numbers if number), default=None)

    @property
    def deprecated(self) -> bool:
        """Whether the mod is marked as deprecated."""
        return bool(self.page.deprecated)
