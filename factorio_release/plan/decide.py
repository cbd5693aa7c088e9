"""Decides what a run changes: compares what is desired with what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.errors import PortalRefused, VersionTaken
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import EMPTY_PAGE, PAGE_FIELDS
from factorio_release.page.image_references import has_image_reference
from factorio_release.plan.changes import AddRelease, Plan, Publish
from factorio_release.plan.page_changes import gallery_shown, page_changes
from factorio_release.plan.pins import newer_pin

if TYPE_CHECKING:
    from factorio_release.mod_page import ModPage
    from factorio_release.plan.changes import Change, FieldValue, PlannedPackage
    from factorio_release.plan.desired import Desired


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
    base = _page_after(release, desired, live)
    of_page = page_changes(desired, base, live, page_notices)
    older = left_to_newer(desired, live)
    if not older:
        changes += of_page
        notices += page_notices
    elif of_page:
        notices.append(older)
    return Plan(
        desired.mod,
        tuple(changes),
        tuple(notices),
        tuple(facts),
        is_other_content=_is_other_content(desired, live),
        later=_how_later(desired, live),
        gallery=gallery_shown(desired, base, changes),
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
