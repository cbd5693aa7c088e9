"""What is to be public of a mod, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.live.portal_forms import PortalForms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.mod_page import ModPage
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.parsers.version import Version
    from factorio_release.plan.changes import PlannedPackage
    from factorio_release.plan.pins import ChangedSince, IsNewer


def every_file_changed(_ref: str, _path: str) -> bool:
    """Answer where there is no repository to ask."""
    return True


def nothing_is_newer(_ref: str) -> bool:
    """Answer where there is no repository to ask."""
    return False


@dataclass(frozen=True, slots=True)
class Desired:
    """What is to be public: the package (None in a run for the page alone) and the page.

    `page` has None for every field that is not declared. Its texts may have references to gallery images
    (`page.image_references`). `title` and `summary` are info.json's, which the portal takes over with a
    first release. `prune` removes live gallery images that are not desired; without `ordered` the order of
    the images does not matter. `version` is info.json's, also where there is no package. `sync_older`
    changes the page also where the portal has a higher version. `newer` is a higher version that the same run
    releases: the page is left to it. `skip_existing` leaves a version alone that is public with other
    content. Without `publish_new` a mod that the portal does not have is not published; a version that
    `waits` is not released, because its changelog section is still open. `forms` is what earlier runs
    learnt of the values that the portal stores. `source` is what the texts' links are pinned to,
    `changed` compares a file of the repository with an earlier tag or commit, and `is_newer` says whether a
    tag or commit is later than what is checked out. `public_content` says what is known of a public
    zip with another SHA-1: how it holds the same files, where `forms` have its SHA-1, else what differs;
    `differs` says that files of the package are not those of the release's tag or commit. `pictures` has the
    addresses of the repository's images by id, where it has any: for people to look at.
    """

    mod: str
    package: PlannedPackage | None
    page: ModPage
    title: str = ""
    summary: str = ""
    prune: bool = False
    ordered: bool = True
    version: Version | None = None
    sync_older: bool = False
    newer: Version | None = None
    skip_existing: bool = False
    publish_new: bool = True
    waits: bool = False
    forms: PortalForms = field(default_factory=PortalForms)
    source: SourceUrls | None = None
    changed: ChangedSince = every_file_changed
    is_newer: IsNewer = nothing_is_newer
    public_content: str = ""
    differs: bool = False
    pictures: Mapping[str, str] = field(default_factory=dict, compare=False)
