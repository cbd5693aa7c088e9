"""What a plan file has of each mod, as values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Desired


class PlanEntry(NamedTuple):
    """One mod that the plan changes.

    `desired` is what `settled` returns: together with `seen`, the mod as the portal showed it to the plan
    (None: no such mod), it gives the plan again, without the repository. `zip` is the mod's package, also
    where the plan changes the page alone; `sha256` is its digest in lower-case hex. `images` are the contents
    that the plan adds to the gallery, by id. `path` is for messages, `page_failure` the setting of that name.
    """

    desired: Desired
    seen: LiveMod | None
    path: str
    zip: UploadContent
    sha256: str
    images: Mapping[str, UploadContent] = MappingProxyType({})
    page_failure: str = "fail"

    @property
    def name(self) -> str:
        """The mod's name."""
        return self.desired.mod

    @property
    def version(self) -> str:
        """The version in the mod's info.json."""
        return str(self.desired.version or "")


class IdleMod(NamedTuple):
    """One mod of the run for which the plan has nothing to do; `path` is for messages."""

    name: str
    version: str
    path: str


class SavedPlan(NamedTuple):
    """All that a plan file says: the address of the portal, and the mods in the order of their release."""

    portal: str
    mods: tuple[PlanEntry, ...]
    idle: tuple[IdleMod, ...] = ()
