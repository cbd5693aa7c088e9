"""The mods that the mods of a run require, as the portal has them: one request for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.live.models import LiveMod
    from factorio_release.portal.reader import PortalReader


class RequiredMods:
    """What the portal has of the mods with these names; it is asked when the first of them is needed."""

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        self._names = frozenset(name for of_one_mod in names for name in of_one_mod)
        self._found: dict[str, LiveMod] | None = None

    def of(self, names: Iterable[str], reader: PortalReader) -> dict[str, LiveMod | None]:
        """Return what the portal has under each name, None where it has no such mod.

        Raises what `PortalReader.fetch_many` raises. The next call then asks again.
        """
        wanted = list(names)
        if not wanted:
            return {}
        if self._found is None:
            self._found = reader.fetch_many(self._names)
        return {name: self._found.get(name) for name in wanted}
