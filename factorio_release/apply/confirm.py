"""Looks at the portal, past its cache, until it shows what was written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from factorio_release.errors import PortalUnreachable, RunTimeOver
from factorio_release.portal.run_time import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.live.models import LiveMod
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.run_time import RunTime

FIRST_PAUSE_SECONDS: Final = 0.25
MAX_PAUSE_SECONDS: Final = 15.0


class Confirmer:
    """Looks at one mod.

    `verify_timeout` is how long, in seconds, a write may take to show. The looks are counted in
    `run_time` like every request; it says when the next one follows.
    """

    def __init__(self, reader: PortalReader, mod: str, verify_timeout: float, run_time: RunTime) -> None:
        self._reader = reader
        self._mod = mod
        self._run_time = run_time
        self.verify_timeout = verify_timeout

    def appears(
        self,
        what: str,
        there: Callable[[LiveMod | None], bool],
        *,
        after: float = 0.0,
    ) -> bool:
        """Look until `what` is `there` or `verify_timeout` is over; True when it is there.

        The first look follows `after` the seconds that the portal wished. A portal that cannot be
        read is asked again, later when it wishes so; what it failed with last is raised.
        """
        end = time.monotonic() + self.verify_timeout
        pause = FIRST_PAUSE_SECONDS
        if after:
            wait = min(after, self.verify_timeout)
            self._run_time.wait(wait, "the portal asks to wait", f"looking again in {short(wait)}")
        while True:
            blind: PortalUnreachable | None = None
            try:
                if there(self.look()):
                    return True
            except RunTimeOver:
                raise
            except PortalUnreachable as error:
                blind = error
            left = end - time.monotonic()
            wished = blind.retry_after if blind else 0.0
            if left <= 0 or wished > left:
                if blind:
                    raise blind
                return False
            wait = max(wished, min(pause, left, self._run_time.left))
            seen = str(blind) if blind else f"the portal does not show {what} yet"
            self._run_time.wait(wait, seen, f"looking again in {short(wait)}, for {short(left)} at most")
            pause = min(pause * 2, MAX_PAUSE_SECONDS)

    def shows(self, there: Callable[[LiveMod | None], bool]) -> bool:
        """Look once; False also when the portal cannot be read."""
        try:
            return there(self.look())
        except RunTimeOver:
            raise
        except PortalUnreachable:
            return False

    def fetch(self) -> LiveMod | None:
        """Return the mod as it is now, asked for again where there is no answer."""
        return self._reader.fetch(self._mod)

    def look(self) -> LiveMod | None:
        """Return the mod as it is now, asked for once."""
        return self._reader.look(self._mod)

    def glance(self) -> LiveMod | None:
        """Return the mod as it is now, or raise PortalUnreachable within seconds."""
        return self._reader.glance(self._mod)
