"""Decides what a run changes: compares what is desired with what is live."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.errors import PortalRefused, VersionTaken
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.live.normal_form import digest, digest_of_order, normal_form
from factorio_release.live.portal_forms import OwnForm, PortalForms
from factorio_release.mod_page import DETAIL_FIELDS, DOCUMENT_FIELDS, EMPTY_PAGE, PAGE_FIELDS
from factorio_release.page.image_references import has_image_reference, image_urls, with_image_urls
from factorio_release.plan.changes import (
    AddImage,
    AddRelease,
    EditDetails,
    OrderImages,
    Plan,
    Publish,
)
from factorio_release.plan.pins import newer_pin, with_live_pins, with_pins_of

if TYPE_CHECKING:
    from factorio_release.mod_page import GalleryImage, ModPage
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.parsers.version import Version
    from factorio_release.plan.changes import Change, FieldValue, PlannedPackage
    from factorio_release.plan.pins import ChangedSince, IsNewer


def _every_file_changed(_ref: str, _path: str) -> bool:
    return True


def _nothing_is_newer(_ref: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Desired:
    """What is to be public: the package (None in a run for the page alone) and the page.

    `page` has None for every field that is not declared. Its texts may have references to gallery images
    (`page.image_references`). `title` and `summary` are info.json's, which the portal takes over with a
    first release. `prune` removes live gallery images that are not desired; without `ordered` the order of
    the images does not matter. `version` is info.json's, also where there is no package. `sync_older`
    changes the page also where the portal has a higher version. `newer` is a higher version that the same run
    releases: the page is left to it. `skip_existing` leaves a version alone that is public with other
    content. Without `publish_new` a mod that the portal does not have is not published; a version that
    `waits` is not released, because its changelog section is still open. `forms` is what earlier runs
    learnt of the values that the portal stores. `source` is what the texts' links are pinned to,
    `changed` compares a file of the repository with an earlier tag or commit, and `is_newer` says whether a
    tag or commit is later than what is checked out. `public_content` says what is known of a public
    zip with another SHA-1: how it holds the same files, where `forms` have its SHA-1, else what differs;
    `differs` says that files of the package are not those of the release's tag or commit.
    """

    mod: str
    package: PlannedPackage | None
    page: ModPage
    title: str = ""
    summary: str = ""
    prune: bool = False
    ordered: bool = True
    version: Version | None = None
    sync_older: bool = False
    newer: Version | None = None
    skip_existing: bool = False
    publish_new: bool = True
    waits: bool = False
    forms: PortalForms = field(default_factory=PortalForms)
    source: SourceUrls | None = None
    changed: ChangedSince = _every_file_changed
    is_newer: IsNewer = _nothing_is_newer
    public_content: str = ""
    differs: bool = False


def make_plan(desired: Desired, live: LiveMod | None) -> Plan:
    """Return the changes that turn what is live (None: no such mod) into what is desired.

    Raises VersionTaken when the version is public with another SHA-1 and that is not skipped, PortalRefused
    when only the page of a mod that does not exist is desired, and AnswerUnclear when the portal's address
    of a gallery image cannot be put into a text.
    """
    notices: list[str] = []
    changes: list[Change] = []
    facts: list[str] = []
    release = _release(desired, live, notices, facts)
    if release:
        changes.append(release)
    elif live is None:
        # Without the mod there is no page either.
        return Plan(desired.mod, facts=tuple(facts), later=_how_later(desired, live))
    page_notices: list[str] = []
    page_changes = _page_changes(desired, _page_after(release, desired, live), live, page_notices)
    older = left_to_newer(desired, live)
    if not older:
        changes += page_changes
        notices += page_notices
    elif page_changes:
        notices.append(older)
    return Plan(
        desired.mod,
        tuple(changes),
        tuple(notices),
        tuple(facts),
        is_other_content=_is_other_content(desired, live),
        later=_how_later(desired, live),
    )


def live_after(desired: Desired, plan: Plan, live: LiveMod | None) -> LiveMod | None:
    """Return what is live once a plan's release is public; its changes of the page are not in it."""
    for change in plan.changes:
        if isinstance(change, Publish | AddRelease):
            release = LiveRelease(change.package.version, change.package.sha1)
            before = live.releases if live else ()
            return LiveMod(desired.mod, _page_after(change, desired, live), (*before, release))
    return live


def left_to_newer(desired: Desired, live: LiveMod | None) -> str:
    """Return why the page is not touched: it belongs to a newer state. Empty when it is to be synced.

    An older version has older texts: the job of an old tag runs again, or an older track gets a release. So
    has an older commit of the same version: yesterday's job runs again.
    """
    if desired.newer:
        return f"the page is left to {desired.newer}, which the same run releases"
    highest = live.highest if live else None
    if desired.sync_older or live is None or highest is None or desired.version is None:
        return ""
    reason = ""
    if highest > desired.version:
        reason = f"the portal has {highest}, which is higher than {desired.version}"
    elif desired.source:
        pin = newer_pin(live.page, desired.source, desired.is_newer)
        if pin:
            reason = f"it was made from {pin}, which is newer than what is checked out"
    if not reason:
        return ""
    return f"the page is left as it is: {reason}; add `sync-older: true` to sync the page anyway"


def version_taken(
    mod: str, package: PlannedPackage, live_sha1: str, known: str = "", *, differs: bool = False
) -> VersionTaken:
    """Return the error for a version that is public with another SHA-1.

    `known` is what is known of the public zip; `differs` is true where the files are known to have changed.
    """
    message = (
        f"{mod} {package.version} is on the portal already with another SHA-1 "
        f"({live_sha1} there, {package.sha1} here)"
    )
    if known:
        message += f"; {known}"
    hint = "a version is never used twice: the changes need a new one"
    if not differs:
        hint += (
            "; if the public zip has the same files, it was built or repacked differently and nothing is "
            "left to do"
        )
    return VersionTaken(message, hint)


def _release(
    desired: Desired, live: LiveMod | None, notices: list[str], facts: list[str]
) -> Publish | AddRelease | None:
    """Return the change that makes the package public; None when it is public, or not to be made so."""
    package = desired.package
    public = live.release(package.number) if live and package else None
    if package is None:
        if live is None:
            facts += _no_page(desired)
        return None
    if public is None:
        if reason := _why_not_released(desired, live, package):
            facts.append(reason)
            return None
        if live is None:
            return Publish(package, _fields_with_first_zip(desired.page))
        return AddRelease(package, before=str(live.highest or ""))
    if not public.sha1:
        notices.append(
            f"{package.version} is on the portal, which does not give its SHA-1: "
            "whether it has the content of this package is not known"
        )
    elif _is_other_content(desired, live):
        if not desired.skip_existing:
            raise version_taken(
                desired.mod,
                package,
                public.sha1,
                desired.public_content,
                differs=desired.differs,
            )
        facts.append(f"{package.version} is out; the changes since then go into the next version")
    elif desired.public_content:
        facts.append(desired.public_content)
    return None


def _why_not_released(desired: Desired, live: LiveMod | None, package: PlannedPackage) -> str:
    """Return why a version that is not public stays so; empty where it is to be released."""
    if live is None and not desired.publish_new:
        return f"{desired.mod} is not on the portal yet, and this event does not publish a new mod"
    if desired.waits:
        return f"{package.version} is not released yet: the changelog is still open"
    return ""


def _how_later(desired: Desired, live: LiveMod | None) -> str:
    """Return how a version is released that this run leaves for later; empty where it leaves none."""
    package = desired.package
    if package is None or (live and live.release(package.number)):
        return ""
    steps = []
    if desired.waits:
        steps.append(f"date its section with `factorio-release bump {package.version} --date`")
    if live is None and not desired.publish_new:
        steps.append("push a tag, start the job by hand, or add `first-publish: true`")
    return f"to release {package.version}, {', and '.join(steps)}" if steps else ""


def _no_page(desired: Desired) -> list[str]:
    """Return what is said of the page of a mod that is not there. Raises PortalRefused if that is wrong."""
    message = f"the portal has no mod {desired.mod}, so it has no page either"
    if desired.skip_existing:
        return [message]
    hint = "publish the mod first, with `factorio-release release`"
    raise PortalRefused(message, hint, code="UnknownMod")


def _is_other_content(desired: Desired, live: LiveMod | None) -> bool:
    """Return whether the version is public with another SHA-1 than the package has."""
    package = desired.package
    public = live.release(package.number) if live and package else None
    if package is None or public is None or not public.sha1:
        return False
    # A portal that repacks zips shows another SHA-1 than was sent. An earlier run has learnt which.
    return public.sha1 not in {package.sha1, desired.forms.packages.get(package.sha1)}


def _fields_with_first_zip(page: ModPage) -> dict[str, FieldValue]:
    """Return the fields that are sent with the zip of a new mod.

    A text that refers to gallery images is sent afterwards: a mod that does not exist has no gallery.
    """
    fields: dict[str, FieldValue] = {}
    for one in PAGE_FIELDS.values():
        value = getattr(page, one.name)
        if not one.with_first_zip or not value:
            continue
        if isinstance(value, str) and has_image_reference(value):
            continue
        fields[one.name] = value
    return fields


def _page_after(
    release: Publish | AddRelease | None, desired: Desired, live: LiveMod | None
) -> ModPage:
    """Return the live page as it is once the release is public: of a new mod, what its zip brings along."""
    if live is not None:
        return live.page
    page = EMPTY_PAGE._replace(title=desired.title, summary=desired.summary)
    if isinstance(release, Publish):
        sent: dict[str, Any] = dict(release.fields)
        page = page._replace(**sent)
    return page


def _page_changes(
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
    images = _by_live_id(desired.page.images, live, desired.forms)
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


def _by_live_id(
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
