"""The desired state with nothing left in it that only the repository, or this machine, can answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from factorio_release.live.portal_forms import PortalForms
from factorio_release.mod_page import DETAIL_FIELDS, ModPage
from factorio_release.plan import AddRelease, EditDetails, OrderImages, Publish, live_after
from factorio_release.plan.desired import every_file_changed, nothing_is_newer
from factorio_release.plan.page_changes import images_by_live_id

if TYPE_CHECKING:
    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Desired, Plan


def settled(desired: Desired, plan: Plan, live: LiveMod | None) -> Desired:
    """Return a desired state that gives `plan` again, from `live` alone.

    What a run looks up for its plan is in the result: a text that differs from the live one in its pinned
    links alone, a value that the portal keeps in a form of its own, and an order of its own are desired as
    they are live. Where the plan has no release, there is no package either.
    """
    is_release = bool(plan.of(Publish.kind, AddRelease.kind))
    return replace(
        desired,
        package=desired.package if is_release else None,
        page=_page(desired, plan, live),
        ordered=desired.ordered and bool(plan.of(OrderImages.kind)),
        waits=False,
        publish_new=True,
        skip_existing=False,
        forms=PortalForms(),
        source=None,
        changed=every_file_changed,
        is_newer=nothing_is_newer,
        public_content="",
        differs=False,
    )


def _page(desired: Desired, plan: Plan, live: LiveMod | None) -> ModPage:
    after = live_after(desired, plan, live)
    values: dict[str, Any] = {}
    for name in DETAIL_FIELDS:
        if getattr(desired.page, name) is not None and after is not None:
            values[name] = getattr(after.page, name)
    for change in plan.changes:
        if isinstance(change, Publish):
            values |= change.fields
        elif isinstance(change, EditDetails):
            values |= change.after
    if desired.page.images is not None:
        ids = tuple(image.id for image in live.page.images or ()) if live else ()
        by_id = images_by_live_id(desired.page.images, ids, desired.forms)
        values["images"] = tuple(image._replace(id=id_) for id_, image in by_id.items())
    return ModPage(**values)
