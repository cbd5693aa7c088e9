"""The page: images one by one, their order in one go, then the fields; read back at the end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.apply.writes import FileUpload, PageEdit, edit, upload
from factorio_release.errors import AlreadyThere, AnswerUnclear
from factorio_release.page.image_references import has_image_reference
from factorio_release.plan import AddImage, EditDetails, OrderImages, learn
from factorio_release.plan.decide import left_to_newer
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.apply.context import ApplyContext
    from factorio_release.live.models import LiveMod
    from factorio_release.mod_page import GalleryImage
    from factorio_release.plan import Change, FieldValue, Plan

ENCODED_ANEW: Final = (
    "the portal encodes images anew: it gave them another id than the SHA-1 of what was sent"
)
HIDDEN: Final = (
    "the portal says that it has {names} already, but shows it under no id that is known: it may encode "
    "images anew, or not show it yet. The gallery was left as it is; look at the mod's page"
)


def left_to_newer_now(context: ApplyContext) -> str:
    """Return why the page is left alone although the plan has it: another run released a higher version."""
    reasons: list[str] = []

    def has_newer(live: LiveMod | None) -> bool:
        reasons.append(left_to_newer(context.desired, live))
        return bool(reasons[-1])

    return reasons[-1] if context.confirmer.shows(has_newer) else ""


def sync_images(context: ApplyContext, plan: Plan) -> bool:
    """Add the images that are new and set the order; tell whether there was anything to do."""
    added = [change.image for change in plan.changes if isinstance(change, AddImage)]
    for image in added:
        _add(context, image)
    ordered = plan.of(OrderImages.kind)
    if context.outcome.hidden_images:
        # An order without an image would remove it.
        names = ", ".join(context.outcome.hidden_images)
        context.outcome.warnings.append(HIDDEN.format(names=names))
    elif ordered:
        _order(context)
    return bool(added or ordered)


def _add(context: ApplyContext, image: GalleryImage) -> None:
    """Upload an image and note the id that the portal gives it, or that the portal has it already."""
    content = context.images[image.id]
    given: list[str] = []
    refused: list[AlreadyThere] = []

    def finish(url: str, sent: Callable[[int, int], None]) -> None:
        try:
            given.append(context.writer.finish_image(url, content, image.content_type, sent))
        except AlreadyThere as refusal:
            refused.append(refusal)
            raise

    one = FileUpload(
        StepName.IMAGES,
        AddImage.kind,
        f"the image {image.name}",
        lambda retries: context.writer.init_image(context.mod, retries),
        finish,
        lambda live: image.id in _gallery(live),
    )
    try:
        upload(context, one, context.writer.retries())
    except AnswerUnclear:
        if not (refused and context.confirmer.shows(lambda live: live is not None)):
            raise  # nothing is known of the gallery
        context.outcome.hidden_images.append(image.name)
    if given and given[-1] != image.id:
        forms = context.outcome.forms
        context.outcome.forms = replace(forms, images={**forms.images, image.id: given[-1]})
        if ENCODED_ANEW not in context.outcome.warnings:
            context.outcome.warnings.append(ENCODED_ANEW)


def _order(context: ApplyContext) -> None:
    """Set the gallery in full from what is live now, so that an image added meanwhile is not lost."""
    one = PageEdit(
        StepName.IMAGES,
        "the order of the gallery",
        partial(_order_now, context),
        lambda order: context.writer.edit_images(context.mod, order),
        lambda live: live is not None and not context.page_plan(live).of(AddImage.kind, OrderImages.kind),
    )
    context.outcome.ordered |= edit(context, one)


def _order_now(context: ApplyContext) -> tuple[str, ...] | None:
    plan = _plan_with_gallery(context)
    missing = [change.image.name for change in plan.changes if isinstance(change, AddImage)]
    if missing:
        raise AnswerUnclear(
            f"the gallery does not show {', '.join(missing)} after the upload, so its order was not set",
            "run the same command again",
        )
    return next((change.after for change in plan.changes if isinstance(change, OrderImages)), None)


def _plan_with_gallery(context: ApplyContext) -> Plan:
    """Return what the page lacks once every image shows, or when it is time to go on without."""
    seen: list[Plan] = []

    def complete(live: LiveMod | None) -> bool:
        if live is None:
            return False
        seen.append(context.page_plan(live))
        return not seen[-1].of(AddImage.kind)

    context.confirmer.appears("every image", complete)
    return seen[-1] if seen else context.page_plan(None)


def _gallery(live: LiveMod | None) -> tuple[str, ...]:
    return tuple(image.id for image in live.page.images or ()) if live else ()


def sync_details(context: ApplyContext, plan: Plan) -> bool:
    """Send the fields that differ; tell whether there were any.

    A text that refers to gallery images gets their addresses from what is live by now; raises
    AnswerUnclear when the gallery does not show them.
    """
    edits = [change for change in plan.changes if isinstance(change, EditDetails)]
    for change in edits:
        _edit_fields(context, change)
    return bool(edits)


def _edit_fields(context: ApplyContext, change: EditDetails) -> None:
    sent: set[str] = set()

    def send(fields: Mapping[str, FieldValue]) -> None:
        sent.update(fields)
        context.writer.edit_details(context.mod, fields)

    one = PageEdit(
        StepName.DETAILS,
        f"the page's {', '.join(change.after)}",
        partial(_final, context, change),
        send,
        lambda live: live is not None and not context.page_plan(live).of(EditDetails.kind),
    )
    if edit(context, one):
        context.outcome.edited |= sent


def _final(context: ApplyContext, change: EditDetails) -> Mapping[str, FieldValue] | None:
    waiting = {
        name for name, value in change.after.items() if isinstance(value, str) and has_image_reference(value)
    }
    if not waiting:
        return change.after
    if context.outcome.hidden_images:
        return {name: value for name, value in change.after.items() if name not in waiting} or None
    now = _plan_with_gallery(context).changes
    values = next((dict(one.after) for one in now if isinstance(one, EditDetails)), {})
    if any(has_image_reference(str(values.get(name, ""))) for name in waiting):
        raise AnswerUnclear(
            f"the gallery does not show the images of the {' and '.join(sorted(waiting))}; nothing was sent",
            "run the same command again",
        )
    return values or None


def verify_page(context: ApplyContext, plan: Plan) -> None:
    """Read the page back; what the portal ignored or keeps in a form of its own is learnt, and a warning."""
    seen: list[Plan] = []

    def as_sent(live: LiveMod | None) -> bool:
        if live is None:
            return False
        seen.append(context.page_plan(live))
        return not seen[-1].changes

    if context.confirmer.appears("the page as it was sent", as_sent):
        return
    left = seen[-1] if seen else context.page_plan(None)
    done = _carried_out(plan, context)
    context.outcome.forms, notes = learn(context.outcome.forms, done, left, context.before)
    context.outcome.warnings.extend(notes)


def _carried_out(plan: Plan, context: ApplyContext) -> Plan:
    """Return the part of the plan that this run sent: a page that it did not write teaches nothing."""
    changes: list[Change] = []
    for change in plan.changes:
        if isinstance(change, EditDetails):
            after = {name: value for name, value in change.after.items() if name in context.outcome.edited}
            changes.append(replace(change, after=after))
        elif context.outcome.ordered or not isinstance(change, OrderImages):
            changes.append(change)
    return replace(plan, changes=tuple(changes))
