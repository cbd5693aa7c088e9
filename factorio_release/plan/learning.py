"""What a page that was read back shows of the forms in which the portal stores values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factorio_release.live.normal_form import digest, digest_of_order
from factorio_release.live.portal_forms import OwnForm
from factorio_release.mod_page import EMPTY_PAGE
from factorio_release.plan.changes import AddImage, EditDetails, OrderImages

if TYPE_CHECKING:
    from factorio_release.live.models import LiveMod
    from factorio_release.live.portal_forms import PortalForms
    from factorio_release.mod_page import ModPage
    from factorio_release.plan.changes import Plan

OWN_FORM = "the portal took {name} but stores it in a form of its own; look at the mod's page"
IGNORED = "the portal took {name} but shows it as it was before; look at the mod's page"
MEANWHILE = "{name} is not as declared, though this run did not edit it; run the same command again"
GALLERY = "the portal took the gallery's images but keeps them in an order of its own"


def learn(
    forms: PortalForms, sent: Plan, left: Plan, before: LiveMod | None
) -> tuple[PortalForms, tuple[str, ...]]:
    """Return `forms` with what this run adds to them, and warnings for the user.

    `sent` was executed, and the portal accepted each of its changes. `left` is the plan from the page as
    it was read back, after the portal had its time to show them. `before` is the mod before the run.
    """
    warnings: list[str] = []
    page_before = before.page if before else EMPTY_PAGE
    edited: set[str] = set()
    for change in sent.changes:
        if isinstance(change, EditDetails):
            edited.update(change.after)
    for change in left.changes:
        if isinstance(change, EditDetails):
            for name in change.after:
                if name not in edited:
                    warnings.append(MEANWHILE.format(name=name))
                    continue
                form = _form_of(change, name, page_before)
                forms = replace(forms, fields={**forms.fields, name: form})
                if form.ignored:
                    warnings.append(IGNORED.format(name=name))
                else:
                    warnings.append(OWN_FORM.format(name=name))
    images_missing = bool(left.of(AddImage.kind))
    order_sent = bool(sent.of(OrderImages.kind))
    order_left = [change for change in left.changes if isinstance(change, OrderImages)]
    # An order is the portal's own only if all images were there to be ordered.
    if order_sent and not images_missing:
        for change in order_left:
            order = OwnForm(digest_of_order(change.after), digest_of_order(change.before))
            forms = replace(forms, gallery=order)
            warnings.append(GALLERY)
    if images_missing or (order_left and not order_sent):
        warnings.append(MEANWHILE.format(name="the gallery"))
    return forms, tuple(warnings)


def _form_of(left: EditDetails, name: str, page_before: ModPage) -> OwnForm:
    """Return what was sent for a field and what the portal shows for it."""
    shown = digest(name, left.before[name])
    shown_before = digest(name, getattr(page_before, name))
    return OwnForm(digest(name, left.after[name]), shown, ignored=shown == shown_before)
