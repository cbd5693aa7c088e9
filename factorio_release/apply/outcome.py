"""What a run has done to the portal so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.live.portal_forms import PortalForms
from factorio_release.report.model import Step, StepName, StepStatus

if TYPE_CHECKING:
    from factorio_release.errors import ReleaseError
    from factorio_release.plan import Plan

PAGE_STEPS: Final = (StepName.IMAGES, StepName.DETAILS)


class Outcome:
    """A record that is filled in as writes happen, so that an interrupted run can say what is public.

    `begun` says that writing has begun. `released` is the kind of the release that this run made
    (`publish`, `release`) or empty. `page` says that this run changed the page. `in_flight` is the step
    of a write that was sent in full and whose effect is not known: it may have changed the portal.

    `errors` are those of the page's steps and of reading back. They come after the release and do not
    undo it. `download_url` is the path of the release on the portal, once it was seen there. `forms`
    is what is known of the portal's own forms, with what this run has learnt. `hidden_images` are the
    names of images that the portal says it has, but shows under no known id. `edited` are the fields of
    the page that this run has set, `added` the ids of the images that are in the gallery now; `ordered` says
    that it has set the order of the gallery. `left` is what the plan still needs, where a stopped run could
    read that.
    """

    def __init__(self) -> None:
        self.begun = False
        self.released = ""
        self.page = False
        self.in_flight: StepName | None = None
        self.download_url = ""
        self.forms = PortalForms()
        self.hidden_images: list[str] = []
        self.edited: set[str] = set()
        self.added: set[str] = set()
        self.ordered = False
        self.left: Plan | None = None
        self.steps: dict[StepName, Step] = {}
        self.warnings: list[str] = []
        self.errors: dict[StepName, ReleaseError] = {}

    @property
    def changed(self) -> bool:
        """Whether this run changed the portal or may have; False is certain."""
        return bool(self.released or self.page or self.in_flight)

    def sent_in_full(self, step: StepName) -> None:
        """Record that all of a write was sent: from now on it may have an effect."""
        self.in_flight = step

    def accepted(self, step: StepName, kind: str = "") -> None:
        """Record that a write took effect; `kind` is that of a release."""
        if step is StepName.RELEASE:
            self.released = kind
        else:
            self.page = True
        self.in_flight = None

    def had_no_effect(self) -> None:
        """Record that the last write is known to have changed nothing."""
        self.in_flight = None

    def done(self, name: StepName, note: str = "") -> None:
        """Record a step that is done."""
        self.steps[name] = Step(name, StepStatus.DONE, note)

    def is_done(self, name: StepName) -> bool:
        """Return whether a step is done."""
        return name in self.steps and self.steps[name].status is StepStatus.DONE

    def failed(self, name: StepName, error: ReleaseError) -> None:
        """Record a step that failed, and its error."""
        self.steps[name] = Step(name, StepStatus.FAILED, str(error))
        self.errors[name] = error

    def leave_page(self, why: str) -> None:
        """Record that the page is not touched, and warn the user."""
        for name in PAGE_STEPS:
            self.steps[name] = Step(
                name, StepStatus.SKIPPED, "the page belongs to a higher version"
            )
        self.warnings.append(why)

    def forgive_page(self) -> None:
        """Turn the errors of the page's steps into warnings (`page-failure: warn`)."""
        for name in PAGE_STEPS:
            error = self.errors.pop(name, None)
            if error:
                self.warnings.append(f"{name}: {error}")
