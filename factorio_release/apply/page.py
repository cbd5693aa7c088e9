"""The page: images one by one, their order in one go, then the fields; read back at the end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.apply.writes import Edit, Upload, edit, upload
from factorio_release.errors import AnswerUnclear, PortalRefused
from factorio_release.page.gallery import refers_to_gallery
from factorio_release.plan import AddImage, EditDetails, OrderImages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    given: list[str] = []

    def finish(url: str, sent: Callable[[int, int], None]) -> None:
        given.append(side.writer.finish_image(url, content, image.content_type, sent))

    one = Upload(
        "images",
        AddImage.kind,
        f"the image {image.name}",
        lambda retries: side.writer.init_image(side.mod, retries),
        finish,
        lambda live: image.id in _gallery(live),
    )
    upload(side, one, side.writer.retries())
    if given and given[-1] != image.id:
        raise PortalRefused(
            f"{image.name}: the portal gave the image the id {given[-1]}, its SHA-1 is {image.id}",
            "the order of the gallery was not touched; look at the mod's page",
        )


def _order(side: PortalSide) -> None:
    """Set the gallery in full from what is live now, so that an image added meanwhile is not lost."""
    one = Edit(
        "images",
        "the order of the gallery",
        partial(_order_now, side),
        lambda order: side.writer.edit_images(side.mod, order),
        lambda live: live is not None and not side.page_plan(live).of(AddImage.kind, OrderImages.kind),
    )
    edit(side, one)


def _order_now(side: PortalSide) -> tuple[str, ...] | None:
    plan = _plan_with_gallery(side)
    missing = [change.image.name for change in plan.changes if isinstance(change, AddImage)]
    if missing:
        raise AnswerUnclear(
            f"the gallery does not show {', '.join(missing)} after the upload, so its order was not set",
            "run the same command again",
        )
    return next((change.after for change in plan.changes if isinstance(change, OrderImages)), None)


def _plan_with_gallery(side: PortalSide) -> Plan:
    """Return what the page lacks once every image shows, or when it is time to go on without."""
    seen: list[Plan] = []

    def complete(live: LiveMod | None) -> bool:
        if live is None:
            return False
        seen.append(side.page_plan(live))
        return not seen[-1].of(AddImage.kind)

    side.confirmer.appears("every image", complete)
    return seen[-1] if seen else side.page_plan(None)


def _gallery(live: LiveMod | None) -> tuple[str, ...]:
    return tuple(image.id for image in live.page.images or ()) if live else ()


def sync_details(side: PortalSide, plan: Plan) -> bool:
    """Send the fields that differ; tell whether there were any.

    A text that refers to gallery images gets their addresses from what is live by now; raises
    AnswerUnclear when the gallery does not show them.
    """
    edits = [change for change in plan.changes if isinstance(change, EditDetails)]
    for change in edits:
        one = Edit(
            "details",
            f"the page's {', '.join(change.after)}",
            partial(_final, side, change),
            lambda fields: side.writer.edit_details(side.mod, fields),
            lambda live: live is not None and not side.page_plan(live).of(EditDetails.kind),
        )
        edit(side, one)
    return bool(edits)


def _final(side: PortalSide, change: EditDetails) -> Mapping[str, FieldValue] | None:
    waiting = {
        name for name, value in change.after.items() if isinstance(value, str) and refers_to_gallery(value)
    }
    if not waiting:
        return change.after
    now = _plan_with_gallery(side).changes
    values = next((dict(one.after) for one in now if isinstance(one, EditDetails)), {})
    if any(refers_to_gallery(str(values.get(name, ""))) for name in waiting):
        raise AnswerUnclear(
            f"the gallery does not show the images of the {' and '.join(sorted(waiting))}; nothing was sent",
            "run the same command again",
        )
    return values or None


def verify_page(side: PortalSide) -> None:
    """Read the page back; what the portal ignored or changed is a warning that names the field."""
    if side.confirmer.appears(
        "the page as it was sent",
        lambda live: live is not None and not side.page_plan(live).changes,
        within=SHOWS_WITHIN,
    ):
        return
    for change in side.page_plan(side.confirmer.fetch()).changes:
        if isinstance(change, EditDetails):
            side.outcome.warnings.extend(
                f"the portal did not take {name} as it was sent; look at the mod's page"
                for name in change.after
            )
        else:
            side.outcome.warnings.append("the gallery is not what was sent; look at the mod's page")
