"""What every write needs: the portal to write to, the mod meant, and a place to note what happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factorio_release.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.apply.outcome import Outcome
    from factorio_release.apply.settle import Settler
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.models import LiveMod
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.upload_content import UploadContent


@dataclass(frozen=True, slots=True)
class PortalSide:
    """One mod on one portal, being brought to what is desired.

    `images` are the contents of the images that the plan adds, by id.
    """

    desired: Desired
    writer: PortalWriter
    settler: Settler
    outcome: Outcome
    images: Mapping[str, UploadContent] = field(default_factory=dict)

    @property
    def mod(self) -> str:
        """The mod's name."""
        return self.desired.mod

    def page_plan(self, live: LiveMod | None) -> Plan:
        """Return what the page still lacks, given what is live now."""
        return make_plan(replace(self.desired, package=None), live)
