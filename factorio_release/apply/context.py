"""What every write needs: the portal to write to, the mod meant, and a place to note what happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factorio_release.errors import AnswerUnclear
from factorio_release.plan import make_plan
from factorio_release.portal.answers import RUN_AGAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.apply.confirm import Confirmer
    from factorio_release.apply.outcome import Outcome
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.writer import PortalWriter


@dataclass(frozen=True, slots=True)
class ApplyContext:
    """One mod on one portal, being brought to what is desired.

    `images` are the contents of the images that the plan adds, by id; `before` is the mod that was
    planned for.
    """

    desired: Desired
    writer: PortalWriter
    confirmer: Confirmer
    outcome: Outcome
    images: Mapping[str, UploadContent] = field(default_factory=dict)
    before: LiveMod | None = None

    @property
    def mod(self) -> str:
        """The mod's name."""
        return self.desired.mod

    def page_plan(self, live: LiveMod | None) -> Plan:
        """Return what the page still lacks, given what is live now.

        Raises AnswerUnclear when the portal does not show the mod: this run released it, or the
        plan was made from it.
        """
        if live is None:
            raise AnswerUnclear(f"the portal does not show {self.mod} yet", RUN_AGAIN)
        return make_plan(replace(self.desired, package=None, forms=self.outcome.forms), live)
