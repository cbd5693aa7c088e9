"""What every write needs: the portal, the desired state, the contents, and a record of what happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import RUN_AGAIN, AnswerUnclear, ModError
from factorio_release.plan import AddImage, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.apply.confirm import Confirmer
    from factorio_release.apply.outcome import Outcome
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.writer import PortalWriter


@dataclass(frozen=True, slots=True)
class ApplyContext:
    """One mod on one portal, which a plan brings to its desired state.

    `images` are the contents of the images that the plan adds, by id. `before` is the live mod that the
    plan was made from. `outcome` is filled in while the plan is executed.
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
        """Return the changes that the page still needs, compared with what is live now.

        Raises AnswerUnclear if the portal does not show the mod: this run released it, or the plan was
        made from it, so that it must be there.
        """
        if live is None:
            raise AnswerUnclear(f"the portal does not show {self.mod} yet", RUN_AGAIN)
        return make_plan(replace(self.desired, package=None, forms=self.outcome.forms), live)


def image_contents(
    plan: Plan, private: Callable[[], PrivateFile] = PrivateFile
) -> dict[str, UploadContent]:
    """Copy every image that `plan` adds to the end of a private file; return the contents by image id.

    The user confirms the plan with its image ids. Another program could replace a file between that and
    the upload, so the bytes are copied first. Raises ModError if a file has changed since it was read
    for the plan.
    """
    images = [change.image for change in plan.changes if isinstance(change, AddImage)]
    if not images:
        return {}
    file = private()
    contents = {}
    for image in images:
        if image.path is None:
            raise RuntimeError(f"the image {image.id} was planned without its file")
        content = copy_content(image.path, file, image.name)
        # The portal's id of an image is the SHA-1 of its bytes (documented).
        if content.sha1 != image.id:
            raise ModError(
                f"{image.path} changed while the plan was made",
                "let no program write to it during the run, and run again",
            )
        contents[image.id] = content
    return contents
