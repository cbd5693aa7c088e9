"""What a check is given beside the mod: the run's own values, and in a plan what the portal has."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.version import Version


class CheckContext(NamedTuple):
    """Values of the run that rules may use.

    `tag` is the tag being released, or empty. `tag_commit` is the commit for which the CI started
    the job; it is empty unless the tag is the CI's own. `today` is the date of the run; with None
    no date is judged. `secrets` are the values that no published file may contain. `circle` are the mods
    of the run through which this one depends on itself: each depends on the next one, the last on the first.
    """

    tag: str = ""
    tag_commit: str = ""
    today: date | None = None
    secrets: tuple[str, ...] = ()
    circle: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "CheckContext(…)"  # it has secrets


class PortalContext(NamedTuple):
    """What a plan adds: the live state of the portal, and what the run would publish.

    `live` is the mod on the portal, None when it is not there. `required` maps the name of each
    required mod that was requested to what the portal has, None when it has no such mod; a mod
    without an entry was not requested and is not judged. `policy` is the setting `version-policy`.
    `releases`: the run makes the version public, or plans such a release.
    `together` are the versions of mods that the same run makes public, by name.
    """

    live: LiveMod | None
    required: Mapping[str, LiveMod | None]
    policy: str
    releases: bool = False
    together: Mapping[str, tuple[Version, ...]] = MappingProxyType({})
