"""What a run has done to the portal so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.live.portal_forms import PortalForms
from factorio_release.report.model import Step, StepName, StepStatus

if TYPE_CHECKING:
    from factorio_release.errors import ReleaseError


@dataclass(slots=True)
class Outcome:
    """Filled in as it happens, so that an interrupted run can still tell what is public.

    `begun` tells that writing began, `released` is the kind of the release that this run made
    (`publish`, `release`) or empty, `page` tells whether this run changed the page. `in_flight` is
    the step of a write that was sent in full and whose effect is not known: it may have changed the
    portal. `errors` by step are those of the page and of reading back, which come after the release
    and do not undo it.
    `download_url` is the release's path on the portal once it was seen there. `forms` is what is known
    of the portal's own forms, this run's lessons included. `hidden_images` are the names of images that
    the portal says it has, and that show under no id that is known. `edited` are the page's fields, and
    `ordered` whether the gallery's order, that this run set.
    """

    begun: bool = False
    released: str = ""
    page: bool = False
    in_flight: StepName | None = None
    download_url: str = ""
    forms: PortalForms = field(default_factory=PortalForms)
    hidden_images: list[str] = field(default_factory=list)
    edited: set[str] = field(default_factory=set)
    ordered: bool = False
    steps: dict[StepName, Step] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    errors: dict[StepName, ReleaseError] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether this run changed the portal or may have; False is certain."""
        return bool(self.released or self.page or self.in_flight)

    def sent(self, step: StepName, in_full: bool = True) -> None:  # noqa: FBT001,FBT002 read as a sentence
        """Note that a write of this step is on its way; until all of it was sent it has no effect."""
        if in_full:
            self.in_flight = step

    def accepted(self, step: StepName, kind: str = "") -> None:
        """Note that a write of this step took effect; `kind` is a release's."""
        if step is StepName.RELEASE:
            self.released = kind
        else:
            self.page = True
        self.in_flight = None

    def had_no_effect(self) -> None:
        """Note that the last write is known to have changed nothing."""
        self.in_flight = None

    def done(self, name: StepName, note: str = "") -> None:
        """Record a step that is done."""
        self.steps[name] = Step(name, StepStatus.DONE, note)

    def failed(self, name: StepName, error: ReleaseError) -> None:
        """Record a step that failed, and why."""
        self.steps[name] = Step(name, StepStatus.FAILED, str(error))
        self.errors[name] = error

    def leave_page(self, why: str) -> None:
        """Note that the page was left alone, and tell the user."""
        for name in (StepName.IMAGES, StepName.DETAILS):
            self.steps[name] = Step(name, StepStatus.SKIPPED, "the page belongs to a higher version")
        self.warnings.append(why)

    def forgive_page(self) -> None:
        """Turn the errors of the page's steps into warnings, for a release that is good without it."""
        for name in (StepName.IMAGES, StepName.DETAILS):
            if error := self.errors.pop(name, None):
                self.warnings.append(f"{name}: {error}")
