"""What the portal's list says of the mods of a run: one request for many, and enough for some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.errors import AnswerUnclear, PortalUnreachable
from factorio_release.mod_page import PAGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.archive import Archive
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.mod_page import ModPage
    from factorio_release.page.result import DesiredPage
    from factorio_release.pipeline.job import Job
    from factorio_release.portal.reader import PortalReader

# What an entry of the list has of a page (documented).
_LISTED_FIELDS: Final = frozenset({"title", "summary", "category"})


class ListedMods:
    """The entries of the mods with these names; the portal is asked when the first of them is needed.

    A list is of use only for several mods. One that cannot be had counts as empty: the mods are then asked
    about one by one.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(filter(None, names))
        self._found: dict[str, LiveMod] | None = None

    def of(self, name: str, reader: PortalReader) -> LiveMod | None:
        """Return the entry of a mod, None where the list has none of it."""
        if len(self._names) == 1 or name not in self._names:
            return None
        if self._found is None:
            try:
                self._found = reader.fetch_many(self._names, with_deprecated=False)
            except (PortalUnreachable, AnswerUnclear):
                self._found = {}
        return self._found.get(name)


def may_suffice(job: Job, page: DesiredPage) -> bool:
    """Return whether an entry of the list could have all that the mod is compared with."""
    return job.mode != "page" and _declared(page.page).keys() <= _LISTED_FIELDS


def is_up_to_date(
    job: Job, mod: Mod, archive: Archive | None, page: DesiredPage, entry: LiveMod
) -> bool:
    """Return whether nothing is to be changed, so that no write depends on the age of a list."""
    release = entry.release(mod.version) if mod.version else None
    if release is None or archive is None:
        return False
    is_out = job.skip_existing or release.sha1 == archive.sha1
    declared = _declared(page.page).items()
    return is_out and all(getattr(entry.page, name) == value for name, value in declared)


def _declared(page: ModPage) -> dict[str, object]:
    values = {name: getattr(page, name) for name in PAGE_FIELDS}
    return {name: value for name, value in values.items() if value is not None}
