"""The page: images one by one, their order in one go, then the fields; read back at the end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.errors import AnswerUnclear, PortalRefused
from factorio_release.page.gallery import refers_to_gallery
from factorio_release.plan import AddImage, EditDetails, OrderImages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.apply.portal_side import PortalSide
    from factorio_release.mod_page import GalleryImage
    from factorio_release.plan import FieldValue, Plan
    from factorio_release.portal.models import LiveMod

SHOWS_WITHIN: Final = 15.0


def sync_images(side: PortalSide, plan: Plan) -> bool:
    """Add the images that are new and set the order; tell whether there was anything to do."""
    added = [change.image for change in plan.changes if isinstance(change, AddImage)]
    for image in added:
        _add(side, image)
    ordered = plan.of(OrderImages.kind)
    if ordered:
        _order(side)
    return bool(added or ordered)


def _add(side: PortalSide, image: GalleryImage) -> None:
    content = side.images[image.id]

    def write() -> None:
        given = side.writer.finish_image(side.writer.init_image(side.mod), content, image.content_type)
        if given != image.id:
            raise PortalRefused(
                f"{image.name}: the portal gave the image the id {given}, its SHA-1 is {image.id}",
                "the order of the gallery was not touched; look at the mod's page",
            )

    side.outcome.page |= side.settler.settle(write, lambda live: image.id in _gallery(live))


def _order(side: PortalSide) -> None:
    """Set the gallery in full from what is live now, so that an image added meanwhile is not lost."""
    plan = _plan_with_gallery(side)
    missing = [change.image.name for change in plan.changes if isinstance(change, AddImage)]
    if missing:
        raise AnswerUnclear(
            f"the gallery does not show {', '.join(missing)} after the upload, so its order was not set",
            "run the same command again",
        )
    for change in plan.changes:
        if isinstance(change, OrderImages):
            write = partial(side.writer.edit_images, side.mod, change.after)
            side.outcome.page |= side.settler.settle(write, partial(_in_order, change.after))


def _plan_with_gallery(side: PortalSide) -> Plan:
    """Return what the page lacks once every image shows, or when it is time to go on without."""
    seen: list[Plan] = []

    def complete(live: LiveMod | None) -> bool:
        if live is None:
            return False
        seen.append(side.page_plan(live))
        return not seen[-1].of(AddImage.kind)

    side.settler.appears(complete, SHOWS_WITHIN)
    return seen[-1] if seen else side.page_plan(side.settler.look())


def _in_order(order: tuple[str, ...], live: LiveMod | None) -> bool:
    return _gallery(live) == order


def _gallery(live: LiveMod | None) -> tuple[str, ...]:
    return tuple(image.id for image in live.page.images or ()) if live else ()


def sync_details(side: PortalSide, plan: Plan) -> bool:
    """Send the fields that differ; tell whether there were any.

    A text that refers to gallery images gets their addresses from what is live by now; raises
    AnswerUnclear when the gallery does not show them.
    """
    edits = [change for change in plan.changes if isinstance(change, EditDetails)]
    for edit in edits:
        side.outcome.page |= side.settler.settle(
            partial(side.writer.edit_details, side.mod, _final(side, edit)),
            lambda live: live is not None and not side.page_plan(live).of(EditDetails.kind),
        )
    return bool(edits)


def _final(side: PortalSide, edit: EditDetails) -> Mapping[str, FieldValue]:
    waiting = {
        name for name, value in edit.after.items() if isinstance(value, str) and refers_to_gallery(value)
    }
    if not waiting:
        return edit.after
    now = _plan_with_gallery(side).changes
    values = next((dict(change.after) for change in now if isinstance(change, EditDetails)), {})
    if any(refers_to_gallery(str(values.get(name, ""))) for name in waiting):
        raise AnswerUnclear(
            f"the gallery does not show the images of the {' and '.join(sorted(waiting))}; nothing was sent",
            "run the same command again",
        )
    return values


def verify_page(side: PortalSide) -> None:
    """Read the page back; what the portal ignored or changed is a warning that names the field."""
    if side.settler.appears(lambda live: live is not None and not side.page_plan(live).changes, SHOWS_WITHIN):
        return
    for change in side.page_plan(side.settler.look()).changes:
        if isinstance(change, EditDetails):
            side.outcome.warnings.extend(
                f"the portal did not take {name} as it was sent; look at the mod's page"
                for name in change.after
            )
        else:
            side.outcome.warnings.append("the gallery is not what was sent; look at the mod's page")
