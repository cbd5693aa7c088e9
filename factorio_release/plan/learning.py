"""What a run learns from the page that it reads back: the portal's own forms of the values that were sent.

The portal may store a value in another form than it was sent, or ignore it. The next run must know that: else
it would see a difference, and send the same value again.
"""

from __future__ import annotations

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

    `sent` has the changes that this run sent and the portal accepted. `left` is a new plan, made from the
    page as it was read back, so it has what still differs: `before` is what the portal shows, `after` what
    is declared. The caller has waited long enough for accepted changes to show. `before` is the mod before
    the run, None if it was new.
    """
    page_before = before.page if before else EMPTY_PAGE
    forms, field_warnings = _learn_fields(forms, sent, left, page_before)
    forms, gallery_warnings = _learn_order(forms, sent, left)
    return forms, (*field_warnings, *gallery_warnings)


def _learn_fields(
    forms: PortalForms, sent: Plan, left: Plan, page_before: ModPage
) -> tuple[PortalForms, list[str]]:
    """Learn the form of each field that was sent and still differs."""
    edited: set[str] = set()
    for change in sent.changes:
        if isinstance(change, EditDetails):
            edited.update(change.after)
    warnings: list[str] = []
    for change in left.changes:
        if not isinstance(change, EditDetails):
            continue
        for name in change.after:
            if name not in edited:
                warnings.append(MEANWHILE.format(name=name))
                continue
            form = _form_of(change, name, page_before)
            forms = forms._replace(fields={**forms.fields, name: form})
            if form.ignored:
                warnings.append(IGNORED.format(name=name))
            else:
                warnings.append(OWN_FORM.format(name=name))
    return forms, warnings


def _form_of(left: EditDetails, name: str, page_before: ModPage) -> OwnForm:
    """Return the digests of what was sent for a field and of what the portal shows for it.

    The portal ignored the field if it shows the same as before the run.
    """
    shown = digest(name, left.before[name])
    shown_before = digest(name, getattr(page_before, name))
    return OwnForm(digest(name, left.after[name]), shown, ignored=shown == shown_before)


def _learn_order(forms: PortalForms, sent: Plan, left: Plan) -> tuple[PortalForms, list[str]]:
    """Learn the order of the gallery if one was sent and another is shown.

    If an image is missing, another order is no form of the portal's: not all images were there to be ordered.
    """
    if left.of(AddImage.kind):
        return forms, [MEANWHILE.format(name="the gallery")]
    orders = [change for change in left.changes if isinstance(change, OrderImages)]
    if not orders:
        return forms, []
    if not sent.of(OrderImages.kind):
        return forms, [MEANWHILE.format(name="the gallery")]
    (order,) = orders
    learnt = OwnForm(digest_of_order(order.after), digest_of_order(order.before))
    return forms._replace(gallery=learnt), [GALLERY]
