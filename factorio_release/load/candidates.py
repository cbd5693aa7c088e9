"""From where a mod can come: the run, a folder, the portal; the first place that has a fitting one counts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.load.mod_set import Candidate
    from factorio_release.load.portal_mods import PortalMods

_NONE: Final[Mapping[str, tuple[Candidate, ...]]] = MappingProxyType({})


class Candidates:
    """The mods that can be loaded beside one.

    `run` has the packages of the run, which hide others of their name: they are what will be public. `folder`
    has the mods of a folder, and `portal` those that can be downloaded.
    """

    def __init__(
        self,
        run: Mapping[str, tuple[Candidate, ...]],
        folder: Mapping[str, tuple[Candidate, ...]] = _NONE,
        portal: PortalMods | None = None,
    ) -> None:
        self._run = run
        self._folder = folder
        self._portal = portal

    def places(self, name: str, *, at_hand: bool = False) -> Iterator[tuple[Candidate, ...]]:
        """Yield the versions of a mod that each place has, the strongest place first.

        With `at_hand` nothing is asked for and nothing has to be downloaded.
        """
        if name in self._run:
            yield self._run[name]
            return
        yield self._folder.get(name, ())
        if self._portal:
            yield self._portal.at_hand(name) if at_hand else self._portal.candidates(name)

    @property
    def asks_portal(self) -> bool:
        """Whether mods can come from the portal."""
        return self._portal is not None
