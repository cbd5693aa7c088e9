"""What a page that was read back teaches of the portal's own forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factorio_release.live.normal_form import digest, digest_of_order
from factorio_release.live.portal_forms import OwnForm
from factorio_release.plan.changes import AddImage, EditDetails, OrderImages
from factorio_release.plan.decide import EMPTY_PAGE

if TYPE_CHECKING:
    from factorio_release.live.models import LiveMod
    from factorio_release.live.portal_forms import PortalForms
    from factorio_release.mod_page import ModPage
    from factorio_release.plan.changes import Plan

OWN_FORM = "the portal took {name} but keeps it in a form of its own; look at the mod's page"
IGNORED = "the portal took {name} but shows it as it was before; look at the mod's page"
MEANWHILE = "{name} is not as declared, though this run did not edit it; run the same command again"
GALLERY = "the portal took the gallery's images but keeps them in an order of its own"


def learn(
    forms: PortalForms, sent: Plan, left: Plan, before: LiveMod | None
) -> tuple[PortalForms, tuple[str, ...]]:
    """Return what is known now, and what the user should be told.

    `sent` was carried out, each of its changes accepted; `left` is what a comparison still finds after
    the portal had its time to show them, and `before` the mod as it was.
    """
    notes: list[str] = []
    page = before.page if before else EMPTY_PAGE
    edited = {name for change in sent.changes if isinstance(change, EditDetails) for name in change.after}
    adds = bool(left.of(AddImage.kind))
    for change in left.changes:
        if isinstance(change, EditDetails):
            for name in change.after:
                if name not in edited:
                    notes.append(MEANWHILE.format(name=name))
                    continue
                form = _own_form(change, name, page)
                forms = replace(forms, fields={**forms.fields, name: form})
                notes.append((IGNORED if form.ignored else OWN_FORM).format(name=name))
        elif isinstance(change, OrderImages) and sent.of(OrderImages.kind) and not adds:
            order = OwnForm(digest_of_order(change.after), digest_of_order(change.before))
            forms = replace(forms, gallery=order)
            notes.append(GALLERY)
    if adds or (left.of(OrderImages.kind) and not sent.of(OrderImages.kind)):
        notes.append(MEANWHILE.format(name="the gallery"))
    return forms, tuple(notes)


def _own_form(left: EditDetails, name: str, before: ModPage) -> OwnForm:
    shown = digest(name, left.before[name])
    return OwnForm(
        digest(name, left.after[name]), shown, ignored=shown == digest(name, getattr(before, name))
    )
