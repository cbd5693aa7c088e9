"""Compares what is wanted with what is live, and says what to change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from factorio_release.errors import PortalRefused, VersionTaken
from factorio_release.live.normal_form import digest, digest_of_order, normal_form
from factorio_release.live.portal_forms import OwnForm, PortalForms
from factorio_release.mod_page import DETAIL_FIELDS, ModPage
from factorio_release.page.gallery import image_urls, refers_to_gallery, with_image_urls
from factorio_release.plan.changes import (
    AddImage,
    AddRelease,
    EditDetails,
    OrderImages,
    Plan,
    Publish,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.version import Version
    from factorio_release.plan.changes import (
        Change,
        FieldValue,
        PlannedPackage,
    )

# Documented: these four, and no others, may travel with the zip of a new mod.
WITH_FIRST_ZIP: Final = ("description", "category", "license", "source_url")
EMPTY_PAGE: Final = ModPage(
    title="",
    summary="",
    description="",
    faq="",
    category="",
    tags=(),
    license="",
    homepage="",
    source_url="",
    deprecated=False,
    images=(),
)


@dataclass(frozen=True, slots=True)
class Desired:
    """What the repository says: the package to be public (None for the page alone) and the page.

    `page` has None for every field that is not declared. Its texts may refer to gallery images whose
    address only the portal knows (`page.gallery.image_reference`). `title` and `summary` are
    info.json's, which a first publish takes over. `prune` removes gallery images that are not wanted;
    without `ordered` the images need only be there, in any order. `version` is info.json's, also where
    there is no package; `sync_older` syncs the page also where the portal has a higher one. `forms` is
    what the portal is known to make of what it is sent.
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
    forms: PortalForms = field(default_factory=PortalForms)


def make_plan(desired: Desired, live: LiveMod | None) -> Plan:
    """Return the changes that make the portal what the repository says; nothing else decides.

    Raises VersionTaken when the version is public with another SHA-1, and PortalRefused when only
    the page is wanted of a mod that does not exist.
    """
    notices: list[str] = []
    release = _release(desired, live, notices)
    if live is not None:
        base = live.page
    else:
        base = replace(EMPTY_PAGE, title=desired.title, summary=desired.summary)
        if isinstance(release, Publish):
            sent: dict[str, Any] = dict(release.fields)
            base = replace(base, **sent)
    page, page_notices = _page(desired, base)
    left_alone = left_to_newer(desired, live)
    if left_alone:
        page_notices = [left_alone] if page else []
        page = []
    changes = [release, *page] if release else page
    return Plan(desired.mod, tuple(changes), (*notices, *page_notices))


def _page(desired: Desired, base: ModPage) -> tuple[list[Change], list[str]]:
    """Return what `base` lacks, and what the user should know of it."""
    notices: list[str] = []
    changes: list[Change] = list(_images(desired, base, notices))
    details = _details(_with_addresses(desired, base), base, desired.forms, notices)
    if details:
        changes.append(details)
    return changes, notices


def left_to_newer(desired: Desired, live: LiveMod | None) -> str:
    """Return why the page is left alone: it belongs to the highest version; empty when that is this one.

    An older version has older texts: a tag that is run again, or a release of an older track.
    """
    highest = live.highest if live else None
    if desired.sync_older or highest is None or desired.version is None or highest <= desired.version:
        return ""
    return (
        f"the page is left as it is: the portal has {highest}, which is higher than {desired.version}; "
        "`sync-older: true` syncs the page all the same"
    )


def _release(desired: Desired, live: LiveMod | None, notices: list[str]) -> Publish | AddRelease | None:
    package = desired.package
    if package is None:
        if live is None:
            raise PortalRefused(
                f"the portal has no mod {desired.mod}, so it has no page either",
                "publish the mod first, with `factorio-release release`",
                code="UnknownMod",
            )
        return None
    if live is None:
        declared = {name: getattr(desired.page, name) for name in WITH_FIRST_ZIP}
        return Publish(
            package, {name: value for name, value in declared.items() if value and not _refers(value)}
        )
    there = live.release(package.number)
    if there is None:
        return AddRelease(package, before=str(live.highest or ""))
    if not there.sha1:
        notices.append(
            f"{package.version} is on the portal, which does not give its SHA-1: "
            "whether it has the content of this package is not known"
        )
    elif there.sha1 not in {package.sha1, desired.forms.packages.get(package.sha1)}:
        raise version_taken(desired.mod, package, there.sha1)
    return None


def version_taken(mod: str, package: PlannedPackage, live_sha1: str) -> VersionTaken:
    """Return the error for a version that is public with another SHA-1."""
    return VersionTaken(
        f"{mod} {package.version} is on the portal already with another SHA-1 "
        f"({live_sha1} there, {package.sha1} here)",
        "a version is never used twice: raise it in info.json and give it a section in changelog.txt; "
        "if the portal's release was made from the same commit, it was built or repacked differently and "
        "nothing is left to do",
    )


def _refers(value: FieldValue) -> bool:
    return isinstance(value, str) and refers_to_gallery(value)


def _with_addresses(desired: Desired, base: ModPage) -> ModPage:
    """Put the addresses of gallery images that are live into the texts that refer to them."""
    wanted, urls = desired.page, image_urls(base.images or (), desired.forms.images)
    texts = {name: getattr(wanted, name) for name in ("description", "faq")}
    changed: dict[str, Any] = {name: with_image_urls(text, urls) for name, text in texts.items() if text}
    return replace(wanted, **changed)


def _details(wanted: ModPage, base: ModPage, forms: PortalForms, notices: list[str]) -> EditDetails | None:
    before: dict[str, FieldValue] = {}
    after: dict[str, FieldValue] = {}
    for name in DETAIL_FIELDS:
        value, live = getattr(wanted, name), getattr(base, name)
        if value is None or normal_form(name, value) == normal_form(name, live):
            continue
        known = forms.fields.get(name)
        if known and (known.sent, known.shown) == (digest(name, value), digest(name, live)):
            if known.ignored:
                notices.append(
                    f"the portal did not take {name} in an earlier run, so that it is not sent again; "
                    "set it on the mod's edit page"
                )
            continue
        if name == "tags" and not value:
            notices.append(
                f"the tags {', '.join(live)} stay: the portal's API cannot remove the last tag; "
                "clear them on the mod's edit page"
            )
            continue
        before[name], after[name] = live, value
    return EditDetails(before, after) if after else None


def _images(desired: Desired, base: ModPage, notices: list[str]) -> Iterator[Change]:
    if desired.page.images is None:
        return
    live = tuple(image.id for image in base.images or ())
    wanted = {_live_id(image.id, live, desired.forms): image for image in desired.page.images}
    new = [image for image_id, image in wanted.items() if image_id not in live]
    yield from (AddImage(image) for image in new)
    extra = tuple(image for image in live if image not in wanted)
    if not desired.ordered:
        return
    kept = () if desired.prune else extra
    if kept:
        notices.append(
            f"{len(kept)} gallery image{'s' * (len(kept) > 1)} on the portal that the repository does not "
            "have stay; `prune-images: true` removes them"
        )
    after = (*wanted, *kept)
    if after != (*live, *(image.id for image in new)) and not _own_order(desired.forms, after, live):
        yield OrderImages(live, after)


def _live_id(image: str, live: tuple[str, ...], forms: PortalForms) -> str:
    """Return the id under which the portal has an image: its own where it encoded the image anew."""
    given = forms.images.get(image, image)
    return given if given in live else image


def _own_order(forms: PortalForms, after: tuple[str, ...], live: tuple[str, ...]) -> bool:
    known = forms.gallery
    return bool(known) and known == OwnForm(digest_of_order(after), digest_of_order(live))
