"""Whether the portal still is as a plan saw it, apart from what the plan itself has done since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.errors import PlanOutdated
from factorio_release.live.normal_form import digest, normal_form
from factorio_release.mod_page import DETAIL_FIELDS
from factorio_release.page.image_references import image_urls, with_image_urls
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish
from factorio_release.plan.decide import version_taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factorio_release.live.models import LiveMod
    from factorio_release.live.portal_forms import PortalForms
    from factorio_release.parsers.version import Version
    from factorio_release.plan import Change, FieldValue, Plan, PlannedPackage

_PLAN_AGAIN: Final = "make a new plan and have that approved; nothing was written"


def refuse_drift(
    mod: str, plans: Sequence[Plan], seen: LiveMod | None, now: LiveMod | None, forms: PortalForms
) -> None:
    """Return if the portal is as it was for the plans (`seen`), or as a run of them left it.

    `plans` are those of one mod, one for each of its versions. A run that was stopped has made a part of the
    changes, and the next one makes the rest. `forms` is what this machine has learnt of the portal's own
    forms. Raises VersionTaken where a version of the plan is public with another content, and PlanOutdated
    for every other difference.
    """
    changes = [change for plan in plans for change in plan.changes]
    packages = [one.package for one in changes if isinstance(one, Publish | AddRelease)]
    ours = _published(packages, now, forms, mod)
    if seen is None and now is not None and not ours:
        raise _outdated(mod, ["the mod is on the portal now"])
    if seen is not None and now is None:
        raise _outdated(mod, ["the mod is no longer on the portal"])
    if now is None:
        return
    changed = list(_changed_releases(seen, now, ours))
    if seen is not None:
        changed += _changed_page(changes, seen, now, forms)
    if changed:
        raise _outdated(mod, changed)


def _outdated(mod: str, changed: list[str]) -> PlanOutdated:
    message = f"{mod}: the portal has changed since the plan was made: {'; '.join(changed)}"
    return PlanOutdated(message, _PLAN_AGAIN)


def _published(
    packages: Sequence[PlannedPackage], now: LiveMod | None, forms: PortalForms, mod: str
) -> set[Version]:
    """Return the versions of the plan that are public. Raises VersionTaken for one with another content."""
    found = set()
    for package in packages:
        release = now.release(package.number) if now else None
        if release is None:
            continue
        same = {"", package.sha1, forms.packages.get(package.sha1)}
        if release.sha1 not in same:
            raise version_taken(mod, package, release.sha1)
        found.add(package.number)
    return found


def _changed_releases(seen: LiveMod | None, now: LiveMod, ours: set[Version]) -> Iterator[str]:
    before = {one.version: one for one in seen.releases} if seen else {}
    after = {one.version: one for one in now.releases}
    for version in sorted(before.keys() - after.keys()):
        yield f"{version} is gone"
    for version, release in after.items():
        if release.number in ours:
            continue
        if version not in before:
            yield f"{version} is new"
        elif before[version].sha1 != release.sha1:
            yield f"{version} has another SHA-1"


def _changed_page(
    changes: Sequence[Change], seen: LiveMod, now: LiveMod, forms: PortalForms
) -> Iterator[str]:
    """Yield each field, and the gallery, that is neither as it was seen nor as the plan makes it."""
    urls = image_urls(now.page.images or (), forms.images)
    after = _fields_after(changes)
    for name in DETAIL_FIELDS:
        was, shown = getattr(seen.page, name), getattr(now.page, name)
        if normal_form(name, was) == normal_form(name, shown):
            continue
        if name not in after or not _is_made(name, after[name], shown, urls, forms):
            yield f"the page's {name} is another"
    if not _is_our_gallery(changes, seen, now, forms):
        yield "the gallery is another"


def _fields_after(changes: Sequence[Change]) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    for change in changes:
        if isinstance(change, EditDetails):
            fields |= change.after
    return fields


def _is_made(
    name: str, value: FieldValue, shown: FieldValue, urls: Mapping[str, str], forms: PortalForms
) -> bool:
    """Return whether the portal shows a field as the plan makes it, or in the form that it made of that."""
    if isinstance(value, str):
        value = with_image_urls(value, urls)
    if normal_form(name, value) == normal_form(name, shown):
        return True
    learnt = forms.fields.get(name)
    return bool(
        learnt and learnt.sent == digest(name, value) and learnt.shown == digest(name, shown)
    )


def _is_our_gallery(
    changes: Sequence[Change], seen: LiveMod, now: LiveMod, forms: PortalForms
) -> bool:
    """Return whether the gallery is as it was, with any of the plan's images behind it, or as it is to be."""
    before, after = _ids(seen), _ids(now)
    if before == after:
        return True
    added = [change.image.id for change in changes if isinstance(change, AddImage)]
    added = [forms.images.get(image, image) for image in added]
    behind = after[len(before) :]
    if after[: len(before)] == before and _is_part_in_order(behind, added):
        return True
    orders = [change.after for change in changes if isinstance(change, OrderImages)]
    return any(after == [forms.images.get(one, one) for one in order] for order in orders)


def _ids(live: LiveMod) -> list[str]:
    return [image.id for image in live.page.images or ()]


def _is_part_in_order(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(one in rest for one in part)
