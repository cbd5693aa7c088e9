"""Decides what a run changes of a mod's page: its fields, its texts and its gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.live.normal_form import digest, digest_of_order, normal_form
from factorio_release.live.portal_forms import OwnForm
from factorio_release.mod_page import DETAIL_FIELDS, DOCUMENT_FIELDS, GalleryImage
from factorio_release.page.image_references import image_urls, with_image_urls
from factorio_release.plan.changes import AddImage, EditDetails, Gallery, OrderImages
from factorio_release.plan.pins import with_live_pins, with_pins_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.live.models import LiveMod
    from factorio_release.live.portal_forms import PortalForms
    from factorio_release.mod_page import ModPage
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.plan.changes import Change, FieldValue
    from factorio_release.plan.desired import Desired


def page_changes(
    desired: Desired, base: ModPage, live: LiveMod | None, notices: list[str]
) -> list[Change]:
    """Return the changes that turn the page `base` into the desired one; notices for the user are added."""
    changes: list[Change] = _gallery_changes(desired, base, notices)
    page = _with_image_urls(desired, base)
    if live is not None and desired.source is not None:
        page = with_live_pins(page, base, desired.source, desired.changed)
    details = _details(page, base, desired.forms, notices)
    if details:
        changes.append(_with_repinned(details, desired.source))
    return changes


def _with_repinned(details: EditDetails, source: SourceUrls | None) -> EditDetails:
    """Return the edit with the live texts under today's pins, for people to compare with."""
    if source is None:
        return details
    texts = {name: details.before[name] for name in DOCUMENT_FIELDS if name in details.before}
    repinned = {
        name: with_pins_of(source, text) for name, text in texts.items() if isinstance(text, str)
    }
    return EditDetails(details.before, details.after, repinned)


def _with_image_urls(desired: Desired, base: ModPage) -> ModPage:
    """Return the desired page with the addresses of live gallery images in the texts that refer to them."""
    urls = image_urls(base.images or (), desired.forms.images)
    texts: dict[str, Any] = {}
    for name in DOCUMENT_FIELDS:
        text = getattr(desired.page, name)
        if text:
            texts[name] = with_image_urls(text, urls)
    return desired.page._replace(**texts)


def _details(
    page: ModPage, base: ModPage, forms: PortalForms, notices: list[str]
) -> EditDetails | None:
    """Return the edit of the declared fields that differ, in their normal forms; None when none does."""
    before: dict[str, FieldValue] = {}
    after: dict[str, FieldValue] = {}
    for name in DETAIL_FIELDS:
        value = getattr(page, name)
        shown = getattr(base, name)
        if value is None or normal_form(name, value) == normal_form(name, shown):
            continue
        learnt = forms.fields.get(name)
        if learnt and learnt.sent == digest(name, value) and learnt.shown == digest(name, shown):
            # An earlier run sent this value, and the portal shows this one for it. Sending it again would
            # change nothing, in every run.
            if learnt.ignored:
                notices.append(
                    f"the portal ignored {name} in an earlier run, so it is not sent again; "
                    "set it on the mod's edit page"
                )
            continue
        if name == "tags" and not value:
            # Observed: an edit without tags leaves them as they are, and an empty tag is refused.
            notices.append(
                f"the tags {', '.join(shown)} stay: the portal's API cannot remove the last tag; "
                "clear them on the mod's edit page"
            )
            continue
        before[name] = shown
        after[name] = value
    if not after:
        return None
    return EditDetails(before, after)


def _gallery_changes(desired: Desired, base: ModPage, notices: list[str]) -> list[Change]:
    """Return the images to add, and the order of the gallery where it is not the desired one."""
    if desired.page.images is None:
        return []
    live = tuple(image.id for image in base.images or ())
    images = images_by_live_id(desired.page.images, live, desired.forms)
    new = {id_: image for id_, image in images.items() if id_ not in live}
    changes: list[Change] = [AddImage(image) for image in new.values()]
    if not desired.ordered:
        return changes
    kept = [] if desired.prune else [id_ for id_ in live if id_ not in images]
    if kept:
        counted = "1 gallery image" if len(kept) == 1 else f"{len(kept)} gallery images"
        notices.append(
            f"{counted} on the portal that the repository does not have: kept; "
            "`prune-images: true` removes them"
        )
    order = (*images, *kept)
    order_after_adding = (*live, *new)
    if order != order_after_adding and not _is_order_of_portal(desired.forms, order, live):
        urls = {image.id: image.url for image in base.images or ()}
        changes.append(OrderImages(live, order, urls))
    return changes


def gallery_shown(desired: Desired, base: ModPage, changes: Iterable[Change]) -> Gallery | None:
    """Return the gallery before and after the changes; None where none of them is about it."""
    before = base.images or ()
    ids = tuple(image.id for image in before)
    names = {
        id_: image.name
        for id_, image in images_by_live_id(desired.page.images or (), ids, desired.forms).items()
    }
    shown = {image.id: image._replace(name=names.get(image.id, "")) for image in before}
    order: tuple[str, ...] | None = None
    added: list[str] = []
    for change in changes:
        if isinstance(change, AddImage):
            url = desired.pictures.get(change.image.id, "")
            shown[change.image.id] = GalleryImage(change.image.id, change.image.name, url=url)
            added.append(change.image.id)
        elif isinstance(change, OrderImages):
            order = change.after
    if order is None and not added:
        return None
    after = order if order is not None else (*ids, *added)
    return Gallery(tuple(shown[id_] for id_ in ids), tuple(shown[id_] for id_ in after))


def images_by_live_id(
    images: tuple[GalleryImage, ...], live: tuple[str, ...], forms: PortalForms
) -> dict[str, GalleryImage]:
    """Return desired images by the id that the portal has them under.

    That is the SHA-1 of the file, unless the portal encoded the image anew and an earlier run learnt its id.
    """
    by_id: dict[str, GalleryImage] = {}
    for image in images:
        id_ = forms.images.get(image.id, image.id)
        if (
            id_ not in live
        ):  # it was removed meanwhile: the file is uploaded again, under its own SHA-1
            id_ = image.id
        by_id[id_] = image
    return by_id


def _is_order_of_portal(forms: PortalForms, order: tuple[str, ...], live: tuple[str, ...]) -> bool:
    """Return whether an earlier run set this order and the portal made the live one of it."""
    return forms.gallery == OwnForm(digest_of_order(order), digest_of_order(live))
