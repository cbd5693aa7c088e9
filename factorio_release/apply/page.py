"""The page: images one by one, their order in one request, then the fields; read back at the end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.apply.writes import FileUpload, FoundFile, HiddenFile, PageEdit, edit, upload
from factorio_release.errors import AnswerUnclear, ReleaseError, RunTimeOver
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
    """Return why the page is not touched although the plan has it; empty if it is.

    Another run may have released a higher version since the plan was made, and the page belongs to it.
    """
    return context.confirmer.find_now(partial(left_to_newer, context.desired)) or ""


def sync_images(context: ApplyContext, plan: Plan) -> bool:
    """Add the images that are new and set the order; return whether there was anything to do.

    An image is in the public gallery as soon as it is uploaded. Raises PortalRefused, PortalUnreachable or
    AnswerUnclear; images that were added before stay.
    """
    added = [change.image for change in plan.changes if isinstance(change, AddImage)]
    for image in added:
        _add(context, image)
        context.outcome.added.add(image.id)
    is_ordered = bool(plan.of(OrderImages.kind))
    if context.outcome.hidden_images:
        # `images/edit` deletes the ids that it does not name (documented), and these have no known id.
        names = ", ".join(context.outcome.hidden_images)
        context.outcome.warnings.append(HIDDEN.format(names=names))
    elif is_ordered:
        _order(context)
    return bool(added) or is_ordered


def _add(context: ApplyContext, image: GalleryImage) -> None:
    """Upload an image; record the id that the portal gives it, or that the portal has it already."""
    content = context.images[image.id]
    given_id = image.id

    def finish(url: str, sent: Callable[[int, int], None]) -> None:
        nonlocal given_id
        given_id = context.writer.finish_image(url, content, image.content_type, sent)

    def find(live: LiveMod | None) -> FoundFile | None:
        if image.id not in _gallery(live):
            return None
        # The id is the SHA-1 of the bytes (documented), so what has this id has this content.
        return FoundFile(is_same=True)

    file = FileUpload(
        StepName.IMAGES,
        AddImage.kind,
        f"the image {image.name}",
        image.id,
        lambda retries: context.writer.init_image(context.mod, retries),
        finish,
        find,
    )
    try:
        upload(context, file, context.writer.retries())
    except HiddenFile:
        if not context.confirmer.find_now(lambda live: live):
            raise  # nothing is known of the gallery
        context.outcome.hidden_images.append(image.name)
    except RunTimeOver:
        raise
    except ReleaseError as error:
        error.about(file.what)
        raise
    if given_id != image.id:
        forms = context.outcome.forms
        context.outcome.forms = forms._replace(images={**forms.images, image.id: given_id})
        if ENCODED_ANEW not in context.outcome.warnings:
            context.outcome.warnings.append(ENCODED_ANEW)


def _gallery(live: LiveMod | None) -> tuple[str, ...]:
    """Return the ids of the images that are live."""
    if live is None:
        return ()
    return tuple(image.id for image in live.page.images or ())


def _order(context: ApplyContext) -> None:
    """Set the whole gallery, made from what is live now, so that no image added meanwhile is lost."""

    def is_set(live: LiveMod | None) -> bool:
        if live is None:
            return False
        return not context.page_plan(live).of(AddImage.kind, OrderImages.kind)

    page_edit = PageEdit(
        StepName.IMAGES,
        "the order of the gallery",
        partial(_order_to_send, context),
        lambda order: context.writer.edit_images(context.mod, order),
        is_set,
    )
    if edit(context, page_edit):
        context.outcome.ordered = True


def _order_to_send(context: ApplyContext) -> tuple[str, ...] | None:
    """Return the ids of the whole gallery in order; None if it is in this order already.

    Raises AnswerUnclear if an image is missing, since an order without its id would delete it.
    """
    plan = _plan_with_gallery(context)
    missing = [change.image.name for change in plan.changes if isinstance(change, AddImage)]
    if missing:
        raise AnswerUnclear(
            f"the gallery does not show {', '.join(missing)} after the upload, so its order was not set",
            "run the same command again",
        )
    for change in plan.changes:
        if isinstance(change, OrderImages):
            return change.after
    return None


def _plan_with_gallery(context: ApplyContext) -> Plan:
    """Return what the page needs once every image shows, or when the time to wait for that is over."""

    def is_complete(plan: Plan) -> bool:
        return not plan.of(AddImage.kind)

    plan = context.confirmer.wait_for("every image", partial(_page_plan, context), is_complete)
    return plan or context.page_plan(None)


def _page_plan(context: ApplyContext, live: LiveMod | None) -> Plan | None:
    """Return what the page needs; None while the portal does not show the mod."""
    if live is None:
        return None
    return context.page_plan(live)


def sync_details(context: ApplyContext, plan: Plan) -> bool:
    """Send the fields that differ; return whether there were any.

    A text that refers to gallery images gets the addresses that are live now. Raises PortalRefused,
    PortalUnreachable or AnswerUnclear, also if the gallery does not show such an image.
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

    def is_set(live: LiveMod | None) -> bool:
        if live is None:
            return False
        return not context.page_plan(live).of(EditDetails.kind)

    page_edit = PageEdit(
        StepName.DETAILS,
        f"the page's {', '.join(change.after)}",
        partial(_fields_to_send, context, change),
        send,
        is_set,
    )
    if edit(context, page_edit):
        context.outcome.edited |= sent


def _fields_to_send(context: ApplyContext, change: EditDetails) -> Mapping[str, FieldValue] | None:
    """Return the fields with the addresses of gallery images put in; None if nothing is left to send."""
    waiting = [name for name, value in change.after.items() if _refers(value)]
    if not waiting:
        return change.after
    if context.outcome.hidden_images:
        # The address of a hidden image is not known, so texts that need one are left as they are.
        return {name: value for name, value in change.after.items() if name not in waiting} or None
    fields = _details_of(_plan_with_gallery(context))
    if any(_refers(fields.get(name)) for name in waiting):
        raise AnswerUnclear(
            f"the gallery does not show the images of the {' and '.join(sorted(waiting))}; nothing was sent",
            "run the same command again",
        )
    return fields or None


def _refers(value: FieldValue | None) -> bool:
    """Return whether a field is a text that refers to an image of the gallery."""
    return isinstance(value, str) and has_image_reference(value)


def _details_of(plan: Plan) -> dict[str, FieldValue]:
    """Return the fields that a plan sets."""
    for change in plan.changes:
        if isinstance(change, EditDetails):
            return dict(change.after)
    return {}


def verify_page(context: ApplyContext, plan: Plan) -> None:
    """Read the page back; what the portal ignored or keeps in a form of its own is a warning.

    What was learnt is put into the outcome, so that the next run does not send it again. Raises
    PortalUnreachable or AnswerUnclear if the page cannot be read.
    """

    def is_as_sent(plan: Plan) -> bool:
        return not plan.changes

    left = context.confirmer.wait_for(
        "the page as it was sent", partial(_page_plan, context), is_as_sent
    )
    if left is None:
        left = context.page_plan(None)
    if left.changes:
        sent = _sent_part(context, plan)
        context.outcome.forms, notes = learn(context.outcome.forms, sent, left, context.before)
        context.outcome.warnings.extend(notes)


def _sent_part(context: ApplyContext, plan: Plan) -> Plan:
    """Return the part of the plan that this run sent: nothing is learnt from what it did not write."""
    changes: list[Change] = []
    for change in plan.changes:
        if isinstance(change, EditDetails):
            edited = {
                name: value
                for name, value in change.after.items()
                if name in context.outcome.edited
            }
            changes.append(replace(change, after=edited))
        elif context.outcome.ordered or not isinstance(change, OrderImages):
            changes.append(change)
    return replace(plan, changes=tuple(changes))
